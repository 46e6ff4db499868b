import { divideFloor, invariant, multiplyDivideFloor } from '#libs/units';
import { type Exposure, ONE_PPB, type OpenOrder } from './open-order.js';

/** How a position with its own purse is margined: a share of what was paid for it. */
export interface IsolatedTerms {
  readonly marginFactorPpb: number;
  readonly lotsPerContract: number;
}

/**
 * Margin of the orders of an isolated position, minor units, rounded down (Vega, 0019-MCAL): the larger
 * of both sides, each the sum of lots at their prices (at the auction's, where that is higher) times
 * the factor. Orders against the position need none as far as it reaches, the nearest first.
 */
export function isolatedOrderMarginMinor(
  { lots, buys, sells }: Exposure,
  terms: IsolatedTerms,
  auctionPriceMinor = 0,
): number {
  const side = (orders: readonly OpenOrder[], covered: number): number =>
    shareOf(uncoveredValue(orders, covered, auctionPriceMinor), terms);
  return Math.max(side(buys, Math.max(0, -lots)), side(sells, Math.max(0, lots)));
}

/** Value of what is left of the orders when their first `covered` lots are left out. */
export function uncoveredValue(
  orders: readonly OpenOrder[],
  covered: number,
  floorPriceMinor = 0,
): number {
  let left = covered;
  let value = 0;
  for (const { lots, priceMinor } of orders) {
    const free = Math.min(left, lots);
    left -= free;
    value += (lots - free) * Math.max(priceMinor, floorPriceMinor);
  }
  invariant(left >= 0 && Number.isSafeInteger(value), 'the value of orders is a safe integer');
  return value;
}

function shareOf(value: number, { marginFactorPpb, lotsPerContract }: IsolatedTerms): number {
  return multiplyDivideFloor(value, marginFactorPpb, ONE_PPB * lotsPerContract);
}

/** A trade of an isolated position, in the order in which they happened. */
export interface IsolatedTrade {
  readonly lots: number;
  readonly priceMinor: number;
}

/** Trades of one side that changed a position whose purse holds `balanceMinor`. */
export interface PositionChange {
  readonly lotsBefore: number;
  readonly lotsAfter: number;
  readonly trades: readonly IsolatedTrade[];
  readonly markMinor: number;
  readonly balanceMinor: number;
}

/**
 * What goes into the purse of an isolated position after trades (negative: out of it), minor units
 * (Vega, 0010-MARG). Larger: the factor's share of the trades. Smaller: its share of the balance,
 * valued at the trades' average price instead of the mark, comes back. Turned round: the old balance
 * against the margin of the new side.
 */
export function isolatedTransferMinor(change: PositionChange, terms: IsolatedTerms): number {
  const { lotsBefore, lotsAfter, trades, balanceMinor } = change;
  const before = Math.abs(lotsBefore);
  const after = Math.abs(lotsAfter);
  const isTurned = lotsBefore * lotsAfter < 0;
  const traded = trades.reduce((sum, { lots }) => sum + lots, 0);
  invariant(
    traded === Math.abs(lotsAfter - lotsBefore),
    'the trades are what changed the position',
  );
  if (isTurned) return shareOf(valueAfter(trades, before), terms) - balanceMinor;
  if (after >= before) return shareOf(valueAfter(trades, 0), terms);
  const average = divideFloor(valueAfter(trades, 0), traded);
  const moved = (average - change.markMinor) * before;
  const worth = Math.max(0, balanceMinor + Math.trunc(moved / terms.lotsPerContract));
  return -multiplyDivideFloor(worth, traded, before);
}

/** Value of the trades behind the first `closing` lots. */
function valueAfter(trades: readonly IsolatedTrade[], closing: number): number {
  const orders = trades.map(({ lots, priceMinor }) => ({ isBuy: true, lots, priceMinor }));
  return uncoveredValue(orders, closing);
}
