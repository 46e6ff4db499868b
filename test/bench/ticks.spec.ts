import { type Evaluation, type HouseState } from '#libs/clearing-house';
import type { PriceTicks } from '#libs/units';
import { AuditedBands } from './audited-bands.js';
import { LINEAR_PAIR } from './tick-market.js';
import { TickDay } from './tick-run.js';

const POPULATION = {
  accounts: 200,
  tight: 80,
  leastShare: 1,
  mostShare: 20,
  instruments: LINEAR_PAIR,
  seed: 3,
};
const CRASH = { minutes: 790, passes: 1, auditEvery: 1 };

/** Bands that do not see a fall. */
class RisingOnly extends AuditedBands {
  #highest = new Map<number, PriceTicks>();

  override touched(instrument: number, priceTicks: PriceTicks): number[] {
    const before = this.#highest.get(instrument);
    const isHigher = before === undefined || priceTicks > before;
    const seen = isHigher ? priceTicks : before;
    this.#highest.set(instrument, seen);
    return super.touched(instrument, seen);
  }
}

describe('the day of the ticks benchmark', () => {
  it('finds at each price whom brute force finds, with far fewer evaluations', () => {
    const day = new TickDay(POPULATION).run(CRASH);
    expect(day.auditedPrices).toBe(day.all.ticks);
    expect(day.first.ticks).toBe((CRASH.minutes - 1) * 2);
    expect(day.breaches).toBeGreaterThan(5);
    expect(day.warnings).toBeGreaterThan(5);
    expect(day.all.evaluations / day.all.ticks).toBeLessThan(POPULATION.accounts / 20);
    expect(day.gap.evaluations).toBeGreaterThan(0);
  });

  it('counts the same breaches without brute force', () => {
    const audited = new TickDay(POPULATION).run(CRASH);
    const alone = new TickDay(POPULATION).run({ ...CRASH, auditEvery: Infinity });
    expect(alone.auditedPrices).toBe(0);
    expect(alone.breaches).toBe(audited.breaches);
    expect(alone.warnings).toBe(audited.warnings);
    expect(alone.all.evaluations).toBe(audited.all.evaluations);
  });

  it('stops when bands forget the way down', () => {
    const bandsOf = (state: HouseState, evaluation: Evaluation) =>
      new RisingOnly(state, evaluation);
    expect(() => new TickDay(POPULATION, bandsOf).run(CRASH)).toThrow(/brute force and the bands/);
  });

  it.each(['linear', 'scenario'] as const)('finds the same with options, margined %s', (model) => {
    const chain = { model, held: 4 };
    const day = new TickDay({ ...POPULATION, chain }).run({
      minutes: 60,
      passes: 1,
      auditEvery: 9,
    });
    expect(day.auditedPrices).toBeGreaterThan(200);
    expect(day.breaches + day.warnings).toBeGreaterThan(0);
    expect(day.all.evaluations / day.all.ticks).toBeLessThan(POPULATION.accounts / 20);
    // All but those who wait for their orders.
    const judged = day.epoch.evaluations / POPULATION.accounts;
    expect(judged > 0.5).toBe(model === 'scenario');
  });
});
