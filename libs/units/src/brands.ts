import { isSafe } from './bounds.js';
import { getInt64 } from './int64.js';
import { invariant } from './invariant.js';

declare const unit: unique symbol;
/** A number of a unit. The tag exists for the compiler alone; at run time it is the bare number. */
type Branded<Name extends string> = number & { readonly [unit]: { readonly [K in Name]: true } };

/** A price in ticks of its instrument, 0 or more once it is accepted. */
export type PriceTicks = Branded<'PriceTicks'>;
/** A quantity in lots of its instrument; a position's sign is its side. */
export type Lots = Branded<'Lots'>;
/** Money in minor units of its currency, signed. */
export type AmountMinor = Branded<'AmountMinor'>;
/** A rate in parts per million; signed, because a maker fee may be negative. */
export type Ppm = Branded<'Ppm'>;
export type Unit = PriceTicks | Lots | AmountMinor | Ppm;

/** Nothing, which is the same in every unit. */
export const ZERO = 0 as PriceTicks & Lots & AmountMinor & Ppm;

/** Doubles of one unit, side by side. */
export type UnitArray<U extends Unit> = Float64Array & { [index: number]: U };

export function unitArray<U extends Unit>(length: number): UnitArray<U> {
  invariant(Number.isInteger(length) && length > 0, 'an array of figures has a length');
  return new Float64Array(length) as UnitArray<U>;
}

/*
 * Where a bare number gets its unit. The sentences are constants and nothing is captured, so that
 * these may stand on the path of a trade.
 */

/** @throws InvariantViolation unless x is an integer in 0..2^53 */
export function priceTicks(x: number): PriceTicks {
  invariant(isSafe(x) && x >= 0, 'a price is a whole number of ticks in 0..2^53');
  return (x + 0) as PriceTicks;
}

/** @throws InvariantViolation unless x is an integer with |x| <= 2^53 */
export function lots(x: number): Lots {
  invariant(isSafe(x), 'a quantity is a whole number of lots within 2^53');
  return (x + 0) as Lots;
}

/** @throws InvariantViolation unless x is an integer with |x| <= 2^53 */
export function amountMinor(x: number): AmountMinor {
  invariant(isSafe(x), 'an amount is a whole number of minor units within 2^53');
  return (x + 0) as AmountMinor;
}

/** @throws InvariantViolation unless x is an integer with |x| <= 2^53 */
export function ppm(x: number): Ppm {
  invariant(isSafe(x), 'a rate is a whole number of ppm within 2^53');
  return (x + 0) as Ppm;
}

type Int64Reader<U extends Unit> = (view: DataView, at: number) => U;

/** `getInt64` of a field that holds this unit: its range is checked, not its rule. */
export const getPriceTicks = getInt64 as Int64Reader<PriceTicks>;
export const getLots = getInt64 as Int64Reader<Lots>;
export const getAmountMinor = getInt64 as Int64Reader<AmountMinor>;
