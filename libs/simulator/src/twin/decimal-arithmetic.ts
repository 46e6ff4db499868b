import { Decimal as DecimalJs } from 'decimal.js';

/** 60 digits: every product of three stored numbers (each below 10^16) is exact. */
export const Decimal = DecimalJs.clone({ precision: 60, toExpNeg: -60, toExpPos: 60 });
export type Decimal = DecimalJs;

export const ZERO = new Decimal(0);
export const ONE = new Decimal(1);
/** Parts per million. */
export const MILLION = new Decimal(1_000_000);
/** Parts per billion. */
export const BILLION = new Decimal(1_000_000_000);
/** Largest size of a stored number. */
export const LIMIT = new Decimal(2).pow(52);

export function decimal(x: number): Decimal {
  return new Decimal(x);
}

/** floor(a / b) for b > 0, toward minus infinity. */
export function floorQuotient(a: Decimal, b: Decimal): Decimal {
  const truncated = a.divToInt(b);
  return truncated.mul(b).gt(a) ? truncated.sub(ONE) : truncated;
}

/** ceil(a / b) for b > 0, toward plus infinity. */
export function ceilQuotient(a: Decimal, b: Decimal): Decimal {
  const truncated = a.divToInt(b);
  return truncated.mul(b).lt(a) ? truncated.add(ONE) : truncated;
}

/** ceil(amount x ppm / 10^6). */
export function ppmUp(amount: Decimal, ppm: number): Decimal {
  return ceilQuotient(amount.mul(ppm), MILLION);
}

/** floor(amount x ppm / 10^6). */
export function ppmDown(amount: Decimal, ppm: number): Decimal {
  return floorQuotient(amount.mul(ppm), MILLION);
}

/** The whole number in it, as it stands in an event; never minus zero. */
export function whole(x: Decimal): number {
  return x.isZero() ? 0 : x.toNumber();
}

export function least(a: Decimal, b: Decimal): Decimal {
  return a.lt(b) ? a : b;
}

export function greatest(a: Decimal, b: Decimal): Decimal {
  return a.gt(b) ? a : b;
}
