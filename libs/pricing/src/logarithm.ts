import { invariant } from '#libs/units';
import { exponentOf, powerOfTwo, significandOf, SMALLEST_NORMAL } from './binary64.js';
import { exp } from './exponential.js';

/** log(2) in two parts; the first has 40 bits, so that its product with an exponent is exact. */
const LOG2_HIGH = 0.6931471805592082;
const LOG2_LOW = 7.371002565167799e-13;
const SQRT_2 = 1.4142135623730951;
const SQRT_HALF = 0.7071067811865476;

/**
 * log(a / b) for positive a and b, at most 2 ulp from the true value. It does not round the ratio
 * first: of prices that differ by a millionth part it keeps all 53 bits.
 *
 * With b scaled by 2^k so that a / b is within sqrt(2) of 1, log(a / b) = k log 2 + 2 artanh(s),
 * s = (a - b) / (a + b), |s| < 0.172; the difference is exact (Sterbenz). artanh is s plus s^3 times
 * a polynomial in s^2 that interpolates it at Chebyshev's points, off by 3e-20 of the result.
 *
 * @throws InvariantViolation unless both are positive and finite
 */
export function logRatio(a: number, b: number): number {
  invariant(a > 0 && a < Infinity, 'a logarithm is taken of a positive number', () => String(a));
  invariant(b > 0 && b < Infinity, 'a logarithm is taken of a positive number', () => String(b));
  const dividend = normal(a);
  const divisor = normal(b);
  let k = exponentOf(dividend) - exponentOf(divisor);
  if (dividend !== a) k -= 64;
  if (divisor !== b) k += 64;
  let x = significandOf(dividend);
  let y = significandOf(divisor);
  if (x > y * SQRT_2) {
    y *= 2;
    k += 1;
  } else if (x < y * SQRT_HALF) {
    x *= 2;
    k -= 1;
  }
  const s = (x - y) / (x + y);
  const rest = s * artanhRest(s * s);
  return k === 0 ? 2 * s + rest : k * LOG2_HIGH + (2 * s + (rest + k * LOG2_LOW));
}

/** The natural logarithm, at most 2 ulp from the true value; errors as `logRatio`. */
export function log(x: number): number {
  return logRatio(x, 1);
}

/**
 * x^p for positive x, as exp(p log x): off by at most (2 + 4 |p log x|) x 2^-53 of the result.
 *
 * @throws InvariantViolation unless x is positive and finite and p is finite
 */
export function power(x: number, p: number): number {
  invariant(Math.abs(p) < Infinity, 'a power has a finite exponent', () => String(p));
  return exp(p * log(x));
}

/** Doubles with fewer than 53 bits are scaled by 2^64 first. */
function normal(x: number): number {
  return x < SMALLEST_NORMAL ? x * powerOfTwo(64) : x;
}

/** 2 artanh(s) / s - 2 for w = s^2 in [0, 0.02945]. */
function artanhRest(w: number): number {
  const high = 0.15386240205813478 + w * (0.13268759668560612 + w * 0.13086767009948175);
  const middle = 0.2222222239180047 + w * (0.18181795630884753 + w * high);
  return (
    w * (0.6666666666666666 + w * (0.4000000000000088 + w * (0.2857142857080323 + w * middle)))
  );
}
