import { checkExplanation } from '../../apps/cli/src/explanation-check.js';
import { arithmeticProblems } from '../../apps/cli/src/explanation-arithmetic.js';
import { explanationJson } from '../../apps/cli/src/explanation-json.js';
import { printableJson } from '../../apps/cli/src/json-output.js';
import type { EventLog } from '#libs/event-log';
import { explain } from '#libs/replay';
import { listed, option } from '../support/contracts.js';
import { flatSurface, scenarioRulebook } from '../support/scenario-rulebook.js';
import {
  account,
  BTC,
  DAY,
  deposit,
  priced,
  rulebook,
  SECOND,
  smallHouse,
  trade,
  usd,
} from '../support/small-house.js';
import { RecordingDriver } from './recorded-log.js';

/*
 * Every value of an explanation is changed, one at a time: none may pass. All of them are changed in the
 * documents compared; the whole check, which replays the log, is made for every NOVATE_STRIDE-th (1: all).
 */
const stride = Number(process.env['NOVATE_STRIDE'] ?? 12);

const { alice, bob, maker } = account;
const MONTH = DAY + 30 * 86_400 * SECOND;

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** A breach under `linear` with coin as collateral, or under `scenario` with a put as a hedge. */
function recorded(model: 'linear' | 'scenario'): RecordingDriver {
  const recording = new RecordingDriver();
  const { driver } = recording;
  smallHouse(3, driver);
  if (model === 'scenario') driver.accept({ ...scenarioRulebook });
  driver.accept(flatSurface(MONTH, DAY));
  const put = listed(driver, { ...option('put', 'equity', 400_000), expiresAt: MONTH }, 22_855);
  driver.drain();
  for (const unit of [bob, maker]) driver.accept(deposit(unit, 1_000_000));
  driver.accept(deposit(alice, 1_500));
  driver.accept({
    type: 'CollateralDeposited',
    account: alice,
    currency: BTC,
    amountMinor: 10_000,
  });
  driver.accept({ ...trade(alice, bob, 100, 22_855), instrument: put });
  driver.accept(trade(alice, bob, 250, 400_000));
  driver.accept(priced(driver, model === 'scenario' ? 390_000 : 360_000));
  driver.drain();
  return recording;
}

/** The document with one leaf changed; undefined when there is no such leaf. */
function mutated(document: Json, place: number): { changed: Json; path: string } | undefined {
  let left = place;
  let at = '';
  const visit = (json: Json, path: string): Json => {
    if (Array.isArray(json)) return json.map((one, k) => visit(one, `${path}[${String(k)}]`));
    if (typeof json === 'object' && json !== null) {
      return Object.fromEntries(
        Object.entries(json).map(([key, one]) => [key, visit(one, `${path}.${key}`)]),
      );
    }
    left -= 1;
    if (left !== -1) return json;
    at = path;
    return otherThan(json);
  };
  const changed = visit(document, '');
  return left >= 0 ? undefined : { changed, path: at };
}

function otherThan(json: null | boolean | number | string): Json {
  if (typeof json === 'boolean') return !json;
  if (typeof json === 'number') return json + 1;
  if (json === null) return '0';
  return /^-?\d+$/.test(json) ? String(BigInt(json) + 1n) : `${json}.`;
}

async function explained(log: EventLog, sequence: number): Promise<Json> {
  const found = await explain(log, undefined, sequence);
  if (found === undefined) throw new Error(`no event ${String(sequence)}`);
  return JSON.parse(printableJson(explanationJson(found))) as Json;
}

