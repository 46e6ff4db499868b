import { type Evaluation, type HouseState, SafeBands } from '#libs/clearing-house';
import { BandDifference, type BandReport, runBandComparison } from '#libs/simulator';
import type { PriceTicks } from '#libs/units';

/**
 * Bands against brute force on seeded worlds (docs/safe-bands.md): accounts of every kind, gaps,
 * trades, cash, rulebooks. `NOVATE_SEEDS=500` is the full run, `NOVATE_SEED=7` replays one seed.
 */
const only = process.env['NOVATE_SEED'];
const count = Number(process.env['NOVATE_SEEDS'] ?? 4);
const seeds = only === undefined ? Array.from({ length: count }, (_, k) => k + 1) : [Number(only)];
const EVENTS = Number(process.env['NOVATE_EVENTS'] ?? 600);
const PER_SEED_MS = 120_000;
/** Seeds that a planted fault has to be found in. */
const FAULT_SEEDS = 20;

/** Does not see a price that is below the highest so far. */
class DownwardForgotten extends SafeBands {
  readonly #highest = new Map<number, PriceTicks>();

  override touched(instrument: number, priceTicks: PriceTicks): number[] {
    const before = this.#highest.get(instrument) ?? priceTicks;
    const highest = priceTicks > before ? priceTicks : before;
    this.#highest.set(instrument, highest);
    super.touched(instrument, highest);
    return highest === priceTicks ? super.touched(instrument, priceTicks) : [];
  }
}

/** A trade is taken for harmless whenever the unit has a band. */
class SlackKept extends SafeBands {
  override absorb(unit: number): boolean {
    return this.isInside(unit);
  }
}

/** A deposit, a payment, a step of a saga: nothing breaks a band. */
class NeverReleased extends SafeBands {
  #isSettling = false;

  override settle(unit: number): void {
    this.#isSettling = true;
    super.settle(unit);
    this.#isSettling = false;
  }

  override release(unit: number): void {
    if (this.#isSettling || !this.isInside(unit)) super.release(unit);
  }
}

const FAULTS = { DownwardForgotten, SlackKept, NeverReleased };

describe('bands and brute force record the same bytes', () => {
  const reports: BandReport[] = [];

  test.each(seeds)(
    'seed %i',
    (seed) => {
      const report = runBandComparison(seed, EVENTS);
      expect(report.events).toBeGreaterThanOrEqual(EVENTS);
      expect(report.evaluations).toBeLessThanOrEqual(report.evaluationsOfAll);
      reports.push(report);
    },
    PER_SEED_MS,
  );

  const several = only === undefined ? test : test.skip;
  several('there was something to find, both ways, and something to save', () => {
    const sum = (figure: (report: BandReport) => number): number =>
      reports.reduce((total, report) => total + figure(report), 0);
    expect(sum(({ breaches }) => breaches)).toBeGreaterThan(0);
    expect(sum(({ warnings }) => warnings)).toBeGreaterThan(0);
    expect(sum(({ recoveries }) => recoveries)).toBeGreaterThan(0);
    expect(sum((r) => r.evaluations)).toBeLessThan(sum((r) => r.evaluationsOfAll));
    if (count >= 100) process.stdout.write(`${JSON.stringify(totals(reports))}\n`);
  });
});

describe('the comparison finds a planted fault', () => {
  test.each(Object.entries(FAULTS))(
    '%s',
    (_, Faulty) => {
      const watchOf = (state: HouseState, evaluation: Evaluation) => new Faulty(state, evaluation);
      const search = (): void => {
        for (let seed = 1; seed <= FAULT_SEEDS; seed += 1) runBandComparison(seed, EVENTS, watchOf);
      };
      expect(search).toThrow(BandDifference);
    },
    PER_SEED_MS,
  );
});

function totals(reports: readonly BandReport[]): Record<string, number> {
  const total: Record<string, number> = { seeds: reports.length };
  for (const report of reports) {
    for (const [key, value] of Object.entries(report))
      total[key] = (total[key] ?? 0) + Number(value);
  }
  return total;
}
