import { SAFE_LIMIT } from './bounds.js';
import { invariant } from './invariant.js';

/**
 * floor(a / b), toward minus infinity, exact for |a| <= 2^53 and 0 < b <= 2^53.
 *
 * Dividing first and taking the floor is exact in this domain, so no remainder is looked at. If
 * a / b is no integer, every integer is at least 1 / b away from it, but rounding moves it by
 * less than |a / b| x 2^-53 <= 1 / b: the rounded quotient lies between the same two integers.
 *
 * @throws InvariantViolation outside that domain
 */
export function divideFloor(a: number, b: number): number {
  invariant(b > 0 && b <= SAFE_LIMIT, 'a divisor is in 1..2^53');
  invariant(Math.abs(a) <= SAFE_LIMIT, 'a dividend is within 2^53');
  return Math.floor(a / b) + 0;
}

/** ceil(a / b), toward plus infinity; domain, exactness and errors as `divideFloor`. */
export function divideCeil(a: number, b: number): number {
  invariant(b > 0 && b <= SAFE_LIMIT, 'a divisor is in 1..2^53');
  invariant(Math.abs(a) <= SAFE_LIMIT, 'a dividend is within 2^53');
  return Math.ceil(a / b) + 0;
}