describe.each(['linear', 'scenario'] as const)('an explanation of a breach under %s', (model) => {
  const recording = recorded(model);
  const sequenceOf = (type: string): number =>
    recording.driver.events.find(({ message }) => message.type === type)?.sequence ?? 0;

  it.each(['MarginBreached', 'LiquidationOrderIssued'])('of %s holds as it is', async (type) => {
    const log = await recording.log();
    const document = await explained(log, sequenceOf(type));
    const check = await checkExplanation(document, log, undefined);
    expect(check).toMatchObject({ ok: true, arithmetic: [], firstDifference: null });
    expect(check.values).toBeGreaterThan(100);
  });

  it('does not hold with any one value changed', async () => {
    const log = await recording.log();
    const document = await explained(log, sequenceOf('MarginBreached'));
    let place = 0;
    for (let found = mutated(document, 0); found !== undefined; found = mutated(document, place)) {
      if (place % stride === 0 && found.path !== '.sequence') {
        const check = await checkExplanation(found.changed, log, undefined);
        expect([found.path, check.ok]).toEqual([found.path, false]);
        expect(`.${check.firstDifference?.path ?? ''}`).toBe(found.path);
      }
      place += 1;
    }
    expect(place).toBeGreaterThan(150);
  });

  it('does not hold with a value more, or one less', async () => {
    const log = await recording.log();
    const document = (await explained(log, sequenceOf('MarginBreached'))) as Record<string, Json>;
    const margin = document['margin'] as Record<string, Json>;
    const more = { ...document, margin: { ...margin, discount: '1' } };
    expect((await checkExplanation(more, log, undefined)).firstDifference).toEqual({
      path: 'margin.discount',
      stated: '"1"',
    });
    const without = Object.fromEntries(Object.entries(margin).filter(([key]) => key !== 'charges'));
    const less = { ...document, margin: without };
    expect((await checkExplanation(less, log, undefined)).ok).toBe(false);
    const other = { ...document, sequence: String(sequenceOf('LiquidationOpened')) };
    expect((await checkExplanation(other, log, undefined)).ok).toBe(false);
  });

  it('adds up by itself: a share that is moved shows without the log', async () => {
    const log = await recording.log();
    const document = (await explained(log, sequenceOf('MarginBreached'))) as Record<string, Json>;
    const margin = document['margin'] as Record<string, Json>;
    expect(arithmeticProblems(margin)).toEqual([]);
    let summed = 0;
    for (let place = 0; ; place++) {
      const found = mutated(margin, place);
      if (found === undefined) break;
      const { path, changed } = found;
      const isShare =
        /^\.(equity|maintenance|initial)Minor$/.test(path) ||
        /^\.(positions|charges)\[\d+\]\.(maintenance|initial|unrealised|value|cost)Minor$/.test(
          path,
        ) ||
        /^\.currencies\[\d+\]\.(net|cash|positions|counted)Minor$/.test(path);
      if (!isShare) continue;
      summed += 1;
      const [problem] = arithmeticProblems(changed as Record<string, Json>);
      expect([path, problem?.rule]).toEqual([path, expect.stringMatching(/^(is|counts) /)]);
    }
    expect(summed).toBeGreaterThan(12);
  });
});

describe('a withdrawal refused for the level of release', () => {
  it('is explained by what that level lacks, and cured by it', async () => {
    const recording = new RecordingDriver();
    const { driver } = recording;
    smallHouse(3, driver);
    driver.accept({ ...rulebook, rulebookVersion: 2, releasePpm: 2_500_000 });
    driver.drain();
    for (const unit of [alice, bob]) driver.accept(deposit(unit, 1_004));
    driver.accept(trade(alice, bob, 200, 400_000));
    // 1,000 are there; 2.5 of 400 are to be left beside the 30 that are asked for.
    const asked = { account: alice, currency: 1, amountMinor: usd(30) } as const;
    expect(driver.refuse({ type: 'WithdrawalRequested', ...asked })).toBe(620);
    const found = await explain(await recording.log(), undefined, driver.sequence);
    expect(found?.margin).toMatchObject({ level: 'release', missingMinor: usd(30) });
    expect(found?.margin?.breakdown.releaseMinor).toBe(usd(1_000));
    expect(found?.margin?.cures[0]).toMatchObject({ kind: 'deposit', amountMinor: usd(30) });
  });
});

describe('a margin answer of the API', () => {
  it('is checked by the same means, at its sequence', async () => {
    const recording = recorded('scenario');
    const log = await recording.log();
    const { accountView } = await import('#libs/replay');
    const { Evaluation } = await import('#libs/clearing-house');
    const { formatTime } = await import('#libs/events');
    const { state } = recording.driver;
    const { account: name, state: saga, margin } = accountView(state, alice, new Evaluation(state));
    const head = { sequence: state.clock.sequence, asOf: formatTime(state.clock.timeUs) };
    const document = JSON.parse(
      printableJson({ ...head, account: name, state: saga, margin }),
    ) as Record<string, Json>;
    const check = await checkExplanation(document, log, undefined);
    expect(check).toMatchObject({ ok: true, account: 'alice', firstDifference: null });
    const wrong = { ...document, state: 'healthy' };
    expect((await checkExplanation(wrong, log, undefined)).firstDifference?.path).toBe('state');
  });

  it.each([
    ['nothing', null],
    ['a list', []],
    ['another document', { ok: true }],
    ['a sequence that is none', { sequence: 'x', chain: [] }],
    ['a sequence beyond the log', { sequence: '99999', chain: [] }],
    ['an account that is none', { sequence: '5', account: 'nobody', margin: {} }],
  ])('is refused as %s', async (_name, document) => {
    const log = await recorded('linear').log();
    await expect(checkExplanation(document, log, undefined)).rejects.toThrow(/give|check with/);
  });
});
