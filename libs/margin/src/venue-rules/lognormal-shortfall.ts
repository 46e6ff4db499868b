import { exp, normalDistribution, normalQuantile } from '#libs/pricing';
import { invariant } from '#libs/units';

/** A price that moves lognormally: fractions a year, and the share of outcomes that are looked at. */
export interface LognormalMove {
  readonly probability: number;
  readonly years: number;
  readonly volatility: number;
  readonly drift: number;
}

/** Mean loss in the worst share of outcomes, of the price: what a margin rate has to cover. */
export interface SideShortfall {
  readonly long: number;
  readonly short: number;
}

/**
 * Expected shortfall of a lognormal move (the risk model of Vega): with s = volatility x sqrt(years) and
 * z = N^-1(p), `short = e^(drift x years) N(s + z) / p - 1` and `long = 1 - e^(drift x years) N(z - s) / p`.
 * A figure of kernels in doubles, to be rounded up to the parts of a rate.
 */
export function lognormalShortfall(move: LognormalMove): SideShortfall {
  const { probability, years, volatility, drift } = move;
  invariant(probability > 0 && probability < 1, 'a share of outcomes is between 0 and 1');
  invariant(years >= 0 && volatility >= 0, 'a time and a volatility are 0 or more');
  const deviation = volatility * Math.sqrt(years);
  const quantile = normalQuantile(probability);
  const growth = exp(drift * years) / probability;
  return {
    long: 1 - growth * normalDistribution(quantile - deviation),
    short: growth * normalDistribution(deviation + quantile) - 1,
  };
}
