import { BUY } from '#libs/default-management';
import { Random } from '#libs/simulator';
import { type ExecutionTerms, publishTerms } from './execution-terms.js';
import type { HouseDriver, Input } from './house-driver.js';
import {
  account,
  DAY,
  deposit,
  EXCHANGE,
  PERP,
  perpetual,
  priced,
  SECOND,
  smallHouse,
  trade,
} from './small-house.js';

const STREAM = 2028;
const TRADERS = 14;

/** An input, or only time; then so many slices of what runs. */
export interface WorldStep {
  readonly input?: Input;
  readonly timeUs: number;
  readonly slices: number;
}

/** A small house with traders on both sides of two perpetuals, and execution terms drawn by the seed. */
export class CascadeWorld {
  readonly traders: number[] = [];
  readonly second: number;
  readonly marks: number[];
  now = DAY;

  constructor(
    readonly driver: HouseDriver,
    seed: number,
  ) {
    const random = new Random(seed, STREAM);
    smallHouse(3 + (seed % 2), driver);
    driver.accept({ ...perpetual, name: 'ETH-PERP', outlierPpm: 0 });
    this.second = driver.state.instruments.count;
    driver.accept(priced(driver, 30_000, this.second));
    this.marks = [0, 400_000, 30_000];
    driver.accept(deposit(account.maker, 100_000 + random.below(400_000)));
    const direct = { accountKind: 0, pool: EXCHANGE, member: 0, parent: 0 };
    for (let k = 0; k < TRADERS; k++) {
      driver.accept({ type: 'AccountOpened', name: `trader-${String(k)}`, ...direct });
      const id = driver.state.accounts.count;
      driver.accept(deposit(id, 2_000 + random.below(k < 4 ? 60_000 : 4_000)));
      this.traders.push(id);
    }
    const layer = { pool: EXCHANGE, member: 0, layer: 0 };
    if (random.below(2) === 0) {
      driver.accept({
        type: 'FundContributed',
        ...layer,
        amountMinor: random.below(1_000_000) + 1,
      });
    }
    publishTerms(driver, drawnTerms(random));
  }
}

/** Each rule is on in about half of the worlds. */
function drawnTerms(random: Random): Partial<ExecutionTerms> {
  const half = (): boolean => random.below(2) === 0;
  const hasWindow = half();
  const hasBreaker = random.below(3) === 0;
  const hasBackstop = half();
  const deleverages = random.below(3) > 0 ? 1 : 0;
  return {
    trancheDelayUs: half() ? random.below(10) * SECOND : 0,
    openInterestSharePpm: half() ? 20_000 + random.below(200_000) : 0,
    depthSharePpm: half() ? 50_000 + random.below(500_000) : 0,
    depthMaxAgeUs: half() ? 30 * SECOND : 0,
    windowUs: hasWindow ? 20 * SECOND : 0,
    windowSharePpm: hasWindow ? 50_000 + random.below(300_000) : 0,
    indexGapPpm: half() ? 20_000 : 0,
    priceBandPpm: half() ? 15_000 : 0,
    haltMovePpm: hasBreaker ? 60_000 : 0,
    haltWindowUs: hasBreaker ? 60 * SECOND : 0,
    haltUs: hasBreaker ? 20 * SECOND : 0,
    deleverages,
    deleverageAttempts: deleverages === 1 ? random.below(2) : 0,
    backstop: hasBackstop ? account.maker : 0,
    backstopAttempts: hasBackstop ? random.below(4) : 0,
    backstopBelowPpm: hasBackstop ? random.below(900_000) : 0,
    backstopCostPpm: hasBackstop ? random.below(20_000) : 0,
    backstopLimitMinor: hasBackstop && half() ? 2_000_000_000 : 0,
  };
}

/** What happens next: a venue's doing, a price, a depth, a trade, a deposit, or time. */
export function nextStep(random: Random, world: CascadeWorld): WorldStep {
  const slices = random.below(4) === 0 ? 0 : random.below(6);
  const input = nextInput(random, world);
  return { ...(input === undefined ? {} : { input }), timeUs: world.now, slices };
}

function nextInput(random: Random, world: CascadeWorld): Input | undefined {
  const { driver, marks } = world;
  if (driver.state.orders.open.size > 0 && random.below(3) > 0) return venueDoes(random, world);
  const instrument = random.below(3) === 0 ? world.second : PERP;
  switch (random.below(9)) {
    case 0:
    case 1: {
      const isCrash = random.below(6) === 0;
      const move = isCrash ? 0.9 + random.below(3) / 100 : 0.975 + random.below(50) / 1_000;
      marks[instrument] = Math.max(1_000, Math.round((marks[instrument] ?? 0) * move));
      return priced(driver, marks[instrument], instrument);
    }
    case 2:
      return depth(random, world, instrument);
    case 3:
    case 4:
      world.now += random.below(20) * SECOND;
      return undefined;
    case 5:
      return deposit(oneOf(random, world.traders), 1 + random.below(500));
    default: {
      const [buyer, seller] = [oneOf(random, world.traders), oneOf(random, world.traders)];
      const lots = instrument === PERP ? 1 + random.below(400) : 1 + random.below(4_000);
      return { ...trade(buyer, seller, lots, marks[instrument] ?? 1), instrument };
    }
  }
}

function depth(random: Random, { driver, marks }: CascadeWorld, instrument: number): Input {
  const near = (marks[instrument] ?? 0) * (0.97 + random.below(60) / 1_000);
  return {
    type: 'MarketDepthObserved',
    instrument,
    bidLots: random.below(2_000),
    askLots: random.below(2_000),
    indexTicks: random.below(4) === 0 ? 0 : Math.round(near),
    observedAt: driver.state.clock.timeUs,
  };
}

/** Some order is filled, whole or in part, or ends; else the venue keeps silent and time passes. */
function venueDoes(random: Random, world: CascadeWorld): Input | undefined {
  const { orders } = world.driver.state;
  const [id, order] = oneOf(random, [...orders.open]);
  const left = order.quantityLots - order.filledLots;
  const what = random.below(6);
  if (left === 0) return ended(id, 3, order.filledLots);
  if (what === 0) return ended(id, 1 + random.below(2), order.filledLots);
  if (what === 1) {
    world.now += random.below(12) * SECOND;
    return undefined;
  }
  const others = world.traders.filter((trader) => trader !== order.account);
  const other = random.below(2) === 0 ? account.maker : oneOf(random, others);
  const isBuy = order.side === BUY;
  const lots = what === 2 ? 1 + random.below(left) : left;
  return {
    ...trade(isBuy ? order.account : other, isBuy ? other : order.account, lots, 1),
    instrument: order.instrument,
    priceTicks: order.limitPriceTicks,
    liquidationOrder: id,
    tradeType: 2,
  };
}

function ended(order: number, answer: number, filledLots: number): Input {
  return { type: 'LiquidationOrderAnswered', order, answer, filledLots };
}

function oneOf<T>(random: Random, values: readonly T[]): T {
  const value = values[random.below(values.length)];
  if (value === undefined) throw new Error('there is one to choose');
  return value;
}
