import * as fc from 'fast-check';
import { A, P, POOL, SAGA } from '#libs/clearing';
import type { Measured } from '#libs/events';
import { I } from '#libs/market';
import { amountMinor, lots, ppm, priceTicks } from '#libs/units';
import { Evaluation } from '../decide/evaluation.js';
import { HouseState } from '../state/house-state.js';
import { distanceOf, leanOf } from './band-bounds.js';

const UNIT = 1;
const INSTRUMENTS = 3;
const MULTIPLIER = 7;
const ROUNDING = 11;

/** Rates from one in a thousand to more than the whole worth, so that a long position may lean down. */
const worlds = fc.record({
  warningPpm: fc.integer({ min: 1_000_000, max: 10_000_000 }),
  ratePpm: fc.integer({ min: 1_000, max: 1_500_000 }),
  cash: fc.integer({ min: 0, max: 1_000_000_000_000 }),
  held: fc.array(fc.integer({ min: -100_000, max: 100_000 }), {
    minLength: INSTRUMENTS,
    maxLength: INSTRUMENTS,
  }),
  marks: prices(),
  later: prices(),
});

function prices(): fc.Arbitrary<number[]> {
  const price = fc.oneof(
    fc.integer({ min: 1, max: 100 }),
    fc.integer({ min: 10_000, max: 10_000_000 }),
  );
  return fc.array(price, { minLength: INSTRUMENTS, maxLength: INSTRUMENTS });
}

describe('the lean of a position', () => {
  it('bounds what any prices, however far they go, take from the distance of a healthy unit', () => {
    fc.assert(
      fc.property(worlds, ({ warningPpm, ratePpm, cash, held, marks, later }) => {
        const state = houseOf(warningPpm, ratePpm, cash, held);
        const evaluation = new Evaluation(state);
        mark(state, marks);
        evaluation.evaluate(UNIT);
        const { portfolio } = evaluation;
        let least = distanceOf(evaluation, SAGA.healthy) - ROUNDING * (portfolio.count + 1);
        let scale = Math.abs(least);
        for (let k = 0; k < portfolio.count; k++) {
          const [from, to] = [
            marks[portfolio.instruments[k]! - 1]!,
            later[portfolio.instruments[k]! - 1]!,
          ];
          const change = (leanOf(state, evaluation, k) * (to - from)) / from;
          least += change;
          scale += Math.abs(change);
        }
        mark(state, later);
        evaluation.evaluate(UNIT);
        expect(distanceOf(evaluation, SAGA.healthy)).toBeGreaterThanOrEqual(least - scale * 1e-9);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** One direct account that bought or sold at a price of 0, in a pool with one rate for everything. */
function houseOf(warningPpm: number, ratePpm: number, cash: number, held: number[]): HouseState {
  const state = new HouseState();
  state.currencies.add(2);
  state.house.append();
  state.pools.set(state.pools.admit('pool'), POOL.baseCurrency, 1);
  state.rulebooks.publish(rulebook(warningPpm, ratePpm), true);
  state.accounts.set(state.accounts.append(), A.pool, 1);
  state.balances.ensurePurse(UNIT);
  state.balances.credit(UNIT, 1, amountMinor(cash));
  for (const size of held) {
    const id = state.instruments.append();
    state.instruments.set(id, I.currency, 1);
    state.instruments.set(id, I.multiplier, MULTIPLIER);
    if (size === 0) continue;
    state.positions.set(state.positions.open(UNIT, id, 0), P.lots, lots(size));
  }
  return state;
}

function mark({ instruments }: HouseState, marks: readonly number[]): void {
  for (const [k, ticks] of marks.entries()) instruments.set(k + 1, I.markTicks, priceTicks(ticks));
}

function rulebook(warningPpm: number, ratePpm: number): Measured<'RulebookPublished'> {
  return {
    type: 'RulebookPublished',
    publisher: 1,
    publisherSequence: 0,
    pool: 1,
    rulebookVersion: 1,
    effectiveAt: 0,
    makerFeePpm: ppm(0),
    takerFeePpm: ppm(0),
    liquidationFeePpm: ppm(0),
    warningPpm: ppm(warningPpm),
    warningClearPpm: ppm(warningPpm),
    targetPpm: ppm(1_000_000),
    slippagePpm: ppm(0),
    orderTimeoutUs: 1,
    callWindowUs: 1,
    memberCallWindowUs: 1,
    shortOptionMaintenancePpm: ppm(0),
    shortOptionInitialPpm: ppm(0),
    shortOptionFloorPpm: ppm(0),
    shortPutMaintenancePpm: ppm(0),
    concentrations: [],
    model: 0,
    scenarioTerms: [],
    scenarios: [],
    scenarioOffsets: [],
    executionTerms: [],
    tiers: [
      {
        marginClass: 0,
        upToLots: lots(1_000_000),
        initialPpm: ppm(ratePpm),
        maintenancePpm: ppm(ratePpm),
      },
    ],
    haircuts: [],
    policies: [],
  };
}
