import {
  invariant,
  multiplyDivideCeil,
  multiplyDivideFloor,
  multiplyDivideHalfUp,
} from '#libs/units';
import {
  type ExpiryHolding,
  type ExpiryRates,
  type ExpiryRequirement,
  expiryRequirement,
  milderMinor,
} from './expiry-offset.js';

const MILLION = 1_000_000;

/** Rates of a standard account, ppm; confidences and the stablecoin's price likewise. */
export interface StandardRates extends ExpiryRates {
  readonly perpetualInitialPpm: number;
  readonly perpetualMaintenancePpm: number;
  /** Share of the underlying held as collateral that counts. */
  readonly collateralPpm: number;
  readonly depegThresholdPpm: number;
  readonly depegFactorPpm: number;
  readonly confidenceThresholdPpm: number;
  readonly confidenceFactorPpm: number;
}

/** All that an account holds on one underlying; prices in minor units of a contract. */
export interface UnderlyingHolding {
  readonly spotMinor: number;
  readonly lotsPerContract: number;
  readonly spotConfidencePpm: number;
  readonly perpetualLots: number;
  readonly perpetualMinor: number;
  readonly perpetualConfidencePpm: number;
  /** Unrealised gain of the perpetual, funding included. */
  readonly perpetualGainMinor: number;
  /** The underlying itself, as collateral. */
  readonly collateralLots: number;
  readonly expiries: readonly (ExpiryHolding & { readonly confidencePpm: number })[];
}

export interface StandardAccount {
  readonly cashMinor: number;
  readonly stablecoinPpm: number;
  readonly underlyings: readonly UnderlyingHolding[];
}

/** Margin of an account, minor units: what it has above (below 0: lacks of) what it needs. */
export interface StandardMargin {
  readonly marginMinor: number;
  /** By underlying: the sums over its expiries. */
  readonly options: readonly ExpiryRequirement[];
}

/**
 * Standard margin of a whole account (Derive, `StandardManager`): cash, gains of perpetuals and a share
 * of collateral, less what perpetuals and each expiry need. Nothing is set off between underlyings or
 * expiries. The initial level also charges for a stablecoin below its peg and for prices of little
 * confidence, on what is short and on perpetuals.
 */
export function standardMargin(
  { cashMinor, stablecoinPpm, underlyings }: StandardAccount,
  rates: StandardRates,
  isInitial: boolean,
): StandardMargin {
  const depegPpm = isInitial ? depegRate(stablecoinPpm, rates) : 0;
  let margin = cashMinor;
  const options: ExpiryRequirement[] = [];
  for (const own of underlyings) {
    const required = own.expiries.map((expiry) => expiryRequirement(expiry, rates, isInitial));
    margin += own.perpetualGainMinor + collateralMinor(own, rates, isInitial);
    margin -= perpetualMinor(own, rates, isInitial);
    for (const expiry of required) margin -= milderMinor(expiry);
    margin -= valueOfLots(own, shortsOf(own) + Math.abs(own.perpetualLots), depegPpm);
    if (isInitial) margin -= lowConfidenceMinor(own, rates);
    options.push({
      isolatedMinor: required.reduce((sum, { isolatedMinor }) => sum + isolatedMinor, 0),
      boundedMinor: required.reduce((sum, { boundedMinor }) => sum + boundedMinor, 0),
    });
  }
  invariant(Number.isSafeInteger(margin), 'a margin is a safe integer');
  return { marginMinor: margin, options };
}

/** What the account would be worth if all was closed at the marks, in the stablecoin. */
export function standardValueMinor({
  cashMinor,
  stablecoinPpm,
  underlyings,
}: StandardAccount): number {
  let value = cashMinor;
  for (const own of underlyings) {
    const collateral = multiplyDivideHalfUp(own.spotMinor, own.collateralLots, own.lotsPerContract);
    value += own.perpetualGainMinor + multiplyDivideHalfUp(collateral, MILLION, stablecoinPpm);
    for (const { options } of own.expiries) {
      for (const { markMinor } of options) value += markMinor;
    }
  }
  return value;
}

function depegRate(stablecoinPpm: number, rates: StandardRates): number {
  const below = Math.max(0, rates.depegThresholdPpm - stablecoinPpm);
  return multiplyDivideCeil(below, rates.depegFactorPpm, MILLION);
}

function perpetualMinor(own: UnderlyingHolding, rates: StandardRates, isInitial: boolean): number {
  const { perpetualMinor: price, perpetualLots, lotsPerContract } = own;
  const notional = multiplyDivideCeil(price, Math.abs(perpetualLots), lotsPerContract);
  const ppm = isInitial ? rates.perpetualInitialPpm : rates.perpetualMaintenancePpm;
  return multiplyDivideCeil(notional, ppm, MILLION);
}

function collateralMinor(own: UnderlyingHolding, rates: StandardRates, isInitial: boolean): number {
  const { spotMinor, collateralLots, lotsPerContract, spotConfidencePpm } = own;
  const value = multiplyDivideFloor(spotMinor, collateralLots, lotsPerContract);
  const counted = multiplyDivideFloor(value, rates.collateralPpm, MILLION);
  const charge = isInitial ? confidenceRate(spotConfidencePpm, rates) : 0;
  return counted - multiplyDivideCeil(value, charge, MILLION);
}

function lowConfidenceMinor(own: UnderlyingHolding, rates: StandardRates): number {
  const { spotConfidencePpm, perpetualConfidencePpm } = own;
  const ofPerpetual = Math.min(spotConfidencePpm, perpetualConfidencePpm);
  let charge = valueOfLots(own, Math.abs(own.perpetualLots), confidenceRate(ofPerpetual, rates));
  for (const expiry of own.expiries) {
    const confidence = Math.min(spotConfidencePpm, expiry.confidencePpm);
    charge += valueOfLots(own, shortLots(expiry), confidenceRate(confidence, rates));
  }
  return charge;
}

function confidenceRate(confidencePpm: number, rates: StandardRates): number {
  if (confidencePpm >= rates.confidenceThresholdPpm) return 0;
  return multiplyDivideCeil(MILLION - confidencePpm, rates.confidenceFactorPpm, MILLION);
}

function shortsOf({ expiries }: UnderlyingHolding): number {
  return expiries.reduce((sum, expiry) => sum + shortLots(expiry), 0);
}

function shortLots({ options }: ExpiryHolding): number {
  return options.reduce((sum, { lots }) => sum + Math.max(0, -lots), 0);
}

/** A share of the spot value of some lots, rounded up. */
function valueOfLots(own: UnderlyingHolding, lots: number, ppm: number): number {
  if (ppm === 0) return 0;
  const value = multiplyDivideCeil(own.spotMinor, lots, own.lotsPerContract);
  return multiplyDivideCeil(value, ppm, MILLION);
}
