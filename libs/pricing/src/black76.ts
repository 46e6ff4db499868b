import { invariant } from '#libs/units';
import { blackCall, blackPut } from './black.js';
import { exp } from './exponential.js';
import { logRatio } from './logarithm.js';
import { normalDensity, normalDistribution } from './normal.js';

/** A European option on a forward. Volatility and rate are fractions a year, continuous. */
export interface ForwardOption {
  readonly isCall: boolean;
  /** Both in one unit, which is the unit of the value. */
  readonly forward: number;
  readonly strike: number;
  readonly timeYears: number;
  readonly volatility: number;
  readonly rate: number;
}

/** Derivatives of a discounted value by what they are named after, the rest held. */
export interface ForwardGreeks {
  /** By the forward. */
  readonly delta: number;
  /** Of delta by the forward; 0 at the kink of a payoff. */
  readonly gamma: number;
  /** By the volatility as a fraction: for one point of a per cent, a hundredth of it. */
  readonly vega: number;
  /** By the passing of a year, with forward, volatility and rate held: for a day, `perDay`. */
  readonly theta: number;
  /** By the rate as a fraction, the forward held. */
  readonly rho: number;
}

const DAYS_A_YEAR = 365;

/** A figure a year as a figure a day of a year of 365 days. */
export function perDay(perYear: number): number {
  return perYear / DAYS_A_YEAR;
}

/** volatility x sqrt(time), the only form in which the undiscounted value depends on either. */
export function deviationOf(volatility: number, timeYears: number): number {
  invariant(volatility >= 0, 'a volatility is 0 or more', () => String(volatility));
  invariant(timeYears >= 0, 'a time to expiry is 0 or more', () => String(timeYears));
  return volatility * Math.sqrt(timeYears);
}

/** e^(-rate x time): what a unit at that time is worth now. */
export function discountFactor(rate: number, timeYears: number): number {
  invariant(Math.abs(rate) < Infinity, 'a rate is finite', () => String(rate));
  return exp(-rate * timeYears);
}

/** The discounted Black-76 value; accuracy and errors as `blackCall`. */
export function black76Value(option: ForwardOption): number {
  const { isCall, forward, strike, timeYears, volatility, rate } = option;
  const deviation = deviationOf(volatility, timeYears);
  const value = isCall
    ? blackCall(forward, strike, deviation)
    : blackPut(forward, strike, deviation);
  return discountFactor(rate, timeYears) * value;
}

/** The Greeks of the discounted Black-76 value; errors as `blackCall`. */
export function black76Greeks(option: ForwardOption): ForwardGreeks {
  const { isCall, forward, strike, timeYears, volatility, rate } = option;
  const deviation = deviationOf(volatility, timeYears);
  const discount = discountFactor(rate, timeYears);
  const d1 = firstArgument(logRatio(forward, strike), deviation);
  const density = deviation === 0 ? 0 : discount * normalDensity(d1);
  const vega = forward * density * Math.sqrt(timeYears);
  const value = black76Value(option);
  return {
    delta: discount * (isCall ? normalDistribution(d1) : -normalDistribution(-d1)),
    gamma: deviation === 0 ? 0 : density / (forward * deviation),
    vega,
    theta: (timeYears === 0 ? 0 : (-vega * volatility) / (2 * timeYears)) + rate * value,
    rho: 0 - timeYears * value,
  };
}

/** d1 = log(F / K) / deviation + deviation / 2; at deviation 0 its limit: 0 at the money. */
function firstArgument(logMoneyness: number, deviation: number): number {
  if (deviation > 0) return logMoneyness / deviation + deviation / 2;
  return logMoneyness === 0 ? 0 : logMoneyness * Infinity;
}
