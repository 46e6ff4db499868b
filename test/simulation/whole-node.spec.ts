import { FAULT_KINDS, runWholeNode, type WholeNodeReport } from '#libs/simulator';
import { type PlantedBug, plantedBugs } from './planted-bugs.js';

const SEEDS = Number(process.env['NOVATE_SIM_SEEDS'] ?? 15);
const FIRST_SEED = Number(process.env['NOVATE_SIM_FIRST_SEED'] ?? 1);
const INPUTS = 300;
/** A bug that takes more seeds than these to be noticed counts as missed. */
const SEEDS_FOR_A_BUG = 50;
const MINUTES_MAX = 60;

/** Throws what was broken, with the seed and the command that runs it again. */
function refuseViolations({ seed, violations }: WholeNodeReport): void {
  if (violations.length === 0) return;
  const replay = `NOVATE_SIM_SEEDS=1 NOVATE_SIM_FIRST_SEED=${String(seed)}`;
  const command = `${replay} npm test -- test/simulation/whole-node -t 'keeps its promises'`;
  throw new Error(`seed ${String(seed)}:\n  ${violations.join('\n  ')}\nrepeat with: ${command}`);
}

describe('a whole node under seeded faults', () => {
  it(
    'keeps its promises whatever fails',
    async () => {
      const struck = new Map<string, number>();
      const recorded = new Map<string, number>();
      const count = (sums: Map<string, number>, key: string, by: number): void => {
        sums.set(key, (sums.get(key) ?? 0) + by);
      };
      for (let seed = FIRST_SEED; seed < FIRST_SEED + SEEDS; seed++) {
        const report = await runWholeNode(seed, { inputs: INPUTS });
        refuseViolations(report);
        expect(report.inputs).toBeGreaterThan(INPUTS);
        for (const kind of FAULT_KINDS) count(struck, kind, report.faults[kind]);
        for (const [type, events] of report.byType) count(recorded, type, events);
        count(recorded, 'snapshots', report.snapshots);
      }
      if (SEEDS < 15) return;
      // Nothing is proved by runs in which nothing happened.
      for (const kind of FAULT_KINDS) expect([kind, struck.get(kind)]).not.toEqual([kind, 0]);
      for (const type of [
        ...['TradeNovated', 'MarginBreached', 'LiquidationOrderIssued', 'LiquidationCompleted'],
        ...['LiquidationOrderUnresolved', 'TimeJumpAccepted', 'MarketStateChanged', 'snapshots'],
        ...['MarginCallIssued', 'WithdrawalRequested', 'SweepContinued', 'InputRejected'],
      ]) {
        expect([type, recorded.get(type) ?? 0]).not.toEqual([type, 0]);
      }
    },
    MINUTES_MAX * 60_000,
  );

  it('runs the same for the same seed, and otherwise for another', async () => {
    const [once, again] = [await runWholeNode(7), await runWholeNode(7)];
    expect(again).toEqual(once);
    const other = await runWholeNode(8);
    expect(other.stateRoot).not.toBe(once.stateRoot);
  }, 60_000);

  it('needs one life and no operator when nothing fails', async () => {
    const report = await runWholeNode(1, { inputs: INPUTS, faults: false });
    refuseViolations(report);
    expect(report).toMatchObject({ lives: 1, jumpsAccepted: 0 });
    expect(Object.values(report.faults).reduce((sum, n) => sum + n, 0)).toBe(0);
  }, 60_000);
});

describe('a bug planted in the node is found', () => {
  /** The first seed under which the bug is noticed as it should be. */
  async function firstSeedThatFinds({ parts, noticed }: PlantedBug): Promise<number> {
    for (let seed = 1; seed <= SEEDS_FOR_A_BUG; seed++) {
      const { violations } = await runWholeNode(seed, { inputs: 150, parts });
      if (violations.some((sentence) => noticed.test(sentence))) return seed;
    }
    return Infinity;
  }

  it.each(plantedBugs.map((bug) => ({ ...bug, bug })))(
    '$name',
    async ({ bug }) => {
      expect(await firstSeedThatFinds(bug)).toBeLessThanOrEqual(SEEDS_FOR_A_BUG);
    },
    120_000,
  );
});
