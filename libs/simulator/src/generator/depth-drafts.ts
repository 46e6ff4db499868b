import { rowOf } from '../twin/twin-state.js';
import { CONTRACT } from './contract-drafts.js';
import { pricedInstruments } from './market-drafts.js';
import type { DraftOf } from './steps.js';
import type { Fault } from './trade-faults.js';
import { oneOf, type WorldContext } from './world-context.js';

type DepthDraft = DraftOf<'MarketDepthObserved'>;

/** What rests in the books of some market; mostly with an index near its mark. */
export function depthDraft(context: WorldContext): DepthDraft | undefined {
  const { random } = context;
  const instrument = oneOf(random, pricedInstruments(context));
  if (instrument === undefined) return undefined;
  return depthOf(context, instrument, random.below(50_000));
}

function depthOf({ random, state }: WorldContext, instrument: number, bidLots: number): DepthDraft {
  const { mark, maxPrice, depthObservedAt } = rowOf(state.instruments, instrument);
  const near = Math.floor(((mark?.toNumber() ?? 1) * (990 + random.below(21))) / 1000);
  return {
    type: 'MarketDepthObserved',
    instrument,
    bidLots,
    askLots: random.below(50_000),
    indexTicks: random.below(4) === 0 ? 0 : Math.min(maxPrice.toNumber(), near),
    observedAt: Math.max(state.timeUs, depthObservedAt),
  };
}

/** Depths that are refused, by the reason. */
export const depthFaults: Readonly<Record<number, Fault>> = {
  640: (context) => {
    const { market } = rowOf(context.state.instruments, CONTRACT.perpetual);
    if (market === 'settling' || market === 'expired') return undefined;
    return depthOf(context, CONTRACT.perpetual, -1);
  },
};
