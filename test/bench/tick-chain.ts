/**
 * Options of the `ticks` benchmark: ten strikes, a call and a put each, on Bitcoin and on ether, marked by
 * Black's formula as the coins move; and a rulebook that margins everything by 39 joint moves.
 */
import { catalogue, type Field, type MessageNamed } from '#libs/events';
import { black76Value } from '#libs/pricing';
import type { BareInput } from './ingest-market.js';

export type Model = 'linear' | 'scenario';

export interface ChainOption {
  readonly id: number;
  readonly underlying: number;
  readonly isCall: boolean;
  /** Strike over the opening price of the underlying. */
  readonly moneyness: number;
}

/** Ids that the perpetuals and two single options have before. */
const LISTED_BEFORE = 6;
const STRIKES = 10;
const BILLION = 1_000_000_000;
const YEARS = 30 / 365;
const VOLATILITY = 1;
const YEAR_US = 31_536_000_000_000;

export const CHAIN: readonly ChainOption[] = Array.from({ length: 4 * STRIKES }, (_, k) => ({
  id: LISTED_BEFORE + 1 + k,
  underlying: 1 + (k % 2),
  isCall: (k >> 1) % 2 === 0,
  moneyness: 0.55 + 0.09 * (k >> 2),
}));

/** What an option is worth with its underlying at `spotTicks`, ticks, at least 1. */
export function chainTicks(option: ChainOption, spotTicks: number, openTicks: number): number {
  const { isCall, moneyness } = option;
  const value = black76Value({
    isCall,
    forward: spotTicks,
    strike: Math.round(openTicks * moneyness),
    timeYears: YEARS,
    volatility: VOLATILITY,
    rate: 0,
  });
  return Math.max(1, Math.round(value));
}

/** One volatility for all strikes; forwards at the mark. */
export function chainSurface(
  instrument: number,
  forwardTicks: number,
  observedAt: number,
  expiry: number,
): BareInput {
  return {
    type: 'VolatilitySurfaceObserved',
    instrument,
    observedAt,
    confidencePpm: 1_000_000,
    expiries: [{ expiry, forwardTicks }],
    points: [{ expiryPlace: 0, strikeTicks: forwardTicks, volatilityPpm: VOLATILITY * 1_000_000 }],
  };
}

type Terms = MessageNamed<'RulebookPublished'>['scenarioTerms'][number];

/** Parameters at their defaults, which do nothing, but for those of a venue of options. */
function terms(): Terms {
  const fields = Object.entries<Field>(catalogue.RulebookPublished.fields.scenarioTerms.fields);
  const neutral = fields.map(([name, field]) => [name, ('default' in field && field.default) || 0]);
  return {
    ...(Object.fromEntries(neutral) as unknown as Terms),
    riskUnitsPerMinor: 100,
    initialPpb: 1_250_000_000,
    // One epoch for the whole day: what is measured is within one.
    epochMovePpm: 100_000_000,
    epochUs: YEAR_US,
    volatilityUpPpb: 400_000_000,
    volatilityDownPpb: 250_000_000,
    linearContingencyPpb: 5_000_000,
    shortOptionContingencyPpb: 5_000_000,
  };
}

/** What makes a rulebook one of the scenario model: 13 price moves up to 18 % x 3 volatilities. */
export function chainModel() {
  return {
    model: 1,
    scenarioTerms: [terms()],
    scenarios: Array.from({ length: 39 }, (_, k) => {
      const shock = Math.round((Math.floor(k / 3) - 6) * 0.03 * BILLION);
      return {
        priceShockPpb: shock,
        linearShockPpb: shock,
        volatility: k % 3,
        weightPpb: BILLION,
        component: 0,
      };
    }),
    scenarioOffsets: [],
  };
}
