import { createHash } from 'node:crypto';
import { HouseState, restoreState, WatchEverybody, writeStateRows } from '#libs/clearing-house';
import { breakdownOf } from '#libs/replay';
import { Random } from '#libs/simulator';
import { listed, option } from '../support/contracts.js';
import { HouseDriver, type Input } from '../support/house-driver.js';
import { forward, rate, said, threeSources } from '../support/market-feeds.js';
import { flatSurface, neutralTerms, scenarioRulebook } from '../support/scenario-rulebook.js';
import {
  account,
  BTC,
  DAY,
  deposit,
  fill,
  priced,
  SECOND,
  smallHouse,
  trade,
} from '../support/small-house.js';

/**
 * Houses with a pool under scenarios, drawn by the seed: trades in a perpetual and options on it, prices,
 * volatilities, forwards, rates and time that end epochs, sources of an index, breaches and their fills. Bands and brute force record the same;
 * a house restored from its rows goes on as the one that was not; every explanation adds up.
 * `NOVATE_SEEDS=500` is the full run, `NOVATE_SEED=7` replays one.
 */
const only = process.env['NOVATE_SEED'];
const count = Number(process.env['NOVATE_SEEDS'] ?? 6);
const seeds = only === undefined ? Array.from({ length: count }, (_, k) => k + 1) : [Number(only)];
const STEPS = 160;
const STREAM = 1013;
const MONTH = DAY + 30 * 86_400 * SECOND;
const units = [account.alice, account.bob, account.maker] as const;

class World {
  readonly driver: HouseDriver;
  mark = 400_000;
  now = DAY;
  options: number[] = [];

  constructor(driver: HouseDriver, terms: Input) {
    this.driver = smallHouse(4, driver);
    driver.accept(terms);
    driver.accept(flatSurface(MONTH, DAY));
    driver.drain();
    for (const [right, strike] of [
      ['put', 380_000],
      ['call', 420_000],
      ['put', 400_000],
    ] as const) {
      const contract = { ...option(right, 'equity', strike), expiresAt: MONTH };
      this.options.push(listed(driver, contract, 15_000));
    }
    driver.drain();
    for (const unit of units)
      driver.accept(deposit(unit, unit === account.maker ? 9_000_000 : 3_000));
    // 800 USD in coin, which some of the rulebooks move in the scenarios.
    const coin = { type: 'CollateralDeposited', currency: BTC, amountMinor: 2_000_000 } as const;
    for (const unit of units) driver.accept({ ...coin, account: unit });
  }
}

function terms(random: Random): Input {
  const [base] = scenarioRulebook.scenarioTerms;
  const volatilities = [0, 1, 2, 3, 4];
  return {
    ...scenarioRulebook,
    scenarioCollateral: random.below(2) === 0 ? [] : [{ currency: BTC, underlying: 1 }],
    scenarioTerms: [
      {
        ...neutralTerms,
        ...base,
        volatilityUpPpb: random.below(500_000_000),
        volatilityDownPpb: random.below(500_000_000),
        skewLinearCapPpb: random.below(100_000_000),
        skewAbsoluteCapPpb: random.below(100_000_000),
        skewLeastWidthPpb: 100_000_000,
        basisUpPpb: 45_000_000,
        basisDownPpb: -45_000_000,
        basisAddPpb: random.below(1_000_000_000),
        basisCompetes: random.below(2),
        linearContingencyPpb: random.below(20_000_000),
        shortOptionContingencyPpb: random.below(20_000_000),
        rollPerYearPpb: random.below(20_000_000),
        addOnsScaled: random.below(2),
        confidenceThresholdPpb: 1_000_000_000,
        confidenceFactorPpb: random.below(1_000_000_000),
        minimumShortOptionMinor: random.below(1_000),
        discountsValues: random.below(2),
        discountLongRatePpb: random.below(2) * 1_000_000_000,
        indexConfidence: random.below(2),
        surfaceMaxAgeUs: random.below(3) * 30 * SECOND,
        forwardMaxAgeUs: random.below(3) * 60 * SECOND,
      },
    ],
    scenarios: [-200_000_000, -100_000_000, 0, 100_000_000, 200_000_000].flatMap((shock) =>
      volatilities.map((volatility) => ({
        priceShockPpb: shock,
        linearShockPpb: shock,
        volatility,
        weightPpb: 1_000_000_000 - random.below(200_000_000),
        component: 0,
      })),
    ),
  };
}

