import { divideCeil, divideFloor } from './divide.js';
import { invariant } from './invariant.js';
import { multiplyDivideFloor } from './multiply-divide.js';
import { productError } from './two-product.js';

/** Two factors of a product. */
export type Product = readonly [number, number];

/** Largest divisor: the remainders of as many products as anybody adds up stay below 2^53. */
const DIVISOR_MAX = 1_125_899_906_842_624; // 2^50
const PRODUCTS_MAX = 8;

/**
 * ceil of a sum of products over one divisor: exact for factors within 2^53, where each quotient and
 * their sum are too. Rounded once, which products rounded one by one and added would not be.
 * @throws ArithmeticOverflow if a quotient is beyond 2^53
 */
export function productsDivideCeil(products: readonly Product[], divisor: number): number {
  const { whole, rest } = quotientOf(products, divisor);
  return whole + divideCeil(rest, divisor);
}

/** floor of a sum of products over one divisor; else as `productsDivideCeil`. */
export function productsDivideFloor(products: readonly Product[], divisor: number): number {
  const { whole, rest } = quotientOf(products, divisor);
  return whole + divideFloor(rest, divisor);
}

function quotientOf(
  products: readonly Product[],
  divisor: number,
): { whole: number; rest: number } {
  invariant(divisor >= 1 && divisor <= DIVISOR_MAX, 'a common divisor is in 1..2^50');
  invariant(products.length <= PRODUCTS_MAX, 'few products are added up');
  let whole = 0;
  let rest = 0;
  for (const [a, b] of products) {
    const quotient = multiplyDivideFloor(a, b, divisor);
    whole += quotient;
    rest += remainderOf(a, b, quotient, divisor);
  }
  invariant(Number.isSafeInteger(whole) && Number.isSafeInteger(rest), 'a sum is a safe integer');
  return { whole, rest };
}

/** a x b - quotient x divisor, exact, as both products are near each other (see multiply-divide.ts). */
function remainderOf(a: number, b: number, quotient: number, divisor: number): number {
  const product = a * b;
  const multiple = quotient * divisor;
  const rest =
    product - multiple + (productError(a, b, product) - productError(quotient, divisor, multiple));
  invariant(rest >= 0 && rest < divisor, 'a remainder is less than what it is divided by');
  return rest;
}
