import type { Evaluation, HouseState } from '#libs/clearing-house';
import { formatTime } from '#libs/events';
import type { Rulebook } from '#libs/margin';
import { invariant } from '#libs/units';

/** Prices, time and volatilities of a valuation epoch, as far as a unit hangs on them. */
export interface ValuedFrom {
  /** Log time at which the epoch was opened; time to expiry counts from it. */
  readonly openedAt: string;
  /** Price of the base currency where it is a stablecoin; 1000000000 where nothing is asked of it. */
  readonly stablePricePpb: number;
  readonly underlyings: readonly {
    readonly underlying: string;
    readonly spotTicks: number;
    readonly confidencePpb: number;
  }[];
  /** Collateral that stands in the scenarios, with what it counts for in equity. */
  readonly collateral: readonly { readonly underlying: string; readonly valueMinor: number }[];
  readonly options: readonly {
    readonly instrument: string;
    /** Of the surface, moved with the underlying; of it `fixedTicks` no longer move. */
    readonly forwardTicks: number;
    readonly fixedTicks: number;
    readonly secondsToExpiry: number;
    /** A year, of the base currency until the expiry. */
    readonly ratePpb: number;
    readonly strikeTicks: number;
    /** A year, parts per trillion: of the surface, at the strike. */
    readonly volatilityPpt: number;
  }[];
}

/** What the risk arrays of the unit evaluated last were computed from. */
export function valuedFrom(
  { names }: HouseState,
  evaluation: Evaluation,
  rulebook: Rulebook,
): ValuedFrom {
  const valuation = evaluation.valuationOf(rulebook);
  invariant(valuation !== undefined, 'a unit with a requirement has an epoch');
  const { market } = valuation.arrays;
  const held = valuation.portfolioOf(evaluation.portfolio);
  invariant(held !== undefined, 'every position has a value in the epoch');
  const places = Array.from(held.rows);
  const nameAt = (place: number): string =>
    names.nameOf('instrument', valuation.ids[place] ?? 0) ?? '';
  const underlyingName = (place: number): string =>
    names.nameOf('instrument', valuation.underlyingIds[place] ?? 0) ?? '';
  const underlyings = new Set([
    ...places.map((place) => market.instruments[place]!.underlying),
    ...held.collateral.map(({ underlying }) => underlying),
  ]);
  return {
    openedAt: formatTime(valuation.inputs.openedAtUs),
    stablePricePpb: market.stablePricePpb,
    underlyings: [...underlyings].map((underlying) => ({
      underlying: underlyingName(underlying),
      ...market.underlyings[underlying]!,
    })),
    collateral: held.collateral.map(({ underlying, valueMinor }) => ({
      underlying: underlyingName(underlying),
      valueMinor,
    })),
    options: places.flatMap((place) => {
      const terms = market.instruments[place]!;
      if (terms.kind !== 'option') return [];
      const { forwardTicks, fixedTicks, secondsToExpiry, ratePpb } = market.expiries[terms.expiry]!;
      const { strikeTicks, volatilityPpt } = terms;
      const forward = { forwardTicks, fixedTicks, secondsToExpiry, ratePpb };
      return [{ instrument: nameAt(place), ...forward, strikeTicks, volatilityPpt }];
    }),
  };
}
