import { rowOf } from '../twin/twin-state.js';
import { CONTRACT, EUR, USD } from './contract-drafts.js';
import { pricedInstruments } from './market-drafts.js';
import type { DraftOf } from './steps.js';
import type { Fault } from './trade-faults.js';
import { oneOf, type WorldContext } from './world-context.js';
import { DAY } from './world-plan.js';

type ForwardDraft = DraftOf<'ForwardObserved'>;
type RateDraft = DraftOf<'RateObserved'>;

/** The middle of a day ahead: expiries of one day coincide, so that they are observed again. */
function expiryAhead({ random, state }: WorldContext): number {
  return (Math.floor(state.timeUs / DAY) + 1 + random.below(20)) * DAY;
}

/** The forward of an underlying around its mark. */
export function forwardDraft(context: WorldContext): ForwardDraft | undefined {
  const { random, state } = context;
  const linear = pricedInstruments(context).filter(
    (id) => rowOf(state.instruments, id).kind !== 'option',
  );
  const instrument = oneOf(random, linear);
  return instrument === undefined ? undefined : forwardOn(context, instrument);
}

function forwardOn(context: WorldContext, instrument: number): ForwardDraft {
  const { random, state } = context;
  const { mark, maxPrice } = rowOf(state.instruments, instrument);
  const markTicks = mark?.toNumber() ?? 1;
  const forward = Math.max(1, Math.floor(markTicks * (0.95 + random.unit() / 10)));
  return {
    type: 'ForwardObserved',
    instrument,
    expiry: expiryAhead(context),
    forwardTicks: Math.min(forward, maxPrice.toNumber()),
    observedAt: state.timeUs,
    confidencePpm: 900_000 + random.below(100_001),
  };
}

export function rateDraft(context: WorldContext): RateDraft {
  const { random, state } = context;
  return {
    type: 'RateObserved',
    currency: random.below(2) === 0 ? USD : EUR,
    expiry: expiryAhead(context),
    ratePpb: random.below(200_000_001) - 50_000_000,
    observedAt: state.timeUs,
    confidencePpm: 900_000 + random.below(100_001),
  };
}

/** Forwards and rates that are refused, by the reason. */
export const termFaults: Readonly<Record<number, Fault>> = {
  560: (context) => {
    const { random, state } = context;
    const draft = rateDraft(context);
    const wrong: readonly Partial<RateDraft>[] = [
      { expiry: state.timeUs },
      { observedAt: draft.expiry },
      { confidencePpm: 1_000_001 },
      { expiry: 5_000_000_000_000_000 },
    ];
    return { ...draft, ...oneOf(random, wrong) };
  },
  562: (context) => {
    const sign = context.random.below(2) === 0 ? 1 : -1;
    return { ...rateDraft(context), ratePpb: sign * 1_000_000_001 };
  },
  /** A forward out of range [109]. */
  1560: (context) => ({ ...forwardOn(context, CONTRACT.perpetual), forwardTicks: 0 }),
  /** Of an option [560]. */
  1561: (context) => {
    const isOption = (id: number) => rowOf(context.state.instruments, id).kind === 'option';
    const option = pricedInstruments(context).find(isOption);
    return option === undefined ? undefined : forwardOn(context, option);
  },
  /** An older one [120], where there is one. */
  1562: (context) => {
    const { random, state } = context;
    const known = [...(state.rates.get(USD)?.values() ?? [])].filter(
      ({ expiry }) => expiry > state.timeUs,
    );
    const before = oneOf(random, known);
    if (before === undefined) return undefined;
    return { ...rateDraft(context), ...{ currency: USD, expiry: before.expiry, observedAt: 1 } };
  },
  /** Where as many expiries as are kept live: one more. */
  561: (context) => {
    const { state } = context;
    const days = [...(state.rates.get(EUR)?.keys() ?? [])];
    const living = days.filter((expiry) => expiry > state.timeUs);
    if (living.length < 64) return undefined;
    return { ...rateDraft(context), currency: EUR, expiry: Math.max(...living) + DAY };
  },
};
