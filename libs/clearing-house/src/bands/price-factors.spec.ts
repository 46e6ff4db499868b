import * as fc from 'fast-check';
import { A, P, POOL, SAGA } from '#libs/clearing';
import type { Measured } from '#libs/events';
import { Rulebook } from '#libs/margin';
import { CALL, I, INVERSE, LINEAR, OPTION, PERPETUAL, PUT } from '#libs/market';
import { amountMinor, lots, ppm, priceTicks } from '#libs/units';
import { Evaluation } from '../decide/evaluation.js';
import { HouseState } from '../state/house-state.js';
import { distanceOf } from './band-bounds.js';
import { spentMinor, widthFor } from './band-width.js';
import { PriceFactors } from './price-factors.js';

const UNIT = 1;
const USD = 1;
const COIN = 2;
const COIN_DIGITS = 6;

interface Contract {
  readonly currency: number;
  readonly payoff: number;
  readonly multiplier: number;
  readonly on: number;
  readonly right: number;
}

/** Everything a unit can hold, the other currency and the reciprocal among them; options on the first. */
const CONTRACTS: readonly Contract[] = [
  { currency: USD, payoff: LINEAR, multiplier: 7, on: 0, right: 0 },
  { currency: USD, payoff: LINEAR, multiplier: 3, on: 0, right: 0 },
  { currency: COIN, payoff: INVERSE, multiplier: 1_000_000_007, on: 0, right: 0 },
  { currency: COIN, payoff: LINEAR, multiplier: 2, on: 0, right: 0 },
  { currency: USD, payoff: LINEAR, multiplier: 7, on: 1, right: CALL },
  { currency: USD, payoff: LINEAR, multiplier: 7, on: 1, right: PUT },
  { currency: COIN, payoff: LINEAR, multiplier: 2, on: 1, right: PUT },
];
const COUNT = CONTRACTS.length;

/** Rates from one in a thousand to the whole worth, so that a long position may lean down. */
const worlds = fc.record({
  warningPpm: fc.integer({ min: 1_000_000, max: 10_000_000 }),
  ratePpm: fc.integer({ min: 1_000, max: 1_000_000 }),
  shortPpm: fc.integer({ min: 0, max: 1_000_000 }),
  shortPutPpm: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 1_000_000 })),
  haircutPpm: fc.integer({ min: 0, max: 1_000_000 }),
  coinMicros: fc.integer({ min: 1, max: 50_000_000_000 }),
  strike: fc.integer({ min: 1, max: 10_000_000 }),
  cash: fc.integer({ min: 0, max: 1_000_000_000_000 }),
  coins: fc.integer({ min: 0, max: 1_000_000_000 }),
  held: fc.array(size(), { minLength: COUNT, maxLength: COUNT }),
  marks: prices(),
  later: prices(),
  saga: fc.constantFrom(SAGA.healthy, SAGA.warned, SAGA.called),
  oneWay: fc.boolean(),
});
type World = typeof worlds extends fc.Arbitrary<infer W> ? W : never;

function size(): fc.Arbitrary<number> {
  return fc.oneof(fc.constant(0), fc.integer({ min: -10_000, max: 10_000 }));
}

function prices(): fc.Arbitrary<number[]> {
  const price = fc.oneof(
    fc.integer({ min: 1, max: 100 }),
    fc.integer({ min: 10_000, max: 10_000_000 }),
  );
  return fc.array(price, { minLength: COUNT, maxLength: COUNT });
}

describe('the losses of price factors', () => {
  it('bound what any prices, however far they go, take from the distance of a unit', () => {
    fc.assert(
      fc.property(worlds, (world) => {
        const { state, evaluation, factors } = settled(world);
        const { rows } = factors;
        let least = distanceOf(evaluation, world.saga) - factors.roundingMinor;
        let scale = Math.abs(least);
        for (let f = 0; f < rows.count; f++) {
          const loss = lossOf(factors, f, world);
          least -= loss;
          scale += loss + rows.gross(f);
        }
        mark(state, world.later);
        evaluation.evaluate(UNIT);
        expect(distanceOf(evaluation, world.saga)).toBeGreaterThanOrEqual(least - scale * 1e-9);
      }),
      { numRuns: 1_500 },
    );
  });

  it('are of no use when something that they bound is left out', () => {
    class WithoutUnderlying extends PriceFactors {
      protected override addPosition(...of: Parameters<PriceFactors['addPosition']>): void {
        const source = { ...of[1].source, shortOptionMaintenancePpm: ppm(0) };
        super.addPosition(of[0], new Rulebook(source), of[2]);
      }
    }
    const world = {
      ...plainWorld,
      held: [0, 0, 0, 0, -10, 0, 0],
      later: [2_000, 1, 1, 1, 100, 1, 1],
    };
    expect(shortfall(world, PriceFactors)).toBe(0);
    expect(shortfall(world, WithoutUnderlying)).toBeGreaterThan(0);
  });
});

