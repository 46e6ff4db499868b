import {
  divideCeil,
  divideFloor,
  invariant,
  multiplyDivideCeil,
  multiplyDivideFloor,
} from '#libs/units';

/**
 * How a margin rate grows with the size of a position or of a market. A rate is a whole number of
 * parts, `one` of which are the whole (10^6 for the ppm of a rulebook); a size has no sign.
 */

/** A size is looked at in steps of 10^-8 of its reference, one far beyond it in whole references. */
const ROOT_OF_STEPS = 10_000;
const STEPS = ROOT_OF_STEPS * ROOT_OF_STEPS;
const FAR = 10_000_000;

/** ceil(sqrt(n)), exact for whole n in 0..2^52. */
export function rootCeil(n: number): number {
  invariant(Number.isSafeInteger(n) && n >= 0, 'a root is taken of a whole number, 0 or more');
  // The rounded root of IEEE 754 is within half a unit of its last place, so it is one off at most.
  let root = Math.ceil(Math.sqrt(n));
  if (root > 0 && (root - 1) * (root - 1) >= n) root -= 1;
  if (root * root < n) root += 1;
  invariant(root * root >= n, 'a root is not below the root');
  return root;
}

/**
 * Rate that grows with the square root of a size: `ceil(rate x ceil(10^4 x sqrt(size / reference)) /
 * 10^4)`, so that it is `rate` at `referenceSize`. The size premium of Drift and FTX
 * (`imf_factor x sqrt(size)`). From 10^7 references on, the root is of whole references, rounded up.
 */
export function squareRootRate(rate: number, size: number, referenceSize: number): number {
  invariant(rate >= 0 && size >= 0, 'a rate and a size are 0 or more');
  invariant(referenceSize > 0, 'a size is measured against one above 0');
  if (rate === 0) return 0;
  if (size >= FAR * referenceSize) return rate * rootCeil(divideCeil(size, referenceSize));
  const steps = multiplyDivideCeil(size, STEPS, referenceSize);
  return multiplyDivideCeil(rate, rootCeil(steps), ROOT_OF_STEPS);
}

/**
 * Rate that grows with a size: `ceil(rate x size / reference)`. On the position it is quadratic, the
 * slippage of closing it out into a book that gets thinner (Vega, 0019-MCAL: `quadratic x V^2`).
 */
export function proportionalRate(rate: number, size: number, referenceSize: number): number {
  invariant(rate >= 0 && size >= 0, 'a rate and a size are 0 or more');
  return multiplyDivideCeil(rate, size, referenceSize);
}

/** What a premium raises: `max(rate, floor(rate x kept / one) + premium)`; Drift keeps 4/5, FTX 0. */
export function withPremium(rate: number, premium: number, kept: number, one: number): number {
  invariant(kept >= 0 && kept <= one, 'what is kept of a rate is a share of it');
  return Math.max(rate, multiplyDivideFloor(rate, kept, one) + premium);
}

/**
 * Weight of collateral that is large: `min(weight, floor(1.1 x weight-one / (1 + premium)))` (Drift,
 * `calculate_size_discount_asset_weight`): a weight above it is cut, one below it is left.
 */
export function withDiscount(weight: number, premium: number, one: number): number {
  invariant(weight >= 0 && premium >= 0, 'a weight and a premium are 0 or more');
  return Math.min(weight, multiplyDivideFloor(divideFloor(one * 11, 10), one, one + premium));
}

/** Open interest of a market beside the bounds between which it raises the initial rate. */
export interface OpenInterest {
  readonly openInterestMinor: number;
  /** At or below it the rate is as it stands. */
  readonly fromMinor: number;
  /** At or above it the rate is the whole; 0: open interest does not count. */
  readonly toMinor: number;
}

/**
 * Initial rate of a market that is crowded (dYdX v4, `liquidity_tier.go`): between the bounds it
 * rises in a line from `rate` to `one`; rounded down, as published.
 */
export function openInterestRate(rate: number, interest: OpenInterest, one: number): number {
  const { openInterestMinor, fromMinor, toMinor } = interest;
  invariant(rate >= 0 && rate <= one, 'a rate that can be raised to the whole is not above it');
  if (toMinor === 0 || (openInterestMinor <= fromMinor && openInterestMinor < toMinor)) return rate;
  if (openInterestMinor >= toMinor) return one;
  const rise = multiplyDivideFloor(one - rate, openInterestMinor - fromMinor, toMinor - fromMinor);
  invariant(rise >= 0 && rate + rise <= one, 'a raised rate is not above the whole');
  return rate + rise;
}

/**
 * Rate by the size of a position against the depth of its market (Synthetix v3,
 * `PerpsMarketConfiguration`): `ceil(fraction x size / skewScale) + minimum`.
 */
export function skewRate(
  size: number,
  { fraction, skewScale, minimum }: { fraction: number; skewScale: number; minimum: number },
): number {
  invariant(minimum >= 0, 'a least rate is 0 or more');
  return proportionalRate(fraction, size, skewScale) + minimum;
}
