import { invariant, multiplyDivideCeil, multiplyDivideFloor } from '#libs/units';
import { type ShortOptionRates, shortOptionMarginMinor } from './short-option-margin.js';

const MILLION = 1_000_000;

/** An option of one expiry; prices in minor units of a contract. */
export interface ExpiryOption {
  readonly isCall: boolean;
  /** Signed. */
  readonly lots: number;
  readonly strikeMinor: number;
  /** Value of the position at its mark, signed as the lots. */
  readonly markMinor: number;
}

/** All options of an account on one underlying and expiry. */
export interface ExpiryHolding {
  readonly options: readonly ExpiryOption[];
  readonly spotMinor: number;
  readonly forwardMinor: number;
  readonly lotsPerContract: number;
}

export interface ExpiryRates extends ShortOptionRates {
  /** Of the forward, for each call that is short of no other call. */
  readonly unpairedInitialPpm: number;
  readonly unpairedMaintenancePpm: number;
}

/** Both requirements of an expiry, minor units, at least 0; the milder one is asked. */
export interface ExpiryRequirement {
  readonly isolatedMinor: number;
  readonly boundedMinor: number;
}

/**
 * Requirement of the options of one expiry without scenarios (Derive, `StandardManager`): the sum of
 * the shorts as if each stood alone, and the most that all can lose together at expiry, at 0 or at any
 * strike, plus a share of the forward for short calls that no long call covers. Longs earn nothing.
 */
export function expiryRequirement(
  holding: ExpiryHolding,
  rates: ExpiryRates,
  isInitial: boolean,
): ExpiryRequirement {
  const { options, forwardMinor, lotsPerContract } = holding;
  let isolated = 0;
  let worst = lossAt(holding, 0);
  let netCalls = 0;
  for (const option of options) {
    if (option.lots < 0) isolated += aloneMinor(option, holding, rates, isInitial);
    if (option.isCall) netCalls += option.lots;
    worst = Math.max(worst, lossAt(holding, option.strikeMinor));
  }
  const unpairedPpm = isInitial ? rates.unpairedInitialPpm : rates.unpairedMaintenancePpm;
  const unpaired = multiplyDivideCeil(forwardMinor, Math.max(0, -netCalls), lotsPerContract);
  invariant(isolated >= 0 && worst >= 0, 'a requirement is 0 or more');
  return {
    isolatedMinor: isolated,
    boundedMinor: worst + multiplyDivideCeil(unpaired, unpairedPpm, MILLION),
  };
}

/** What is asked of an expiry: the milder of both. */
export function milderMinor({ isolatedMinor, boundedMinor }: ExpiryRequirement): number {
  return Math.min(isolatedMinor, boundedMinor);
}

function aloneMinor(
  { isCall, lots, strikeMinor, markMinor }: ExpiryOption,
  { spotMinor, lotsPerContract }: ExpiryHolding,
  rates: ExpiryRates,
  isInitial: boolean,
): number {
  const short = { isCall, lots: -lots, lotsPerContract, strikeMinor, spotMinor };
  return shortOptionMarginMinor({ ...short, markMinor: Math.max(0, -markMinor) }, rates, isInitial);
}

/** What all options together lose when they expire at a price; a gain is no loss. */
function lossAt({ options, lotsPerContract }: ExpiryHolding, priceMinor: number): number {
  let value = 0;
  for (const { isCall, lots, strikeMinor } of options) {
    const payoff = Math.max(0, isCall ? priceMinor - strikeMinor : strikeMinor - priceMinor);
    value += multiplyDivideFloor(payoff, lots, lotsPerContract);
  }
  invariant(Number.isSafeInteger(value), 'a payoff is a safe integer');
  return Math.max(0, -value);
}
