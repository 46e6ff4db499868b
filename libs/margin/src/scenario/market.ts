import { invariant, multiplyDivideFloor } from '#libs/units';

/** Expiry of what has none: perpetuals and collateral. */
export const NO_EXPIRY = -1;

/** An underlying: what its instruments' deltas are in. */
export interface UnderlyingState {
  readonly spotTicks: number;
  readonly confidencePpb: number;
}

/** One expiry of one underlying. */
export interface ExpiryState {
  readonly underlying: number;
  readonly secondsToExpiry: number;
  /** The forward is the part that still moves plus the part that an average has fixed. */
  readonly forwardTicks: number;
  readonly fixedTicks: number;
  readonly ratePpb: number;
  readonly confidencePpb: number;
}

interface InstrumentBase {
  readonly underlying: number;
  /** Index of the expiry; NO_EXPIRY for perpetuals and collateral. */
  readonly expiry: number;
  /**
   * linear, option, asset, published: risk units per lot per tick of the price (of the underlying's
   * price for an option); inverse: risk units x ticks per lot.
   */
  readonly riskUnitsPerTick: number;
  readonly confidencePpb: number;
}

/** A perpetual or dated future. Its unsettled profit or loss is cash to this model. */
export interface FutureTerms extends InstrumentBase {
  readonly kind: 'linear' | 'inverse';
  readonly priceTicks: number;
}

export interface OptionTerms extends InstrumentBase {
  readonly kind: 'option';
  readonly strikeTicks: number;
  readonly isCall: boolean;
  /** Implied volatility a year, parts per trillion. */
  readonly volatilityPpt: number;
}

/** Collateral in kind. `shocked`: it moves with the underlying and stands in the scenarios. */
export interface AssetTerms extends InstrumentBase {
  readonly kind: 'asset';
  readonly priceTicks: number;
  readonly shocked: boolean;
  readonly haircutPpb: number;
  /** On top of `haircutPpb`, for the initial level. */
  readonly initialHaircutPpb: number;
}

/** A contract whose risk array is given, as clearing houses publish SPAN arrays. */
export interface PublishedTerms extends InstrumentBase {
  readonly kind: 'published';
  /** Gain of one long lot in each scenario, ticks; what the scenario's weight multiplies. */
  readonly gains: readonly number[];
  /** Delta of a lot in lots of the underlying. */
  readonly deltaPpb: number;
}

export type ScenarioInstrument = FutureTerms | OptionTerms | AssetTerms | PublishedTerms;

/** Everything that values depend on at one valuation epoch. */
export interface ScenarioMarket {
  /** Price of the settlement stablecoin in the currency that asset prices are quoted in. */
  readonly stablePricePpb: number;
  readonly underlyings: readonly UnderlyingState[];
  readonly expiries: readonly ExpiryState[];
  readonly instruments: readonly ScenarioInstrument[];
}

/**
 * The part of a forward that an averaging window has fixed, when only the forward is known: the
 * elapsed share of the window, rounded down.
 */
export function fixedShareTicks(of: {
  forwardTicks: number;
  secondsToExpiry: number;
  windowSeconds: number;
}): number {
  invariant(of.secondsToExpiry >= 0, 'time to expiry is 0 or more');
  if (of.secondsToExpiry >= of.windowSeconds) return 0;
  const elapsed = of.windowSeconds - of.secondsToExpiry;
  return multiplyDivideFloor(of.forwardTicks, elapsed, of.windowSeconds);
}
