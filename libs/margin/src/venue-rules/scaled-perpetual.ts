import { powerOfTen } from '#libs/market';
import {
  checkedMultiply,
  divideFloor,
  invariant,
  multiplyDivideCeil,
  multiplyDivideFloor,
  SAFE_LIMIT,
} from '#libs/units';
import { openInterestRate } from '../rate-growth.js';

const MILLION = 1_000_000;
/** Largest power of ten that divides at once. */
const DIGITS_AT_ONCE = 15;

/** A perpetual whose price and size are powers of ten of whole units (dYdX v4). */
export interface ScaledPerpetual {
  readonly price: number;
  /** Digits by which price x size becomes minor units of the quote currency; negative: fewer. */
  readonly exponent: number;
  readonly initialPpm: number;
  /** Maintenance, of the initial requirement that open interest has not raised. */
  readonly maintenanceFractionPpm: number;
  readonly openInterest: number;
  readonly openInterestFromMinor: number;
  readonly openInterestToMinor: number;
}

/** What a position adds to an account, minor units of the quote currency. */
export interface PositionRisk {
  readonly netMinor: number;
  readonly initialMinor: number;
  readonly maintenanceMinor: number;
}

/** Value of a signed size, minor units of the quote currency, toward 0. */
export function scaledValueMinor({ price, exponent }: ScaledPerpetual, size: number): number {
  const value = valueOf(Math.abs(size), price, exponent);
  return size < 0 ? 0 - value : value;
}

/**
 * Value and requirements of a position (dYdX v4, `x/perpetuals/lib`): both rounded up, the maintenance
 * one as a fraction of the rounded initial one; open interest raises the initial one alone.
 */
export function scaledRisk(perpetual: ScaledPerpetual, size: number): PositionRisk {
  return { netMinor: scaledValueMinor(perpetual, size), ...scaledRequirements(perpetual, size) };
}

/** The requirements alone: they may be within 2^53 where the value is not. */
export function scaledRequirements(
  perpetual: ScaledPerpetual,
  size: number,
): Omit<PositionRisk, 'netMinor'> {
  const interest = {
    openInterestMinor: openInterestValue(perpetual),
    fromMinor: perpetual.openInterestFromMinor,
    toMinor: perpetual.openInterestToMinor,
  };
  const raisedPpm = openInterestRate(perpetual.initialPpm, interest, MILLION);
  const atRest = shareOf(perpetual, Math.abs(size), perpetual.initialPpm);
  return {
    initialMinor: shareOf(perpetual, Math.abs(size), raisedPpm),
    maintenanceMinor: multiplyDivideCeil(atRest, perpetual.maintenanceFractionPpm, MILLION),
  };
}

/** A share of the value of a size, rounded up; where no digits are cut off, in one step. */
function shareOf({ price, exponent }: ScaledPerpetual, size: number, ppm: number): number {
  if (exponent < 0) return multiplyDivideCeil(valueOf(size, price, exponent), ppm, MILLION);
  const scaled = checkedMultiply(powerOfTen(exponent), ppm);
  return multiplyDivideCeil(checkedMultiply(size, price), scaled, MILLION);
}

/** Initial requirement of a notional where the value of the open interest is known, rounded up. */
export function initialOf(
  notionalMinor: number,
  {
    initialPpm,
    ...interest
  }: {
    readonly initialPpm: number;
    readonly openInterestMinor: number;
    readonly fromMinor: number;
    readonly toMinor: number;
  },
): number {
  invariant(notionalMinor >= 0, 'a notional has no sign');
  const ratePpm = openInterestRate(initialPpm, interest, MILLION);
  return multiplyDivideCeil(notionalMinor, ratePpm, MILLION);
}

/** At most 2^53: it is compared with bounds that are below. */
function openInterestValue({
  price,
  exponent,
  openInterest,
  openInterestToMinor,
}: ScaledPerpetual): number {
  if (openInterestToMinor === 0) return 0;
  const digits = Math.min(DIGITS_AT_ONCE, Math.abs(exponent));
  const scale = exponent < 0 ? 1 / powerOfTen(digits) : powerOfTen(digits);
  const isBeyond = openInterest * price * scale >= SAFE_LIMIT;
  return isBeyond ? SAFE_LIMIT : valueOf(openInterest, price, exponent);
}

function valueOf(size: number, price: number, exponent: number): number {
  invariant(size >= 0 && price >= 0, 'a size and a price are 0 or more');
  if (exponent >= 0) return checkedMultiply(checkedMultiply(size, price), powerOfTen(exponent));
  const digits = Math.min(DIGITS_AT_ONCE, -exponent);
  const value = multiplyDivideFloor(size, price, powerOfTen(digits));
  return divideFloor(value, powerOfTen(-exponent - digits));
}
