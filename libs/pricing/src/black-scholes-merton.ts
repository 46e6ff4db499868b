import { black76Greeks, black76Value, type ForwardOption } from './black76.js';
import { exp } from './exponential.js';

/** A European option on a spot that pays a continuous dividend yield. Rates are fractions a year. */
export interface SpotOption {
  readonly isCall: boolean;
  readonly spot: number;
  readonly strike: number;
  readonly timeYears: number;
  readonly volatility: number;
  readonly rate: number;
  readonly dividendYield: number;
}

/** Derivatives by what they are named after, the rest held (so the spot, not the forward). */
export interface SpotGreeks {
  readonly delta: number;
  readonly gamma: number;
  readonly vega: number;
  /** By the passing of a year. */
  readonly theta: number;
  readonly rho: number;
  /** By the dividend yield as a fraction. */
  readonly dividendRho: number;
  /** Per cent of value for a per cent of spot; 0 where the value is 0. */
  readonly elasticity: number;
}

/** S e^((rate - dividend yield) x time). */
export function forwardOf(option: SpotOption): number {
  return option.spot * growth(option);
}

/** The option on the forward that it is: Black-Scholes-Merton is Black-76 at this forward. */
export function onForward(option: SpotOption): ForwardOption {
  const { isCall, strike, timeYears, volatility, rate } = option;
  return { isCall, forward: forwardOf(option), strike, timeYears, volatility, rate };
}

/** The Black-Scholes-Merton value; errors as `blackCall`. */
export function blackScholesMertonValue(option: SpotOption): number {
  return black76Value(onForward(option));
}

/** The Greeks, by the chain rule from those of the option on the forward. */
export function blackScholesMertonGreeks(option: SpotOption): SpotGreeks {
  const { spot, timeYears, rate, dividendYield } = option;
  const onItsForward = onForward(option);
  const greeks = black76Greeks(onItsForward);
  const value = black76Value(onItsForward);
  const delta = greeks.delta * growth(option);
  const carried = spot * delta;
  return {
    delta,
    gamma: greeks.gamma * growth(option) * growth(option),
    vega: greeks.vega,
    // As time passes with the spot held, the forward falls by its carry.
    theta: greeks.theta - (rate - dividendYield) * carried,
    rho: greeks.rho + timeYears * carried,
    dividendRho: 0 - timeYears * carried,
    elasticity: value === 0 ? 0 : carried / value,
  };
}

function growth({ rate, dividendYield, timeYears }: SpotOption): number {
  return exp((rate - dividendYield) * timeYears);
}
