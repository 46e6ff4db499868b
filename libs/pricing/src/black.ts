import { invariant } from '#libs/units';
import { logRatio } from './logarithm.js';
import { millsRatio, millsSlope } from './mills-ratio.js';
import { gaussian, INVERSE_SQRT_2PI } from './normal.js';

/** From here the density is 0 as a double, and the value with it. */
const TAIL_END = 39;
/** Below it the difference of two near ratios is taken from a series. */
const SMALL_DEVIATION = 0.015625; // 2^-6

/**
 * The undiscounted value of a European call by Black's formula for a lognormal forward (F. Black, The
 * pricing of commodity contracts, 1976): F N(d1) - K N(d2). In the unit of `forward` and `strike`.
 *
 * @param deviation volatility x sqrt(time), the standard deviation of the forward's logarithm; 0 gives
 *   the payoff
 * @throws InvariantViolation unless forward and strike are positive and finite and deviation >= 0
 */
export function blackCall(forward: number, strike: number, deviation: number): number {
  if (forward <= strike) return outOfTheMoney(forward, strike, deviation);
  return forward - strike + outOfTheMoney(strike, forward, deviation);
}

/** The undiscounted value of a European put, K N(-d2) - F N(-d1); as `blackCall`. */
export function blackPut(forward: number, strike: number, deviation: number): number {
  if (forward >= strike) return outOfTheMoney(strike, forward, deviation);
  return strike - forward + outOfTheMoney(forward, strike, deviation);
}

/**
 * The value of a call at strike `higher` with the forward at `lower`, which is that of a put with the
 * two exchanged. Off by at most 2e-12 of itself, however far it is out of the money (z = -d1 deviations)
 * and however small or large the deviation is, as long as it is no smaller than a normal double.
 *
 * Textbook differences F N(d1) - K N(d2) lose all digits there. Because F n(d1) = K n(d2), the value is
 * F n(z) (M(z) - M(z + deviation)) with Mills' ratio M, and if z < 0, F - F n(z) (M(-z) + M(z +
 * deviation)). For a small deviation s the difference is s (Y + h^2 Y''/6 + h^4 Y''''/120) at the middle,
 * h = s / 2, Y = -M'; what is left out is below 48 h^6 / 5040 < 3e-15.
 */
function outOfTheMoney(lower: number, higher: number, deviation: number): number {
  return timeValue(lower, logRatio(higher, lower), deviation);
}

/**
 * What an option is worth beyond its payoff: the value out of the money above, with `distance`
 * = ln(higher / lower) computed by the caller, who has it for several deviations. Call and put of a strike
 * have the same: `blackCall` is max(forward - strike, 0) plus it, to the bit.
 *
 * @param lower the lesser of forward and strike
 */
export function timeValue(lower: number, distance: number, deviation: number): number {
  invariant(deviation >= 0, 'a deviation is 0 or more', () => String(deviation));
  invariant(distance >= 0, 'a distance is 0 or more', () => String(distance));
  if (deviation === 0) return 0;
  const middle = distance / deviation;
  const half = deviation / 2;
  const z = middle - half;
  if (z >= TAIL_END) return 0;
  const density = lower * (gaussian(z) * INVERSE_SQRT_2PI);
  if (deviation < SMALL_DEVIATION) return density * deviation * meanSlope(middle, half * half);
  if (z >= 0) return density * (millsRatio(z) - millsRatio(middle + half));
  return lower - density * (millsRatio(-z) + millsRatio(middle + half));
}

/**
 * The mean of Y over [m - h, m + h], from the derivatives of Mills' ratio: M' = -Y and
 * M^(n+1) = z M^(n) + n M^(n-1).
 */
function meanSlope(m: number, h2: number): number {
  const first = -millsSlope(m);
  const second = millsRatio(m) + m * first;
  const third = m * second + 2 * first;
  const fourth = m * third + 3 * second;
  const fifth = m * fourth + 4 * third;
  return -(first + h2 * (third / 6 + h2 * (fifth / 120)));
}
