import {
  canonicalObject,
  FieldError,
  fromJson,
  inputFromJson,
  isCanonicalObject,
  type MessageNamed,
  toJson,
  utiOf,
} from '../src/index.js';
import { oddDirectory } from './message-arbitraries.js';

const trade = {
  type: 'TradeReported',
  venue: 'venue-3',
  instrument: 'instrument-5',
  buyer: 'account-7',
  seller: 'account-9',
  priceTicks: '4000000',
  quantityLots: '25',
  matchId: '1',
  tradeId: '1',
  tradeType: 'regular',
  aggressor: 'seller',
};

function detailsOf(more: object): string {
  const message = inputFromJson({ ...trade, ...more }, oddDirectory);
  return (message as MessageNamed<'TradeReported'>).details;
}

function problemOf(more: object): { field: string; rule: string } | undefined {
  try {
    detailsOf(more);
    return undefined;
  } catch (error) {
    if (error instanceof FieldError) return { field: error.field, rule: error.rule };
    throw error;
  }
}

describe('what a trade in JSON says besides its fields', () => {
  it('is nothing, mostly', () => {
    expect(detailsOf({})).toBe('');
    expect(detailsOf({ details: {} })).toBe('');
  });

  it('is gathered in canonical form, wherever it stands and in whatever order', () => {
    const text = '{"buySide":{"a":1,"trader":"t"},"uti":"U1","x":[true,null,-0.5,"é"]}';
    const x = [true, null, -0.5, 'é'];
    expect(detailsOf({ x, uti: 'U1', buySide: { trader: 't', a: 1 } })).toBe(text);
    expect(detailsOf({ details: { uti: 'U1', x }, buySide: { a: 1, trader: 't' } })).toBe(text);
    expect(isCanonicalObject(text)).toBe(true);
  });

  it('is echoed as an object, in the report and in the event', () => {
    const details = detailsOf({ uti: 'U1', flags: { b: false } });
    const echoed = { uti: 'U1', flags: { b: false } };
    const report = inputFromJson({ ...trade, details: echoed }, oddDirectory);
    expect(toJson(report, oddDirectory)['details']).toEqual(echoed);
    const recorded = { type: 'TradeDetailsRecorded', trade: 8, details } as const;
    const json = toJson(recorded, oddDirectory);
    expect(json).toEqual({ type: 'TradeDetailsRecorded', trade: '8', details: echoed });
    expect(fromJson(json, oddDirectory)).toEqual(recorded);
  });

  it('is kept as it is written where it obeys the rule of its name', () => {
    const known = {
      action: 'new',
      buySide: { positionEffect: 'close' },
      originalTradeDate: '2021-05-19',
      submittedAt: '2021-05-19T12:58:00Z',
      uti: 'x'.repeat(52),
    };
    expect(JSON.parse(detailsOf(known))).toEqual(known);
  });

  it('may be anything under a name that a later version gives a meaning', () => {
    const recorded = { type: 'TradeDetailsRecorded', trade: '8', details: { uti: 5 } };
    expect(fromJson(recorded, oddDirectory)).toMatchObject({ details: '{"uti":5}' });
  });

  it.each<[string, object, string]>([
    ['uti', { uti: 5 }, 'must be a string'],
    ['uti', { uti: '' }, 'must be 1 to 52 bytes of UTF-8'],
    ['uti', { uti: 'x'.repeat(53) }, 'must be 1 to 52 bytes of UTF-8'],
    ['details.uti', { details: { uti: 5 } }, 'must be a string'],
    ['action', { action: 'cancel' }, 'must be one of new'],
    ['originalTradeDate', { originalTradeDate: '2021-02-29' }, 'must be a date'],
    ['submittedAt', { submittedAt: 'noon' }, 'must be an RFC 3339 time'],
    ['buySide', { buySide: 'x' }, 'must be an object'],
    [
      'sellSide.positionEffect',
      { sellSide: { positionEffect: 'O' } },
      'must be one of open, close',
    ],
    ['acceptby', { acceptby: '2021-05-19T00:00:00Z' }, 'is written acceptBy'],
    ['UTI', { UTI: 'U1' }, 'is written uti'],
    ['messageID', { messageID: '1' }, 'is written messageId'],
    ['x', { x: 2 ** 53 }, 'is a number beyond 2^53: write it as a string'],
    ['x.y[1]', { x: { y: [1, 1e300] } }, 'is a number beyond 2^53'],
    ['x', { x: '\ud800' }, 'must be well-formed Unicode'],
    ['x[0][0][0]', { x: [[[{}]]] }, 'must be at most 4 levels deep'],
    ['uti', { uti: 'U1', details: { uti: 'U1' } }, 'is given twice'],
    ['details', { details: [] }, 'must be an object'],
    ['details', { details: null, uti: 'U1' }, 'must be an object'],
    ['details', { x: 'é'.repeat(1024) }, 'must be at most 2048 bytes of canonical JSON'],
  ])('%s is refused: %j', (field, more, rule) => {
    expect(problemOf(more)).toEqual({ field, rule: expect.stringContaining(rule) as string });
  });

  it('is refused under a name with a meaning in the language, at any depth', () => {
    const parsed = JSON.parse('{"x": {"__proto__": 1}}') as object;
    expect(problemOf(parsed)).toEqual({ field: 'x.__proto__', rule: 'is a name that is not kept' });
  });

  it('is full at 2,048 bytes', () => {
    const text = detailsOf({ x: 'y'.repeat(2048 - '{"x":""}'.length) });
    expect(text).toHaveLength(2048);
  });

  it('is not taken by any other input', () => {
    const member = { type: 'MemberAdmitted', name: 'M1', uti: 'U1' };
    expect(() => inputFromJson(member, oddDirectory)).toThrow('uti is not a field');
  });

  it('tells the UTI of the venue', () => {
    expect(utiOf(canonicalObject({ uti: 'U1', a: 1 }, ''))).toBe('U1');
    expect([utiOf(''), utiOf('{"a":1}'), utiOf('{"uti":7}')]).toEqual(['', '', '']);
  });
});
