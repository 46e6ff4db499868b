import type { Evaluation, HouseState } from '#libs/clearing-house';
import { formatTime } from '#libs/events';
import type { Rulebook } from '#libs/margin';
import { invariant } from '#libs/units';

/** Prices, time and volatilities of a valuation epoch, as far as a unit hangs on them. */
export interface ValuedFrom {
  /** Log time at which the epoch was opened; time to expiry counts from it. */
  readonly openedAt: string;
  readonly underlyings: readonly {
    readonly underlying: string;
    readonly spotTicks: number;
    readonly confidencePpb: number;
  }[];
  readonly options: readonly {
    readonly instrument: string;
    /** Of the surface, moved with the underlying; of it `fixedTicks` no longer move. */
    readonly forwardTicks: number;
    readonly fixedTicks: number;
    readonly secondsToExpiry: number;
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
  const underlyings = new Set(places.map((place) => market.instruments[place]!.underlying));
  return {
    openedAt: formatTime(valuation.inputs.openedAtUs),
    underlyings: [...underlyings].map((underlying) => ({
      underlying: names.nameOf('instrument', valuation.underlyingIds[underlying] ?? 0) ?? '',
      ...market.underlyings[underlying]!,
    })),
    options: places.flatMap((place) => {
      const terms = market.instruments[place]!;
      if (terms.kind !== 'option') return [];
      const { forwardTicks, fixedTicks, secondsToExpiry } = market.expiries[terms.expiry]!;
      const { strikeTicks, volatilityPpt } = terms;
      const instrument = nameAt(place);
      return [
        { instrument, forwardTicks, fixedTicks, secondsToExpiry, strikeTicks, volatilityPpt },
      ];
    }),
  };
}
