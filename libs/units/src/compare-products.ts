import { invariant } from './invariant.js';
import { productError } from './two-product.js';

/**
 * The sign (-1, 0 or 1) of a x b - c x d, exact for operands within 2^53: ratios a / d and c / b
 * are compared by it without a division.
 *
 * Rounding is monotone, so unequal rounded products are in the order of the true ones; equal ones
 * are ordered by their exact rounding errors.
 */
export function compareProducts(a: number, b: number, c: number, d: number): -1 | 0 | 1 {
  const left = a * b;
  const right = c * d;
  invariant(left - left === 0 && right - right === 0, 'products that are compared are numbers');
  if (left < right) return -1;
  if (left > right) return 1;
  const leftError = productError(a, b, left);
  const rightError = productError(c, d, right);
  if (leftError < rightError) return -1;
  return leftError > rightError ? 1 : 0;
}
