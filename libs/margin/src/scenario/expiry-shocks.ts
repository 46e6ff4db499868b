import { exp, power } from '#libs/pricing';
import { invariant } from '#libs/units';
import type { ExpiryState } from './market.js';
import { BILLION, type ScenarioParameters, type SkewParameters } from './parameters.js';

/** A year of the model, as at Derive and Deribit: 365 days. */
export const YEAR_SECONDS = 31_536_000;
/** Discount factors are rounded to parts per trillion, against the holder. */
export const TRILLION = 1_000_000_000_000;

/** What the shocks come to for one expiry: real numbers of the valuation, factors as integers. */
export interface ExpiryShocks {
  readonly rootYears: number;
  /** e^(-rate x T), 1 where the rulebook prices without discount. */
  readonly pricingDiscount: number;
  readonly volatilityUp: number;
  readonly volatilityDown: number;
  readonly linearSkew: SkewBound;
  readonly absoluteSkew: SkewBound;
  /** Static discount of a positive value, parts per trillion, rounded down. */
  readonly positivePpt: number;
  /** Static discount of a negative value, parts per trillion, rounded up. */
  readonly negativePpt: number;
  /** Share of the expiry's two basis moves that is charged, parts per billion, rounded up. */
  readonly basisPpb: number;
  /** Share of the expiry's absolute delta that is charged, parts per billion, rounded up. */
  readonly rollPpb: number;
}

/** Largest change of volatility and the log-moneyness at which it is reached. */
export interface SkewBound {
  readonly cap: number;
  readonly width: number;
}

export function expiryShocks(expiry: ExpiryState, parameters: ScenarioParameters): ExpiryShocks {
  const { secondsToExpiry } = expiry;
  invariant(secondsToExpiry >= 0, 'time to expiry is 0 or more');
  const years = secondsToExpiry / YEAR_SECONDS;
  const rootYears = Math.sqrt(years);
  const { basis, discount, roll, skew } = parameters;
  const rate = Math.max(expiry.ratePpb, 0) / BILLION;
  const pricingDiscount = discount.pricing ? exp(-rate * years) : 1;
  const move = volatilityMove(secondsToExpiry, parameters);
  invariant(pricingDiscount > 0 && pricingDiscount <= 1, 'a discount factor is in 0..1');
  invariant(move >= 0, 'a volatility shock grows from 0');
  return {
    rootYears,
    pricingDiscount,
    volatilityUp: 1 + (parameters.volatilityShock.upPpb / BILLION) * move,
    volatilityDown: Math.max(0, 1 - (parameters.volatilityShock.downPpb / BILLION) * move),
    linearSkew: skewBound(
      skew,
      { capPpb: skew.linearCapPpb, slopePpb: skew.linearCapPerRootYearPpb },
      rootYears,
    ),
    absoluteSkew: skewBound(
      skew,
      { capPpb: skew.absoluteCapPpb, slopePpb: skew.absoluteCapPerRootYearPpb },
      rootYears,
    ),
    ...staticDiscounts(parameters, { rate, years, pricingDiscount }),
    basisPpb: Math.ceil(basis.addPpb + basis.perYearPpb * years),
    rollPpb: Math.ceil(Math.max(roll.perYearPpb * years, roll.leastPpb)),
  };
}

/** (pivot / max(t, floor))^power: one power up to the pivot, another beyond. */
function volatilityMove(secondsToExpiry: number, { volatilityShock }: ScenarioParameters): number {
  const { pivotSeconds, floorSeconds, shortPowerPpb, longPowerPpb } = volatilityShock;
  if (volatilityShock.upPpb === 0 && volatilityShock.downPpb === 0) return 0;
  const time = Math.max(secondsToExpiry, floorSeconds);
  invariant(time > 0, 'a volatility shock has a floor of its time to expiry');
  const powerPpb = secondsToExpiry <= pivotSeconds ? shortPowerPpb : longPowerPpb;
  return power(pivotSeconds / time, powerPpb / BILLION);
}

function skewBound(
  skew: SkewParameters,
  of: { capPpb: number; slopePpb: number },
  rootYears: number,
): SkewBound {
  const level =
    skew.volatilityPpb / BILLION + (skew.volatilityPerRootYearPpb / BILLION) * rootYears;
  const width = rootYears * (skew.widthPpb / BILLION) * level;
  return {
    cap: of.capPpb / BILLION + (of.slopePpb / BILLION) * rootYears,
    width: Math.max(skew.leastWidthPpb / BILLION, width),
  };
}

function staticDiscounts(
  { discount }: ScenarioParameters,
  of: { rate: number; years: number; pricingDiscount: number },
): { positivePpt: number; negativePpt: number } {
  const longRate = of.rate * (discount.longRatePpb / BILLION) + discount.longAddPpb / BILLION;
  const shortRate = of.rate * (discount.shortRatePpb / BILLION) + discount.shortAddPpb / BILLION;
  const positive = (discount.longBasePpb / BILLION) * exp(-of.years * longRate);
  const negative = discount.shortBasePpb / BILLION / exp(-of.years * shortRate);
  const positivePpt = Math.floor(positive * TRILLION);
  const negativePpt = Math.ceil(Math.min(1 / of.pricingDiscount, negative) * TRILLION);
  invariant(positivePpt >= 0 && negativePpt >= 0, 'a discount factor is 0 or more');
  return { positivePpt, negativePpt };
}

/**
 * The factor on volatility in a skew scenario at log-moneyness k = ln(strike / forward), not below 0.
 * The cap may be negative (a shock the other way), so the two sides are not merged.
 */
export function skewFactor(k: number, bound: SkewBound): number {
  if (bound.width === 0) return 1;
  const slope = (k * bound.cap) / bound.width;
  invariant(bound.width > 0, 'a skew reaches its cap somewhere');
  const change = k >= 0 ? Math.min(bound.cap, slope) : Math.max(-bound.cap, slope);
  return Math.max(0, 1 + change);
}
