import type { MessageNamed } from '#libs/events';
import { formatDate } from '#libs/events';
import { OPERATOR_ID } from './publishers.js';
import type { Timeline } from './timeline.js';

/** One whole reference currency unit in minor units (4 digits). */
export const USDT_MINOR = 10_000;
/** Minor units of a coin (8 digits). */
export const COIN_MINOR = 100_000_000;
/** Symbols whose coin is listed as a currency too, and may be collateral. */
export const COINS_MAX = 2;

const DAY_US = 86_400_000_000;
const MAX_PRICE_TICKS = 10_000_000;
const MAX_LOTS = 100_000_000;
/** 2^50, the bound of `maxLots x multiplier` at listing. */
const LISTING_BOUND = 1_125_899_906_842_624;
const INVERSE_LOT_USDT = 10;
const INVERSE_TICK_DIGITS_MAX = 2;
const OUTLIER_PPM = 250_000;
/** Margin class of an inverse contract; linear ones have 1 + the ordinal of their symbol. */
export const INVERSE_CLASS = 100;

export type ContractKind = 'perpetual' | 'quarterly' | 'daily' | 'inverse';

/** An instrument of the simulated venue; instrument ids are 1 + its place in the list. */
export interface Contract {
  readonly id: number;
  readonly kind: ContractKind;
  readonly symbol: number;
  readonly name: string;
  readonly isInverse: boolean;
  readonly marginClass: number;
  /** linear: minor units per lot and tick; inverse: minor units x ticks per lot. */
  readonly multiplier: number;
  readonly maxLots: number;
  readonly tickDigits: number;
  /** Log time of the expiry; 0 for a perpetual. */
  readonly expiresAtUs: number;
}

/** The coin behind a symbol: BTCUSDT and BTC-PERP are about BTC. */
export function coinOf(symbol: string): string {
  const text = symbol.toUpperCase().replace(/[^A-Z0-9]/g, '');
  const coin = text.replace(/(USDT|USDC|USD|PERP)$/, '');
  return (coin === '' || coin === 'USDT' ? `${text}X` : coin).slice(0, 12);
}

/** Coins of the symbols in their order, told apart where two symbols are about one coin. */
export function coinNames(timeline: Timeline): string[] {
  const names: string[] = [];
  for (const { symbol } of timeline.symbols) {
    const coin = coinOf(symbol);
    names.push(names.includes(coin) ? `${coin}${String(names.length + 1)}` : coin);
  }
  return names;
}

/**
 * For each symbol a perpetual and a quarterly future; on the first one also a future that expires
 * after a third of the timeline and, where its price allows it, a perpetual settled in the coin.
 * One linear lot and tick are worth one minor unit, whatever the coin costs.
 */
export function listContracts(timeline: Timeline): Contract[] {
  const coins = coinNames(timeline);
  const contracts: Contract[] = [];
  const add = (kind: ContractKind, symbol: number, name: string, expiresAtUs: number): void => {
    const { tickDigits, scale } = timeline.symbols[symbol]!;
    const isInverse = kind === 'inverse';
    const multiplier = isInverse ? INVERSE_LOT_USDT * COIN_MINOR * scale : 1;
    contracts.push({
      id: contracts.length + 1,
      kind,
      symbol,
      name,
      isInverse,
      marginClass: isInverse ? INVERSE_CLASS : symbol + 1,
      multiplier,
      maxLots: isInverse ? Math.floor(LISTING_BOUND / multiplier) : MAX_LOTS,
      tickDigits,
      expiresAtUs,
    });
  };
  const quarterUs = quarterEndUs(timeline);
  for (const [symbol, coin] of coins.entries()) {
    add('perpetual', symbol, `${coin}-PERP`, 0);
    add('quarterly', symbol, `${coin}-${dateName(quarterUs)}`, quarterUs);
  }
  const third = Math.floor(timeline.marketSteps / 3) - 1;
  if (third >= timeline.stepsPerBar * 4) {
    const expiresAtUs = timeline.stepTimeUs(third);
    add('daily', 0, `${coins[0]!}-${dateName(expiresAtUs)}`, expiresAtUs);
  }
  if (timeline.symbols[0]!.tickDigits <= INVERSE_TICK_DIGITS_MAX) {
    add('inverse', 0, `${coins[0]!}-USD`, 0);
  }
  return contracts;
}

/** The first Friday, 08:00 UTC, at least 30 days after the end. */
function quarterEndUs(timeline: Timeline): number {
  const after = timeline.stepTimeUs(timeline.steps - 1) + 30 * DAY_US;
  let day = Math.floor(after / DAY_US) + 1;
  // 1 January 1970 was a Thursday: Fridays are the days 1, 8, 15 ...
  while (day % 7 !== 1) day += 1;
  return day * DAY_US + DAY_US / 3;
}

function dateName(timeUs: number): string {
  return formatDate(Math.floor(timeUs / DAY_US)).replaceAll('-', '');
}

/** The input that lists a contract. Currency ids: 1 the reference, 2.. the coins. */
export function listingOf(
  contract: Contract,
  staleAfterUs: number,
): MessageNamed<'InstrumentListed'> {
  return {
    type: 'InstrumentListed',
    publisherSequence: 0,
    publisher: OPERATOR_ID,
    currency: contract.isInverse ? 2 + contract.symbol : 1,
    underlying: 0,
    kind: contract.expiresAtUs === 0 ? 0 : 1,
    payoff: contract.isInverse ? 1 : 0,
    premium: 0,
    optionType: 0,
    marginClass: contract.marginClass,
    tickDigits: contract.tickDigits,
    multiplier: contract.multiplier,
    underlyingMultiplier: 0,
    strikeTicks: 0,
    maxLots: contract.maxLots,
    maxPriceTicks: MAX_PRICE_TICKS,
    outlierPpm: OUTLIER_PPM,
    staleAfterUs,
    expiresAt: contract.expiresAtUs,
    name: contract.name,
  };
}

/** Notional of a lot at a price, minor units of the reference currency. */
export function lotNotionalMinor(contract: Contract, priceTicks: number): number {
  return contract.isInverse ? INVERSE_LOT_USDT * USDT_MINOR : priceTicks * contract.multiplier;
}
