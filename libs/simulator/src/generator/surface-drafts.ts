import { rowOf } from '../twin/twin-state.js';
import { CONTRACT } from './contract-drafts.js';
import { pricedInstruments } from './market-drafts.js';
import type { DraftOf } from './steps.js';
import type { Fault } from './trade-faults.js';
import { oneOf, type WorldContext } from './world-context.js';
import { DAY } from './world-plan.js';

type SurfaceDraft = DraftOf<'VolatilitySurfaceObserved'>;

/** Strikes of a smile by the forward, in per cent. */
const STRIKES = [80, 95, 105, 130];

/** A surface of one to three expiries around the mark: a smile whose level rises with time. */
export function surfaceDraft(context: WorldContext): SurfaceDraft | undefined {
  const { random, state } = context;
  const instrument = oneOf(random, pricedInstruments(context));
  if (instrument === undefined) return undefined;
  return surfaceOn(context, instrument, 1 + random.below(3), state.timeUs);
}

function surfaceOn(
  { random, state }: WorldContext,
  instrument: number,
  count: number,
  observedAt: number,
): SurfaceDraft {
  const { mark, maxPrice } = rowOf(state.instruments, instrument);
  const markTicks = Math.max(1, mark?.toNumber() ?? 1);
  const expiries: SurfaceDraft['expiries'][number][] = [];
  const points: SurfaceDraft['points'][number][] = [];
  const level = 300_000 + random.below(900_000);
  for (let place = 0; place < count; place += 1) {
    const forward = Math.floor(markTicks * (1 + place / 100));
    const forwardTicks = Math.min(forward, maxPrice.toNumber());
    expiries.push({
      expiry: state.timeUs + (3 + place * 30 + random.below(9)) * DAY,
      forwardTicks,
    });
    for (const percent of STRIKES) {
      const strikeTicks = Math.floor((forwardTicks * percent) / 100);
      if (strikeTicks <= (points.at(-1)?.expiryPlace === place ? points.at(-1)!.strikeTicks : 0)) {
        continue;
      }
      const bend = (percent - 100) * (percent - 100) * 40;
      points.push({ expiryPlace: place, strikeTicks, volatilityPpm: level + place * 9_000 + bend });
    }
  }
  const confidencePpm = 900_000 + random.below(100_001);
  const seen = Math.max(observedAt, state.surfaces.get(instrument)?.observedAt ?? 0);
  return {
    type: 'VolatilitySurfaceObserved',
    ...{ instrument, observedAt: seen, confidencePpm, expiries, points },
  };
}

/** A surface in which something is changed; none while the perpetual has no mark. */
function changed(change: (draft: SurfaceDraft, context: WorldContext) => SurfaceDraft): Fault {
  return (context) => {
    const { mark, market } = rowOf(context.state.instruments, CONTRACT.perpetual);
    if (mark === undefined || market === 'settling') return undefined;
    return change(surfaceOn(context, CONTRACT.perpetual, 2, context.state.timeUs), context);
  };
}

/** Surfaces that are refused, by the reason. */
export const surfaceFaults: Readonly<Record<number, Fault>> = {
  550: changed((draft, { random }) => {
    const wrong: readonly Partial<SurfaceDraft>[] = [
      { points: [] },
      { expiries: [] },
      { points: draft.points.toReversed() },
      { expiries: draft.expiries.toReversed() },
      { confidencePpm: 1_000_001 },
      { points: draft.points.map((point) => ({ ...point, volatilityPpm: 0 })) },
    ];
    return { ...draft, ...oneOf(random, wrong) };
  }),
  551: changed((draft) => ({
    ...draft,
    points: draft.points.map((point, at) => {
      return at === 1 ? { ...point, volatilityPpm: point.volatilityPpm * 3 } : point;
    }),
  })),
  552: changed((draft) => ({
    ...draft,
    points: draft.points.map((point) => {
      const volatilityPpm = Math.ceil(point.volatilityPpm / 8);
      return point.expiryPlace === 1 ? { ...point, volatilityPpm } : point;
    }),
  })),
  /** A forward out of range [109]. */
  1550: changed((draft) => ({
    ...draft,
    expiries: draft.expiries.map((one) => ({ ...one, forwardTicks: 0 })),
  })),
  /** An older one [120]. */
  1551: changed((draft) => ({ ...draft, observedAt: draft.observedAt - 1 })),
};