describe('the width of bands', () => {
  it('never spends more than it is given, and no edge is needed where all that can be lost is less', () => {
    fc.assert(
      fc.property(worlds, fc.integer({ min: 1, max: 2 ** 50 }), (world, spend) => {
        const { rows } = settled(world).factors;
        const width = widthFor(rows, spend, 4);
        expect(width).toBeGreaterThan(0);
        expect(width).toBeLessThanOrEqual(4);
        expect(spentMinor(rows, width)).toBeLessThanOrEqual(spend * (1 + 1e-12));
      }),
    );
    const longOption = { ...plainWorld, held: [0, 0, 0, 0, 10, 0, 0], warningPpm: 1_000_000 };
    expect(spentMinor(settled(longOption).factors.rows, 4)).toBeLessThan(10);
  });
});

const plainWorld: World = {
  warningPpm: 1_000_000,
  ratePpm: 50_000,
  shortPpm: 75_000,
  shortPutPpm: 0,
  haircutPpm: 0,
  coinMicros: 1_000_000,
  strike: 1_000,
  cash: 1_000_000,
  coins: 0,
  held: [],
  marks: [1_000, 1, 1, 1, 100, 1, 1],
  later: [],
  saga: SAGA.healthy,
  oneWay: true,
};

/** How far the distance falls below its bound; 0 when it does not. */
function shortfall(world: World, Factors: typeof PriceFactors): number {
  const { state, evaluation, factors } = settled(world, Factors);
  let least = distanceOf(evaluation, world.saga) - factors.roundingMinor;
  for (let f = 0; f < factors.rows.count; f++) least -= lossOf(factors, f, world);
  mark(state, world.later);
  evaluation.evaluate(UNIT);
  return Math.max(0, least - distanceOf(evaluation, world.saga));
}

/** What a factor allows for as its price goes where the world says. */
function lossOf({ rows }: PriceFactors, f: number, { marks, later }: World): number {
  const at = rows.instrument(f) - 1;
  const [from, to] = [marks[at]!, later[at]!];
  const moved = (to - from) / from;
  if (moved >= 0) return rows.rise(f) * moved;
  return rows.fall(f) * (rows.isInverse(f) ? from / to - 1 : -moved);
}

function settled(world: World, Factors = PriceFactors) {
  const state = houseOf(world);
  const evaluation = new Evaluation(state);
  mark(state, world.marks);
  evaluation.evaluate(UNIT);
  const factors = new Factors(state, evaluation);
  factors.gather(world.saga, world.oneWay && world.saga === SAGA.healthy);
  return { state, evaluation, factors };
}

/** One direct account that bought or sold at a price of 0, in a pool with one rate for everything. */
function houseOf(world: World): HouseState {
  const state = new HouseState();
  state.currencies.add(2);
  state.currencies.add(COIN_DIGITS);
  state.currencies.setPrice(COIN, world.coinMicros);
  state.house.append();
  state.house.append();
  state.pools.set(state.pools.admit('pool'), POOL.baseCurrency, USD);
  state.rulebooks.publish(rulebook(world), true);
  state.accounts.set(state.accounts.append(), A.pool, 1);
  state.balances.ensurePurse(UNIT);
  state.balances.credit(UNIT, USD, amountMinor(world.cash));
  state.balances.credit(UNIT, COIN, amountMinor(world.coins));
  for (const [k, contract] of CONTRACTS.entries()) {
    list(state, contract, world.strike);
    const held = world.held[k] ?? 0;
    if (held === 0) continue;
    state.positions.set(state.positions.open(UNIT, k + 1, 0), P.lots, lots(held));
  }
  return state;
}

function list({ instruments }: HouseState, contract: Contract, strike: number): void {
  const id = instruments.append();
  instruments.set(id, I.currency, contract.currency);
  instruments.set(id, I.payoff, contract.payoff);
  instruments.set(id, I.multiplier, contract.multiplier);
  instruments.set(id, I.kind, contract.on === 0 ? PERPETUAL : OPTION);
  if (contract.on === 0) return;
  instruments.set(id, I.underlying, contract.on);
  instruments.set(id, I.underlyingMultiplier, contract.multiplier);
  instruments.set(id, I.optionType, contract.right);
  instruments.set(id, I.strikeTicks, priceTicks(strike));
}

function mark({ instruments }: HouseState, marks: readonly number[]): void {
  for (const [k, ticks] of marks.entries()) instruments.set(k + 1, I.markTicks, priceTicks(ticks));
}

function rulebook(world: World): Measured<'RulebookPublished'> {
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
    warningPpm: ppm(world.warningPpm),
    warningClearPpm: ppm(world.warningPpm),
    targetPpm: ppm(1_000_000),
    slippagePpm: ppm(0),
    orderTimeoutUs: 1,
    callWindowUs: 1,
    memberCallWindowUs: 1,
    shortOptionMaintenancePpm: ppm(world.shortPpm),
    shortOptionInitialPpm: ppm(Math.min(1_000_000, world.shortPpm * 2)),
    shortOptionFloorPpm: ppm(world.shortPpm),
    shortPutMaintenancePpm: ppm(world.shortPutPpm),
    concentrations: [],
    model: 0,
    scenarioTerms: [],
    scenarios: [],
    scenarioOffsets: [],
    executionTerms: [],
    releasePpm: ppm(0),
    scenarioCollateral: [],
    tiers: [
      {
        marginClass: 0,
        upToLots: lots(1_000_000),
        initialPpm: ppm(world.ratePpm),
        maintenancePpm: ppm(world.ratePpm),
      },
    ],
    haircuts: [{ currency: COIN, haircutPpm: ppm(world.haircutPpm) }],
    policies: [],
  };
}
