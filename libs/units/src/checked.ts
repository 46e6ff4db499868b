import { SAFE_LIMIT } from './bounds.js';
import { productError } from './two-product.js';

/** A result beyond 2^53. The message names the operation and its operands. */
export class ArithmeticOverflow extends Error {
  override readonly name = 'ArithmeticOverflow';
  constructor(operation: string, operands: readonly number[]) {
    super(`${operation}(${operands.join(', ')}) exceeds 2^53`);
  }
}

/*
 * Why it is sound to look at the rounded result. Rounding to nearest is monotone, and 2^53 is a
 * double: a true result of at least 2^53 therefore never rounds to less than 2^53, so a rounded
 * result below 2^53 proves that the true one is, too; and below 2^53 every integer is a double,
 * so it was not rounded at all. Only a rounded result of exactly 2^53 is ambiguous (2^53 + 1
 * rounds to it): there the rounding error itself decides. An int64 has no such test: it wraps.
 */

/** a + b for |a|, |b| <= 2^53. @throws ArithmeticOverflow if |a + b| > 2^53 */
export function checkedAdd(a: number, b: number): number {
  const sum = a + b;
  if (Math.abs(sum) < SAFE_LIMIT) return sum;
  // The difference is exact: sum and a have one sign and are within a factor of two, or b is 0.
  if (Math.abs(sum) === SAFE_LIMIT && sum - a === b && sum - b === a) return sum;
  throw new ArithmeticOverflow('checkedAdd', [a, b]);
}

/** a - b for |a|, |b| <= 2^53. @throws ArithmeticOverflow if |a - b| > 2^53 */
export function checkedSubtract(a: number, b: number): number {
  const difference = a - b;
  if (Math.abs(difference) < SAFE_LIMIT) return difference;
  if (Math.abs(difference) === SAFE_LIMIT && difference + b === a && a - difference === b) {
    return difference;
  }
  throw new ArithmeticOverflow('checkedSubtract', [a, b]);
}

/** a x b for |a|, |b| <= 2^53. @throws ArithmeticOverflow if |a x b| > 2^53 */
export function checkedMultiply(a: number, b: number): number {
  const product = a * b;
  if (Math.abs(product) < SAFE_LIMIT) return product + 0;
  if (Math.abs(product) === SAFE_LIMIT && productError(a, b, product) === 0) return product;
  throw new ArithmeticOverflow('checkedMultiply', [a, b]);
}
