import { SAFE_LIMIT } from './bounds.js';
import { invariant } from './invariant.js';
import { multiplyDivideFloor } from './multiply-divide.js';
import { productError } from './two-product.js';

/**
 * a x b = quotient x c + remainder with 0 <= remainder < c, both exact: `out[0]` and `out[1]`. Sums of
 * products that are wider than 2^53 are kept as a sum of quotients and a sum of remainders.
 *
 * The remainder is exact as in `multiplyDivideFloor`: the rounded products are within a factor of
 * two of each other (Sterbenz), their errors are integers within 2^52, and the result is in 0..c.
 *
 * @throws ArithmeticOverflow if the quotient is beyond 2^53
 */
export function productParts(a: number, b: number, c: number, out: Float64Array): void {
  const product = a * b;
  const quotient = multiplyDivideFloor(a, b, c);
  const back = quotient * c;
  const remainder =
    Math.abs(product) < SAFE_LIMIT && Math.abs(back) < SAFE_LIMIT
      ? product - back
      : product - back + (productError(a, b, product) - productError(quotient, c, back));
  invariant(remainder >= 0 && remainder < c, 'a remainder is below its divisor');
  out[0] = quotient;
  out[1] = remainder;
}
