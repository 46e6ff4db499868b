import { rowOf } from '../twin/twin-state.js';
import { CONTRACT } from './contract-drafts.js';
import type { DraftOf } from './steps.js';
import type { Fault } from './trade-faults.js';
import { oneOf, type WorldContext } from './world-context.js';
import { SECOND } from './world-plan.js';

type Definition = DraftOf<'IndexDefined'>;
type SourceDraft = DraftOf<'IndexSourceObserved'>;

/** Contracts that may be marked by an index for a while. */
const INDEXED = [CONTRACT.euroPerpetual, CONTRACT.inversePerpetual, CONTRACT.odd] as const;
const OPERATOR = 1;

/** An index of two to five sources; now and then it ends again. */
export function indexDraft(context: WorldContext): Definition | undefined {
  const { random, state } = context;
  const instrument = oneOf(random, INDEXED) ?? CONTRACT.odd;
  const { market } = rowOf(state.instruments, instrument);
  if (market === 'settling' || market === 'expired') return undefined;
  const count = state.indices.has(instrument) && random.below(3) === 0 ? 0 : 2 + random.below(4);
  return {
    type: 'IndexDefined',
    instrument,
    maxAgeUs: (2 + random.below(240)) * SECOND,
    maxDeviationPpm: random.below(5) === 0 ? 0 : 2_000 + random.below(60_000),
    minSources: 1 + random.below(Math.max(1, count)),
    sources: Array.from({ length: count }, (_, place) => ({
      source: 1 + place * 3,
      speaker: place === 0 && random.below(2) === 0 ? OPERATOR : 0,
    })),
  };
}

/** What a source of some index says: near the mark, now and then far from it or long ago. */
export function sourceDraft(context: WorldContext): SourceDraft | undefined {
  const instrument = oneOf(context.random, [...context.state.indices.keys()]);
  return instrument === undefined ? undefined : sourceOf(context, instrument);
}

function sourceOf({ random, state }: WorldContext, instrument: number): SourceDraft | undefined {
  const { mark, market, maxPrice } = rowOf(state.instruments, instrument);
  const { prices, sources } = rowOf(state.indices, instrument);
  const source = oneOf(random, [...sources.keys()]);
  if (source === undefined || market === 'settling' || market === 'expired') return undefined;
  const stepPpm = random.below(20_001) - 10_000 + (random.below(8) === 0 ? 300_000 : 0);
  const markTicks = mark?.toNumber() ?? 100;
  const priceTicks = Math.max(1, markTicks + Math.floor((markTicks * stepPpm) / 1_000_000));
  const seenAt = state.timeUs - random.below(3) * SECOND + (random.below(6) === 0 ? SECOND : 0);
  return {
    type: 'IndexSourceObserved',
    instrument,
    source,
    priceTicks: Math.min(priceTicks, maxPrice.toNumber()),
    observedAt: Math.max(seenAt, prices.get(source)?.observedAt ?? 0),
    confidencePpm: 900_000 + random.below(100_001),
  };
}

/** What a source says, with something changed. */
function changed(change: (draft: SourceDraft) => Partial<SourceDraft>): Fault {
  return (context) => {
    const draft = sourceDraft(context);
    return draft === undefined ? undefined : { ...draft, ...change(draft) };
  };
}

/** Definitions and sources that are refused, by the reason. */
export const indexFaults: Readonly<Record<number, Fault>> = {
  570: (context) => {
    const draft = indexDraft(context);
    const [first] = draft?.sources ?? [];
    if (draft === undefined || first === undefined) return undefined;
    const wrong: readonly Partial<Definition>[] = [
      { minSources: 0 },
      { minSources: draft.sources.length + 1 },
      { maxAgeUs: 0 },
      { maxDeviationPpm: 1_000_001 },
      { sources: draft.sources.toReversed() },
      { sources: [{ ...first, speaker: 9_999 }, ...draft.sources.slice(1)] },
    ];
    return { ...draft, ...oneOf(context.random, wrong) };
  },
  571: changed(() => ({ source: 2 })),
  572: (context) => {
    const { state } = context;
    const [instrument] = [...state.indices].find(([, { sources }]) => sources.get(1) === 1) ?? [];
    if (instrument === undefined) return undefined;
    const draft = sourceOf(context, instrument);
    return draft === undefined ? undefined : { ...draft, source: 1, publisher: 2 };
  },
  573: ({ random, state }) => {
    const instrument = oneOf(random, [...state.indices.keys()]);
    const price = { priceTicks: 100, observedAt: state.timeUs, confidencePpm: 1_000_000 };
    return instrument === undefined ? undefined : { type: 'PriceObserved', instrument, ...price };
  },
  /** A confidence above full [570]. */
  1570: changed(() => ({ confidencePpm: 1_000_001 })),
  /** A price out of range [109]. */
  1571: changed(() => ({ priceTicks: 0 })),
  /** A source's older price [120], where it has spoken. */
  1572: changed(({ observedAt }) => ({ observedAt: observedAt - 3600 * SECOND })),
};
