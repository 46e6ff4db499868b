import fc from 'fast-check';
import {
  envelopeToJson,
  FieldError,
  fromJson,
  inputFromJson,
  toJson,
  type Message,
} from '../src/index.js';
import { messageArbitrary, messageNames, oddDirectory } from './message-arbitraries.js';

const trade = {
  type: 'TradeReported',
  publisherSequence: '17',
  publisher: 'publisher-1',
  venue: 'venue-3',
  instrument: 'instrument-5',
  buyer: 'account-7',
  seller: 'account-9',
  tradeDate: '2021-05-19',
  priceTicks: '4000000',
  quantityLots: '25',
  executedAt: '2021-05-19T12:58:00.000001Z',
  matchId: '123456789012',
  tradeId: '0',
  liquidationOrder: '0',
  tradeType: 'regular',
  aggressor: 'seller',
};

const rulebook = toJson(
  {
    type: 'RulebookPublished',
    publisherSequence: 0,
    publisher: 1,
    pool: 1,
    rulebookVersion: 1,
    effectiveAt: 0,
    makerFeePpm: 1,
    takerFeePpm: 2,
    liquidationFeePpm: 3,
    warningPpm: 4,
    warningClearPpm: 5,
    targetPpm: 6,
    slippagePpm: 7,
    orderTimeoutUs: 8,
    callWindowUs: 9,
    memberCallWindowUs: 10,
    shortOptionMaintenancePpm: 11,
    shortOptionInitialPpm: 12,
    shortOptionFloorPpm: 13,
    shortPutMaintenancePpm: 14,
    tiers: [{ marginClass: 1, upToLots: 10, initialPpm: 20, maintenancePpm: 10 }],
    haircuts: [],
    policies: [{ accountKind: 0, onBreach: 0 }],
    concentrations: [],
    model: 0,
    scenarioTerms: [],
    scenarios: [],
    scenarioOffsets: [],
    executionTerms: [],
    releasePpm: 0,
    scenarioCollateral: [],
  },
  oddDirectory,
);

function problemOf(json: unknown): { field: string; rule: string; message: string } | undefined {
  try {
    inputFromJson(json, oddDirectory);
    return undefined;
  } catch (error) {
    if (error instanceof FieldError) return error;
    throw error;
  }
}

/** What a file or a socket gives: numbers that JSON cannot hold exactly are seen as it reads them. */
function parsed(text: string): object {
  return JSON.parse(text) as object;
}

describe('the JSON form', () => {
  it.each(messageNames)('%s survives the way through JSON text', (name) => {
    const property = fc.property(messageArbitrary(name), (message) => {
      const text = JSON.stringify(toJson(message, oddDirectory));
      expect(fromJson(JSON.parse(text), oddDirectory)).toEqual(message);
    });
    fc.assert(property, { numRuns: 60 });
  });

  it('stands in an envelope when it is exported', () => {
    const warned: Message = {
      type: 'WarningCleared',
      account: 5,
      equityMinor: -3,
      maintenanceMinor: 0,
      initialMinor: 9_007_199_254_740_991,
    };
    const envelope = { sequence: 41, frame: 7, timeUs: 1_621_429_080_000_000, cause: 40 };
    expect(JSON.stringify(envelopeToJson(envelope, warned, oddDirectory))).toBe(
      '{"sequence":"41","frame":"7","time":"2021-05-19T12:58:00.000000Z","type":"WarningCleared",' +
        '"version":1,"cause":"40","account":"account-5","equityMinor":"-3",' +
        '"maintenanceMinor":"0","initialMinor":"9007199254740991"}',
    );
    const opened: Message = { type: 'EpochOpened', epoch: 1, headSequence: 0 };
    expect(() => envelopeToJson(envelope, opened, oddDirectory)).toThrow('only events');
  });

  it('writes an id without a name as #id and leaves none out', () => {
    const closed: Message = {
      type: 'AccountClosed',
      publisherSequence: 0,
      publisher: 0,
      account: 12,
    };
    expect(toJson(closed, oddDirectory)).toEqual({
      type: 'AccountClosed',
      publisherSequence: '0',
      account: '#12',
    });
  });
});

