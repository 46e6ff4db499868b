import { catalogue, type Field, type MessageNamed } from '#libs/events';
import { rulebook, SECOND } from './small-house.js';

export type Terms = MessageNamed<'RulebookPublished'>['scenarioTerms'][number];

/** Every parameter at its default, which does nothing. */
export const neutralTerms = Object.fromEntries(
  Object.entries<Field>(catalogue.RulebookPublished.fields.scenarioTerms.fields).map(
    ([name, field]) => [name, ('default' in field ? field.default : undefined) ?? 0],
  ),
) as unknown as Terms;

/** Volatilities as they are, prices 20 % down and up, and no move. */
const moves = [-200_000_000, 0, 200_000_000].map((shockPpb) => ({
  priceShockPpb: shockPpb,
  linearShockPpb: shockPpb,
  volatility: 0,
  weightPpb: 1_000_000_000,
  component: 0,
}));

/**
 * The small house's rulebook under the model `scenario`: the worst of 20 % down and up is the maintenance
 * requirement, 1.25 times it the initial one. An epoch ends at a move of 1 % or after a minute.
 */
export const scenarioRulebook = {
  ...rulebook,
  rulebookVersion: 2,
  model: 1,
  scenarioTerms: [
    {
      ...neutralTerms,
      riskUnitsPerMinor: 1_000,
      initialPpb: 1_250_000_000,
      epochMovePpm: 10_000,
      epochUs: 60 * SECOND,
    },
  ],
  scenarios: moves,
} as const;

/** Volatilities of the perpetual: 50 % for all strikes, the forward at the mark of 40,000.0. */
export function flatSurface(expiry: number, observedAt: number, volatilityPpm = 500_000) {
  return {
    type: 'VolatilitySurfaceObserved',
    instrument: 1,
    observedAt,
    confidencePpm: 1_000_000,
    expiries: [{ expiry, forwardTicks: 400_000 }],
    points: [{ expiryPlace: 0, strikeTicks: 400_000, volatilityPpm }],
  } as const;
}
