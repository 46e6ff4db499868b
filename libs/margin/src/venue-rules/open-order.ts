import { invariant } from '#libs/units';

/** Parts of one in which the rates of these rules are given: published factors have nine digits. */
export const ONE_PPB = 1_000_000_000;

/** An order that is open: sizes in lots, prices in minor units of a contract. */
export interface OpenOrder {
  readonly isBuy: boolean;
  readonly lots: number;
  readonly priceMinor: number;
  /** It trades at once, whatever the price. */
  readonly isMarket?: boolean;
}

/** A position with the orders beside it; what trades at once is counted into the position. */
export interface Exposure {
  /** Signed. */
  readonly lots: number;
  readonly buys: readonly OpenOrder[];
  readonly sells: readonly OpenOrder[];
}

/** Splits the orders of a position by side, nearest to the market first. */
export function exposureOf(lots: number, orders: readonly OpenOrder[]): Exposure {
  const resting = orders.filter((order) => order.isMarket !== true);
  let held = lots;
  for (const order of orders) {
    invariant(order.lots >= 0 && order.priceMinor >= 0, 'an order has lots and a price');
    if (order.isMarket === true) held += order.isBuy ? order.lots : -order.lots;
  }
  const buys = resting.filter(({ isBuy }) => isBuy);
  const sells = resting.filter(({ isBuy }) => !isBuy);
  return {
    lots: held,
    buys: buys.sort((a, b) => b.priceMinor - a.priceMinor),
    sells: sells.sort((a, b) => a.priceMinor - b.priceMinor),
  };
}

/** Lots of some orders. */
export function lotsOf(orders: readonly OpenOrder[]): number {
  return orders.reduce((sum, { lots }) => sum + lots, 0);
}

/** Lots times price of some orders, minor units x lots. */
export function valueOf(orders: readonly OpenOrder[]): number {
  const value = orders.reduce((sum, { lots, priceMinor }) => sum + lots * priceMinor, 0);
  invariant(Number.isSafeInteger(value), 'the value of orders is a safe integer');
  return value;
}
