import type { Random } from '../market/random.js';
import type { DraftOf } from './steps.js';

type Listing = DraftOf<'InstrumentListed'>;

/** Instruments by the order in which a world lists them. */
export const CONTRACT = {
  perpetual: 1,
  inversePerpetual: 2,
  future: 3,
  inverseFuture: 4,
  paidCall: 5,
  paidPut: 6,
  dailyCall: 7,
  dailyPut: 8,
  euroPerpetual: 9,
  /** Never priced. */
  dark: 10,
  /** Of a class without tiers. */
  odd: 11,
} as const;

export const USD = 1;
export const BTC = 2;
export const EUR = 3;
/** Listed and never priced. */
export const UNPRICED = 4;

const LINEAR: Listing = {
  type: 'InstrumentListed',
  name: '',
  currency: USD,
  underlying: 0,
  kind: 0,
  payoff: 0,
  premium: 0,
  optionType: 0,
  marginClass: 1,
  tickDigits: 1,
  multiplier: 1,
  underlyingMultiplier: 0,
  strikeTicks: 0,
  maxLots: 100_000,
  maxPriceTicks: 100_000_000,
  outlierPpm: 400_000,
  staleAfterUs: 0,
  expiresAt: 0,
};

const INVERSE: Listing = {
  ...LINEAR,
  currency: BTC,
  payoff: 1,
  marginClass: 2,
  multiplier: 100_000_000_000,
  maxLots: 10_000,
};

export const perpetualDraft = (name: string, changes: Partial<Listing> = {}): Listing => ({
  ...LINEAR,
  ...changes,
  name,
});

export const inverseDraft = (name: string, changes: Partial<Listing> = {}): Listing => ({
  ...INVERSE,
  ...changes,
  name,
});

/** An option on the perpetual: a lot is 0.001 of the underlying. */
export function optionDraft(name: string, terms: Partial<Listing>): Listing {
  return {
    ...LINEAR,
    kind: 2,
    underlying: CONTRACT.perpetual,
    optionType: 1,
    underlyingMultiplier: 1,
    strikeTicks: 400_000,
    outlierPpm: 0,
    ...terms,
    name,
  };
}

/** A listing with one thing wrong with it [512]. */
export function unsoundListing(random: Random, name: string, nowUs: number): Listing {
  const expiresAt = nowUs + 86_400_000_000;
  const future = { ...LINEAR, kind: 1, expiresAt };
  const option = optionDraft(name, { expiresAt });
  const faults: Listing[] = [
    { ...LINEAR, maxLots: 0 },
    { ...LINEAR, maxLots: 4_294_967_297 },
    { ...LINEAR, maxPriceTicks: 0 },
    { ...LINEAR, multiplier: 0 },
    { ...LINEAR, multiplier: 1000 },
    { ...LINEAR, staleAfterUs: -1 },
    { ...LINEAR, expiresAt },
    { ...LINEAR, strikeTicks: 5 },
    { ...LINEAR, strikeTicks: -5, underlyingMultiplier: 5 },
    { ...LINEAR, premium: 1 },
    { ...INVERSE, maxLots: 100_000 },
    { ...future, expiresAt: 0 },
    { ...future, expiresAt: nowUs },
    { ...future, underlying: 1 },
    { ...option, underlying: 99 },
    { ...option, underlying: CONTRACT.inversePerpetual },
    { ...option, underlying: CONTRACT.paidCall },
    { ...option, payoff: 1 },
    { ...option, optionType: 0 },
    { ...option, strikeTicks: 0 },
    { ...option, strikeTicks: 100_000_001 },
    { ...option, underlyingMultiplier: 0 },
    { ...option, underlyingMultiplier: 1000 },
  ];
  return { ...(faults[random.below(faults.length)] ?? LINEAR), name };
}