/** The next input; undefined: only time moves on. */
function nextInput(random: Random, world: World): Input | undefined {
  const { driver } = world;
  const order = [...driver.state.orders.open.entries()][0];
  if (order !== undefined && random.below(3) > 0) {
    const [id, { account: who, instrument, side, quantityLots, filledLots, limitPriceTicks }] =
      order;
    const left = quantityLots - filledLots;
    if (left === 0) {
      return { type: 'LiquidationOrderAnswered', order: id, answer: 3, filledLots };
    }
    const issued = { order: id, account: who, instrument, side, quantityLots: left };
    const other = who === account.maker ? account.bob : account.maker;
    return fill(issued as Parameters<typeof fill>[0], other, limitPriceTicks, left);
  }
  switch (random.below(12)) {
    case 11:
      return { type: 'CurrencyPriceObserved', currency: BTC, priceMicros: world.mark * 100_000 };
    case 0:
      world.mark = Math.round(world.mark * (0.97 + random.below(60) / 1_000));
      return priced(driver, world.mark);
    case 1:
      return flatSurface(MONTH, world.now, 400_000 + random.below(300_000));
    case 2:
      return priced(driver, 1_000 + random.below(40_000), world.options[random.below(3)]);
    case 3:
      world.now += random.below(40) * SECOND;
      return undefined;
    case 4:
      return forward(driver, MONTH, Math.round(world.mark * (0.98 + random.below(40) / 1_000)));
    case 5:
      return rate(driver, MONTH, random.below(200_000_000));
    case 6:
      return ofIndex(random, world);
    default: {
      const buyer = units[random.below(3)]!;
      const seller = units[random.below(3)]!;
      const instrument = random.below(2) === 0 ? 1 : world.options[random.below(3)]!;
      const price = instrument === 1 ? world.mark : 15_000;
      return { ...trade(buyer, seller, 1 + random.below(120), price), instrument };
    }
  }
}

/** A definition of the perpetual's index, or what a source of it says; seldom its end. */
function ofIndex(random: Random, { driver, mark }: World): Input {
  if (driver.state.indices.of(1) === undefined) return threeSources;
  if (random.below(12) === 0) return { ...threeSources, sources: [] };
  const source = [1, 2, 7][random.below(3)]!;
  return said(driver, source, Math.round(mark * (0.993 + random.below(14) / 1_000)));
}

function rootOf(state: HouseState): string {
  const hash = createHash('sha256');
  writeStateRows(state, 'all', (chunk) => hash.update(chunk));
  return hash.digest('hex');
}

function restored(state: HouseState): HouseState {
  const chunks: Uint8Array[] = [];
  writeStateRows(state, 'all', (chunk) => chunks.push(chunk.slice()));
  return restoreState(Buffer.concat(chunks));
}

function assertExplained({ state, house }: HouseDriver): number {
  let explained = 0;
  for (const unit of units) {
    if (!house.judgement.evaluation.evaluate(unit)) continue;
    const breakdown = breakdownOf(state, house.judgement.evaluation, unit);
    if ((breakdown?.scenarioVector?.length ?? 0) > 0) explained += 1;
  }
  return explained;
}

describe.each(seeds)('a house under scenarios, seed %i', (seed) => {
  it('records the same by bands and by brute force, goes on after a restore, and adds up', () => {
    const random = new Random(seed, STREAM);
    const drawn = terms(random);
    const world = new World(new HouseDriver(), drawn);
    const naive = new World(
      new HouseDriver(new HouseState(), undefined, (state) => new WatchEverybody(state)),
      drawn,
    ).driver;
    let second = new HouseDriver(restored(world.driver.state));
    const seen = new Set<string>();
    let explained = 0;
    for (let step = 0; step < STEPS; step++) {
      const input = nextInput(random, world);
      const perform = (driver: HouseDriver) => [
        ...(input === undefined ? driver.time(world.now) : driver.submit(input)),
        ...driver.drain(),
      ];
      const own = perform(world.driver);
      expect([step, JSON.stringify(perform(naive))]).toEqual([step, JSON.stringify(own)]);
      expect([step, JSON.stringify(perform(second))]).toEqual([step, JSON.stringify(own)]);
      for (const { type } of own) seen.add(type);
      explained += assertExplained(world.driver);
      if (step % 20 === 0) {
        expect(rootOf(second.state)).toBe(rootOf(world.driver.state));
        second = new HouseDriver(restored(world.driver.state));
      }
    }
    expect(explained).toBeGreaterThan(STEPS);
    expect([...seen]).toEqual(expect.arrayContaining(['ValuationEpochOpened', 'TradeNovated']));
  });
});