describe('a JSON input', () => {
  it('is read, with what may be absent', () => {
    const { publisherSequence, publisher, tradeDate, ...rest } = trade;
    expect([publisherSequence, publisher, tradeDate]).toEqual(['17', 'publisher-1', '2021-05-19']);
    expect(inputFromJson(rest, oddDirectory)).toMatchObject({
      publisherSequence: 0,
      publisher: 0,
      tradeDate: 0,
      businessDate: 0,
      buyer: 7,
      executedAt: 1_621_429_080_000_001,
      aggressor: 2,
    });
  });

  it('takes a default where the message has one', () => {
    const price = { type: 'PriceObserved', priceTicks: '5' };
    expect(inputFromJson(price, oddDirectory)).toMatchObject({ confidencePpm: 1_000_000 });
  });

  it('takes an exact JSON number for a 64-bit field', () => {
    const exact = { ...trade, ...parsed('{"priceTicks": 9007199254740991, "tradeId": -0}') };
    const read = inputFromJson(exact, oddDirectory);
    expect(read).toMatchObject({ priceTicks: 9_007_199_254_740_991, tradeId: 0 });
    const inexact = parsed('{"priceTicks": 9007199254740993}');
    expect(problemOf({ ...trade, ...inexact })).toMatchObject({ field: 'priceTicks' });
  });

  it.each<[string, object, string]>([
    ['priceTicks', { priceTicks: '9007199254740993' }, 'must be between -(2^53 - 1) and 2^53 - 1'],
    ['priceTicks', { priceTicks: '1.5' }, 'must be a whole number as a decimal string'],
    ['priceTicks', { priceTicks: 1.5 }, 'must be a whole number as a decimal string'],
    ['priceTicks', { priceTicks: '' }, 'must be a whole number as a decimal string'],
    ['priceTicks', { priceTicks: '007' }, 'must be a whole number as a decimal string'],
    ['priceTicks', { priceTicks: ' 7' }, 'must be a whole number as a decimal string'],
    ['priceTicks', { priceTicks: '1e3' }, 'must be a whole number as a decimal string'],
    ['priceTicks', { priceTicks: null }, 'must be a whole number as a decimal string'],
    ['priceTicks', { priceTicks: undefined }, 'is missing'],
    ['__proto__', parsed('{"__proto__": 1}'), 'is a name that is not kept'],
    ['buyer', { buyer: 'account-8' }, 'is not a known account'],
    ['buyer', { buyer: 'venue-7' }, 'is not a known account'],
    ['buyer', { buyer: '#0' }, 'is not a known account'],
    ['buyer', { buyer: '#4294967296' }, 'is not a known account'],
    ['buyer', { buyer: 7 }, 'must be a string'],
    ['aggressor', { aggressor: 'Seller' }, 'must be one of none, buyer, seller'],
    ['aggressor', { aggressor: 2 }, 'must be a string'],
    ['tradeDate', { tradeDate: '2021-02-29' }, 'must be a date such as 2021-05-19'],
    ['tradeDate', { tradeDate: '1970-01-01' }, 'must be between 1970-01-02 and 2149-06-06'],
    ['tradeDate', { tradeDate: '2149-06-07' }, 'must be between 1970-01-02 and 2149-06-06'],
    ['executedAt', { executedAt: '1970-01-01T00:00:00Z' }, 'must be left out to say none'],
    ['executedAt', { executedAt: '2021-05-19 12:58:00Z' }, 'must be an RFC 3339 time such as'],
    ['type', { type: 'TradeNovated' }, 'is not an input'],
    ['type', { type: 'toString' }, 'is not the name of a message'],
    ['type', { type: undefined }, 'is missing'],
  ])('says of %s what is wrong with %j', (field, change, rule) => {
    const changed = Object.fromEntries([...Object.entries(trade), ...Object.entries(change)]);
    const problem = problemOf(changed);
    expect(problem?.field).toBe(field);
    expect(problem?.rule).toContain(rule);
    expect(problem?.message.startsWith(field)).toBe(true);
  });

  it.each<[string, object, string]>([
    ['makerFeePpm', { makerFeePpm: '1' }, 'must be a number'],
    ['makerFeePpm', { makerFeePpm: 1.5 }, 'must be a whole number'],
    ['makerFeePpm', { makerFeePpm: -1 }, 'must be between 0 and 4294967295'],
    ['tiers', { tiers: {} }, 'must be an array'],
    ['tiers', { tiers: Array.from({ length: 65 }, () => ({})) }, 'must have at most 64 items'],
    ['tiers[0]', { tiers: [7] }, 'must be an object'],
    ['tiers[1].marginClass', { tiers: [firstTier(), {}] }, 'is missing'],
    ['tiers[0].marginClass', { tiers: [{ marginClass: 256 }] }, 'must be between 0 and 255'],
    ['tiers[0].type', { tiers: [{ ...firstTier(), type: 'x' }] }, 'is not a field'],
    [
      'policies[0].onBreach',
      { policies: [{ accountKind: 'house', onBreach: 'x' }] },
      'must be one',
    ],
  ])('says of %s what is wrong inside a rulebook', (field, change, rule) => {
    const problem = problemOf({ ...rulebook, ...change });
    expect([problem?.field, problem?.rule]).toEqual([field, expect.stringContaining(rule)]);
  });

  it.each([null, 7, 'TradeReported', [trade]])('must be an object, not %j', (json) => {
    expect(problemOf(json)).toMatchObject({ field: '', rule: 'a JSON object is expected' });
  });

  it('bounds texts and bytes', () => {
    const member = (name: string): object => ({ type: 'MemberAdmitted', name });
    expect(problemOf(member('x'.repeat(32)))).toBeUndefined();
    expect(problemOf(member('x'.repeat(33)))?.rule).toBe('must be at most 32 bytes of UTF-8');
    expect(problemOf(member('\udc00'))?.rule).toBe('must be well-formed Unicode');
    const root = { type: 'RootRecorded', sequence: '1', stateRoot: 'AA==', businessRoot: 'AB==' };
    expect(() => fromJson(root, oddDirectory)).toThrow('businessRoot must be base64');
    const long = { ...root, businessRoot: Buffer.alloc(33).toString('base64') };
    expect(() => fromJson(long, oddDirectory)).toThrow('businessRoot must be at most 32 bytes');
  });

  it('is only what an outsider may propose', () => {
    const opened = { type: 'EpochOpened', epoch: '1', headSequence: '0' };
    expect(problemOf(opened)?.rule).toContain('is not an input');
  });
});

function firstTier(): object {
  return { marginClass: 1, upToLots: '10', initialPpm: 20, maintenancePpm: 10 };
}
