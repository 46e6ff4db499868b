import {
  type ComparisonReport,
  coverageOf,
  coverageText,
  runTwinComparison,
  TwinDifference,
} from '#libs/simulator';
import { EXECUTION_EVENTS } from '../support/execution-terms.js';

/**
 * The house against its decimal twin (docs/rules.md) on seeded worlds.
 *
 * - `NOVATE_SEED=7` replays one seed;
 * - `NOVATE_SEEDS=200` is the full run: it prints how often each event and rejection was reached,
 *   and demands each type 100 times and each reason 10 times;
 * - `NOVATE_EVENTS=5000` makes the worlds longer.
 */
const FULL_RUN = 200;
const only = process.env['NOVATE_SEED'];
const seedCount = Number(process.env['NOVATE_SEEDS'] ?? 20);
const isFullRun = only === undefined && seedCount >= FULL_RUN;
const eventCount = Number(process.env['NOVATE_EVENTS'] ?? (isFullRun ? 1500 : 1000));
const seeds =
  only === undefined ? Array.from({ length: seedCount }, (_, k) => k + 1) : [Number(only)];
const PER_SEED_MS = 120_000;

describe('the house and its decimal twin agree', () => {
  const reports: ComparisonReport[] = [];

  test.each(seeds)(
    'seed %i: equal events, equal states, equal folds and snapshots',
    (seed) => {
      const report = runTwinComparison(seed, eventCount);
      expect(report.events).toBeGreaterThanOrEqual(eventCount);
      reports.push(report);
    },
    PER_SEED_MS,
  );

  const several = only === undefined ? test : test.skip;
  several('every event type of the catalogue was recorded', () => {
    const { types } = coverageOf(reports);
    // Not in the twin's rules: pools under scenarios (test/property/scenario-house.spec.ts has them) and
    // execution terms (test/property/cascade-house.spec.ts).
    const elsewhere: string[] = ['ValuationEpochOpened', ...EXECUTION_EVENTS];
    const missing = types.filter(({ count, name }) => count === 0 && !elsewhere.includes(name));
    expect(missing).toEqual([]);
  });

  const full = isFullRun ? test : test.skip;
  full('the full run reaches each type 100 times and each rejection 10 times', () => {
    const coverage = coverageOf(reports);
    process.stdout.write(`${String(seeds.length)} seeds\n${coverageText(coverage)}`);
    expect(coverage.types.filter(({ count }) => count < 100)).toEqual([]);
    expect(coverage.reasons.filter(({ count }) => count < 10)).toEqual([]);
  });
});

describe('the comparison notices', () => {
  test('a house that goes on rounding fees down after logic 2 was activated', () => {
    const run = (): unknown => runTwinComparison(1, 1000, { forcedLogic: 1 });
    expect(run).toThrow(TwinDifference);
    expect(run).toThrow(/TradeNovated[^]*replay: NOVATE_SEED=1 npm test/);
  });

  test('the same seed gives the same world', () => {
    expect(runTwinComparison(2, 400).stateRoot).toBe(runTwinComparison(2, 400).stateRoot);
  });
});
