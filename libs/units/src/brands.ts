import { isSafe } from './bounds.js';
import { invariant } from './invariant.js';

declare const unit: unique symbol;
type Branded<Name extends string> = number & { readonly [unit]: Name };

/** A price in ticks of its instrument, 0 or more. */
export type PriceTicks = Branded<'PriceTicks'>;
/** A quantity in lots of its instrument; a position's sign is its side. */
export type Lots = Branded<'Lots'>;
/** Money in minor units of its currency, signed. */
export type AmountMinor = Branded<'AmountMinor'>;
/** A rate in parts per million; signed, because a funding rate and a maker fee may be negative. */
export type Ppm = Branded<'Ppm'>;
/** A time in microseconds since 1970-01-01 UTC, 0 or more. */
export type TimeUs = Branded<'TimeUs'>;

/** @throws InvariantViolation unless x is an integer in 0..2^53 */
export function priceTicks(x: number): PriceTicks {
  invariant(isSafe(x) && x >= 0, 'a price is a whole number of ticks in 0..2^53', () => String(x));
  return (x + 0) as PriceTicks;
}

/** @throws InvariantViolation unless x is an integer with |x| <= 2^53 */
export function lots(x: number): Lots {
  invariant(isSafe(x), 'a quantity is a whole number of lots within 2^53', () => String(x));
  return (x + 0) as Lots;
}

/** @throws InvariantViolation unless x is an integer with |x| <= 2^53 */
export function amountMinor(x: number): AmountMinor {
  invariant(isSafe(x), 'an amount is a whole number of minor units within 2^53', () => String(x));
  return (x + 0) as AmountMinor;
}

/** @throws InvariantViolation unless x is an integer with |x| <= 2^53 */
export function ppm(x: number): Ppm {
  invariant(isSafe(x), 'a rate is a whole number of ppm within 2^53', () => String(x));
  return (x + 0) as Ppm;
}

/** @throws InvariantViolation unless x is an integer in 0..2^53 */
export function timeUs(x: number): TimeUs {
  invariant(isSafe(x) && x >= 0, 'a time is a whole number of microseconds in 0..2^53', () =>
    String(x),
  );
  return (x + 0) as TimeUs;
}
