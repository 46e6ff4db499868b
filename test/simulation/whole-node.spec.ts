import { FAULT_KINDS, runWholeNode, type WholeNodeReport } from '#libs/simulator';
import { extentOf } from './extent.js';
import { refuseViolations } from './failure.js';
import { regressionSeeds } from './regression-seeds.js';

const { firstSeed, lastSeed, isTold } = extentOf(process.env['NOVATE_SIMULATION']);
const SEEDS = lastSeed - firstSeed + 1;
/** Fewer seeds need not meet every kind of fault and event, but most. */
const SEEDS_FOR_COVERAGE = 100;
const SEEDS_OF_A_SAMPLE = 7;
const KINDS_IN_A_SAMPLE = 20;
const OPTIONS = { inputs: 260, eventsMin: 1_000 };
const HOURS_MAX = 3;

const MUST_HAPPEN = [
  ...['TradeNovated', 'MarginBreached', 'LiquidationOrderIssued', 'LiquidationCompleted'],
  ...['LiquidationOrderUnresolved', 'TimeJumpAccepted', 'MarketStateChanged', 'snapshots'],
  ...['MarginCallIssued', 'WithdrawalRequested', 'SweepContinued', 'InputRejected'],
  ...['OrderCancellationRequested', 'OrderCancellationUnresolved'],
];

/** Sums over the seeds of a run. */
class Sums {
  readonly faults = new Map<string, number>();
  readonly recorded = new Map<string, number>();
  seeds = 0;
  events = 0;
  eventsLeast = Infinity;
  lives = 0;
  private readonly beganMs = performance.now();

  add(report: WholeNodeReport): void {
    const count = (sums: Map<string, number>, key: string, by: number): void => {
      sums.set(key, (sums.get(key) ?? 0) + by);
    };
    this.seeds += 1;
    this.events += report.events;
    this.eventsLeast = Math.min(this.eventsLeast, report.events);
    this.lives += report.lives;
    for (const kind of FAULT_KINDS) count(this.faults, kind, report.faults[kind]);
    for (const [type, events] of report.byType) count(this.recorded, type, events);
    count(this.recorded, 'snapshots', report.snapshots);
  }

  get text(): string {
    const perSecond = (1000 * this.seeds) / (performance.now() - this.beganMs);
    const faults = [...this.faults].map(([kind, n]) => `  ${kind.padEnd(24)} ${String(n)}`);
    return [
      `${String(this.seeds)} seeds, ${perSecond.toFixed(2)} seeds/s`,
      `${String(this.events)} events, at least ${String(this.eventsLeast)} a seed`,
      `${String(this.lives)} lives of the node`,
      ...faults,
      '',
    ].join('\n');
  }
}

describe('a whole node under seeded faults', () => {
  it(
    'keeps its promises whatever fails',
    async () => {
      const sums = new Sums();
      for (let seed = firstSeed; seed <= lastSeed; seed++) {
        const report = await runWholeNode(seed, OPTIONS);
        await refuseViolations(report, OPTIONS);
        sums.add(report);
        if (isTold && (seed % 100 === 0 || seed === lastSeed)) process.stderr.write(sums.text);
      }
      expect(sums.eventsLeast).toBeGreaterThanOrEqual(OPTIONS.eventsMin);
      if (SEEDS < SEEDS_FOR_COVERAGE) {
        const struck = FAULT_KINDS.filter((kind) => (sums.faults.get(kind) ?? 0) > 0);
        if (SEEDS >= SEEDS_OF_A_SAMPLE) expect(struck.length).toBeGreaterThan(KINDS_IN_A_SAMPLE);
        return;
      }
      // Nothing is proved by runs in which nothing happened.
      for (const kind of FAULT_KINDS) expect([kind, sums.faults.get(kind)]).not.toEqual([kind, 0]);
      for (const type of MUST_HAPPEN) {
        expect([type, sums.recorded.get(type) ?? 0]).not.toEqual([type, 0]);
      }
    },
    HOURS_MAX * 3_600_000,
  );

  it('finds nothing any more under the seeds that found something once', async () => {
    for (const [seed] of regressionSeeds) {
      await refuseViolations(await runWholeNode(seed, OPTIONS), OPTIONS);
    }
    expect(new Set(regressionSeeds.map(([seed]) => seed)).size).toBe(regressionSeeds.length);
  }, 120_000);

  it('runs the same for the same seed, and otherwise for another', async () => {
    const [once, again] = [await runWholeNode(7), await runWholeNode(7)];
    expect(again).toEqual(once);
    const other = await runWholeNode(8);
    expect(other.stateRoot).not.toBe(once.stateRoot);
  }, 60_000);

  it('needs one life and no operator when nothing fails', async () => {
    const report = await runWholeNode(1, { ...OPTIONS, faults: false });
    await refuseViolations(report, OPTIONS);
    expect(report).toMatchObject({ lives: 1, followerLives: 2, jumpsAccepted: 0 });
    expect(Object.values(report.faults).reduce((sum, n) => sum + n, 0)).toBe(0);
  }, 60_000);
});
