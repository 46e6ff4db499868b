import { invariant } from '#libs/units';
import { exp } from './exponential.js';
import { log } from './logarithm.js';
import { millsRatio } from './mills-ratio.js';

export const INVERSE_SQRT_2PI = 0.3989422804014327;
const SQRT_2PI = 2.5066282746310007;
/** 2^27 + 1 splits a double into halves whose products are exact (Veltkamp). */
const SPLITTER = 134217729;
/** e^(-x^2 / 2) is less than half of the smallest double from here. */
const TAIL_END = 38.61;

/**
 * e^(-x^2 / 2), at most 2 ulp from the true value: x^2 is taken with its rounding error (Dekker), which
 * the exponential would otherwise multiply by x^2.
 */
export function gaussian(x: number): number {
  invariant(!Number.isNaN(x), 'a density is asked for at a number');
  if (Math.abs(x) > TAIL_END) return 0;
  const square = x * x;
  const shifted = x * SPLITTER;
  const high = shifted - (shifted - x);
  const low = x - high;
  const lost = high * high - square + 2 * high * low + low * low;
  return exp(-0.5 * square) * (1 - 0.5 * lost);
}

/** The density of the standard normal distribution, at most 3 ulp from the true value. */
export function normalDensity(x: number): number {
  return gaussian(x) * INVERSE_SQRT_2PI;
}

/**
 * The standard normal distribution, N(x): off by at most 3e-15 of the result, also in the lower tail
 * to its end at -38.5; 1 - N(x) is N(-x).
 *
 * @throws InvariantViolation if x is no number
 */
export function normalDistribution(x: number): number {
  // Divided, not multiplied by the inverse: so N(0) is 1/2 exactly.
  const tail = (gaussian(x) * millsRatio(Math.abs(x))) / SQRT_2PI;
  return x > 0 ? 1 - tail : tail;
}

/**
 * The x with N(x) = p for p in (0, 1), off by at most 1e-14 of it. Above a half the answer is as good as
 * 1 - p is: ask for -normalQuantile(q) where the upper tail q is known.
 *
 * @throws InvariantViolation unless 0 < p < 1
 */
export function normalQuantile(p: number): number {
  invariant(p > 0 && p < 1, 'a quantile is asked for a probability between 0 and 1', () =>
    String(p),
  );
  if (Math.abs(p - 0.5) < 0.1) return centralQuantile(p - 0.5);
  return p < 0.5 ? lowerQuantile(p) : -lowerQuantile(1 - p);
}

/**
 * Abramowitz and Stegun 26.2.23, good to 4.5e-4, and two steps of Halley's method, which cube the
 * error. The excess of the upper tail over p, by the density, is p / n(z) - M(z); p / n(z) is taken
 * from logarithms, because densities far out have few bits.
 */
function lowerQuantile(p: number): number {
  const logP = log(p);
  const t = Math.sqrt(-2 * logP);
  const numerator = 2.515517 + t * (0.802853 + t * 0.010328);
  const denominator = 1 + t * (1.432788 + t * (0.189269 + t * 0.001308));
  let z = t - numerator / denominator;
  for (let step = 0; step < 2; step += 1) {
    const excess = exp(logP + 0.5 * z * z) * SQRT_2PI - millsRatio(z);
    z -= excess / (1 + 0.5 * z * excess);
  }
  return -z;
}

/** The x with N(x) - 1/2 = area, |area| < 0.1, by Halley's method on the series of `centralArea`. */
function centralQuantile(area: number): number {
  let x = area * SQRT_2PI;
  for (let step = 0; step < 3; step += 1) {
    const excess = (centralArea(x) - area * SQRT_2PI) / gaussian(x);
    x -= excess / (1 + 0.5 * x * excess);
  }
  return x;
}

/** sqrt(2 pi) (N(x) - 1/2) = x - x^3/6 + x^5/40 - ..., for |x| < 0.26. */
function centralArea(x: number): number {
  const half = -0.5 * x * x;
  let term = 1;
  let sum = 0;
  for (let n = 1; n < 11; n += 1) {
    term = (term * half) / n;
    sum += term / (2 * n + 1);
  }
  return x + x * sum;
}
