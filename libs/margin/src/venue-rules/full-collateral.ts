import { divideFloor, invariant } from '#libs/units';
import { uncoveredValue } from './isolated-margin.js';
import { type Exposure, lotsOf, type OpenOrder, valueOf } from './open-order.js';

/** A future whose price cannot leave 0..`priceCapMinor`: what can be lost is known beforehand. */
export interface CappedTerms {
  readonly priceCapMinor: number;
  /** Whether orders against the position need nothing as far as it reaches. */
  readonly netsOrders: boolean;
}

/**
 * Margin of a capped future, minor units: all that the position and its orders can lose (Vega,
 * 0019-MCAL 154 to 158). A long can lose its price, a short what the cap leaves above it; of the orders
 * the worse side counts, at their average price rounded down or, where they are netted, each at its own.
 * @param priceMinor average entry price, or the mark once gains and losses to it were paid
 */
export function fullCollateralMinor(
  { lots, buys, sells }: Exposure,
  priceMinor: number,
  { priceCapMinor, netsOrders }: CappedTerms,
): number {
  invariant(priceMinor >= 0 && priceMinor <= priceCapMinor, 'a price is within its cap');
  const held = lots >= 0 ? lots * priceMinor : -lots * (priceCapMinor - priceMinor);
  const mirrored = sells.map((order) => ({
    ...order,
    priceMinor: priceCapMinor - order.priceMinor,
  }));
  const bought = netsOrders
    ? uncoveredValue(buys, Math.max(0, -lots))
    : lotsOf(buys) * averagePrice(buys);
  const sold = netsOrders
    ? uncoveredValue(mirrored, Math.max(0, lots))
    : lotsOf(sells) * (priceCapMinor - averagePrice(sells));
  invariant(held >= 0 && bought >= 0 && sold >= 0, 'what can be lost is 0 or more');
  return held + Math.max(bought, sold);
}

function averagePrice(orders: readonly OpenOrder[]): number {
  const lots = lotsOf(orders);
  return lots === 0 ? 0 : divideFloor(valueOf(orders), lots);
}
