import { SAFE_LIMIT } from './bounds.js';
import type { AmountMinor, Ppm } from './brands.js';
import { ArithmeticOverflow } from './checked.js';
import { divideCeil, divideFloor } from './divide.js';
import { invariant } from './invariant.js';
import { productError } from './two-product.js';

const DOWN = 0;
const UP = 1;
const HALF_UP = 2;

/** The parts in a million, the divisor of every rate. */
const MILLION = 1_000_000;

/**
 * floor(a x b / c), toward minus infinity: exact for |a|, |b| <= 2^53 and 0 < c <= 2^53, also
 * where the product has 106 bits. No BigInt, no allocation.
 *
 * @throws ArithmeticOverflow if the result is beyond 2^53
 * @throws InvariantViolation outside that domain
 */
export function multiplyDivideFloor(a: number, b: number, c: number): number {
  const product = a * b;
  if (Math.abs(product) < SAFE_LIMIT) return divideFloor(product, c);
  return product > 0 ? wideQuotient(a, b, c, DOWN) : -wideQuotient(a, b, c, UP);
}

/** ceil(a x b / c), toward plus infinity; domain and errors as `multiplyDivideFloor`. */
export function multiplyDivideCeil(a: number, b: number, c: number): number {
  const product = a * b;
  if (Math.abs(product) < SAFE_LIMIT) return divideCeil(product, c);
  return product > 0 ? wideQuotient(a, b, c, UP) : -wideQuotient(a, b, c, DOWN);
}

/** a x b / c to the nearest integer, halves away from zero; else as `multiplyDivideFloor`. */
export function multiplyDivideHalfUp(a: number, b: number, c: number): number {
  const product = a * b;
  const magnitude = Math.abs(product);
  if (magnitude >= SAFE_LIMIT) {
    return product > 0 ? wideQuotient(a, b, c, HALF_UP) : -wideQuotient(a, b, c, HALF_UP);
  }
  const floor = divideFloor(magnitude, c);
  const remainder = magnitude - floor * c;
  const rounded = remainder >= c - remainder ? floor + 1 : floor;
  return product < 0 ? 0 - rounded : rounded;
}

/** floor(amount x ratePpm / 10^6); domain and errors as `multiplyDivideFloor`. */
export function ppmFloor(amount: AmountMinor, ratePpm: Ppm): AmountMinor {
  return multiplyDivideFloor(amount, ratePpm, MILLION) as AmountMinor;
}

/** ceil(amount x ratePpm / 10^6); domain and errors as `multiplyDivideFloor`. */
export function ppmCeil(amount: AmountMinor, ratePpm: Ppm): AmountMinor {
  return multiplyDivideCeil(amount, ratePpm, MILLION) as AmountMinor;
}

/**
 * |a| x |b| / |c| rounded as told, for a rounded product of at least 2^53 (so the true p >= 2^53
 * >= c). It guesses a quotient q, computes the remainder p - q x c exactly, and steps q until
 * 0 <= remainder < c: none to three steps, because the guess is within 2^53 x 2^-52 of p / c.
 *
 * The remainder is exact because p = high + low and q x c = qcHigh + qcLow without error (Dekker),
 * - high - qcHigh is exact by Sterbenz' lemma, as q x c is always in [p / 2, 2 p]: for the guess,
 *   high < (q + 1) c <= 2 q c and q c <= high (1 + 2^-53); a step down starts from p < q c, hence
 *   q >= 2 and (q - 1) c >= q c / 2; a step up ends at (q + 1) c <= p;
 * - low - qcLow is a difference of integers within 2^52.
 * Their sum may round, but 0 and c are doubles, rounding is monotone, and integers in 0..c do not
 * round at all: so both comparisons are right and an accepted remainder is exact.
 */
function wideQuotient(aSigned: number, bSigned: number, c: number, rounding: number): number {
  const a = Math.abs(aSigned);
  const b = Math.abs(bSigned);
  invariant(c > 0 && c <= SAFE_LIMIT, 'a divisor is in 1..2^53');
  invariant(a <= SAFE_LIMIT && b <= SAFE_LIMIT, 'factors are within 2^53');
  const high = a * b;
  invariant(high >= SAFE_LIMIT, 'a wide product is 2^53 or more');
  const low = productError(a, b, high);
  const estimate = Math.floor(high / c);
  if (estimate > SAFE_LIMIT + 4) throw overflow(aSigned, bSigned, c);
  let quotient = Math.min(estimate, SAFE_LIMIT);
  for (;;) {
    const qcHigh = quotient * c;
    const remainder = high - qcHigh + (low - productError(quotient, c, qcHigh));
    if (remainder < 0) {
      quotient -= 1;
    } else if (remainder >= c) {
      if (quotient === SAFE_LIMIT) throw overflow(aSigned, bSigned, c);
      quotient += 1;
    } else {
      const up =
        rounding === UP ? remainder > 0 : rounding === HALF_UP && remainder >= c - remainder;
      invariant(quotient >= 0 && quotient <= SAFE_LIMIT, 'a quotient is within 2^53');
      if (!up) return quotient;
      if (quotient === SAFE_LIMIT) throw overflow(aSigned, bSigned, c);
      return quotient + 1;
    }
  }
}

function overflow(a: number, b: number, c: number): ArithmeticOverflow {
  return new ArithmeticOverflow('multiplyDivide', [a, b, c]);
}
