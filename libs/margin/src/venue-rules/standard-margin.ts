import { invariant, multiplyDivideCeil, multiplyDivideFloor } from '#libs/units';
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
  readonly perpetualEntryMinor: number;
  /** What a contract of the perpetual has to pay in funding since it was settled. */
  readonly fundingMinor: number;
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
    margin += perpetualGain(own) + collateralMinor(own, rates, isInitial);
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

/** What an account holds, in whole units of the stablecoin and contracts: a report, not money. */
export interface MarkedAccount {
  readonly cash: number;
  readonly perpetuals: readonly {
    readonly size: number;
    readonly price: number;
    readonly entry: number;
    readonly funding: number;
  }[];
  /** Price of the stablecoin, in which collateral is worth the more the less it is. */
  readonly stablecoin: number;
  readonly collateral: readonly { readonly size: number; readonly price: number }[];
  readonly options: readonly { readonly size: number; readonly price: number }[];
}

/** What all would bring at the marks, in the stablecoin; not rounded to a unit, added up in order. */
export function markedValue(account: MarkedAccount): number {
  const { cash, perpetuals, stablecoin, collateral, options } = account;
  invariant(stablecoin > 0, 'a stablecoin has a price');
  let value = cash;
  for (const { size, price, entry, funding } of perpetuals) {
    value += size * (price - entry - funding);
  }
  for (const { size, price } of collateral) value += (size * price) / stablecoin;
  for (const { size, price } of options) value += size * price;
  return value;
}

function depegRate(stablecoinPpm: number, rates: StandardRates): number {
  const below = Math.max(0, rates.depegThresholdPpm - stablecoinPpm);
  return multiplyDivideCeil(below, rates.depegFactorPpm, MILLION);
}

/** Unrealised gain of the perpetual less its funding, rounded down. */
function perpetualGain(own: UnderlyingHolding): number {
  const { perpetualMinor: price, perpetualEntryMinor, fundingMinor, perpetualLots } = own;
  const perContract = price - perpetualEntryMinor - fundingMinor;
  return multiplyDivideFloor(perContract, perpetualLots, own.lotsPerContract);
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
