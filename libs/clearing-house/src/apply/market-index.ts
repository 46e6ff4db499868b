import type { Measured } from '#libs/events';
import { I } from '#libs/market';
import { invariant, minus, ppm } from '#libs/units';
import type { HouseState } from '../state/house-state.js';
import type { MarketIndex } from '../state/indices.js';
import { armStale } from './deadlines.js';
import { takePrice } from './market.js';

const FULL = ppm(1_000_000);

/** The next deadline of the market is that of the index, or again that of its own prices. */
export function applyIndexDefined(state: HouseState, m: Measured<'IndexDefined'>): void {
  state.indices.define(m, state.clock.timeUs);
  armStale(state, m.instrument);
}

export function applySourceObserved(state: HouseState, m: Measured<'IndexSourceObserved'>): void {
  const { indices, instruments } = state;
  invariant(m.priceTicks >= 1, 'an accepted price is above 0');
  invariant(
    m.priceTicks <= instruments.get(m.instrument, I.maxPriceTicks),
    'an accepted price is one that trades',
  );
  indices.observe(m, state.clock.timeUs);
  armStale(state, m.instrument);
}

export function applyIndexPrice(state: HouseState, m: Measured<'IndexPriceDetermined'>): void {
  considered(state, m.instrument).doubtPpm = minus(FULL, m.confidencePpm);
  invariant(m.priceTicks >= 1, 'a price of an index is above 0');
  takePrice(state, m.instrument, m.priceTicks);
  armStale(state, m.instrument);
}

/** Without a price the mark stays; the market turns stale by an event of its own. */
export function applyIndexUndetermined(state: HouseState, m: Measured<'IndexUndetermined'>): void {
  const { minSources } = considered(state, m.instrument);
  invariant(m.usedSources < minSources, 'an index without a price lacks sources');
}

function considered({ clock, indices }: HouseState, instrument: number): MarketIndex {
  const index = indices.of(instrument);
  invariant(index !== undefined, 'an index that is looked at is defined');
  index.consideredAt = clock.timeUs;
  return index;
}
