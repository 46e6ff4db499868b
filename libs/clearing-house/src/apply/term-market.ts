import type { Measured } from '#libs/events';
import { I } from '#libs/market';
import { ZERO } from '#libs/units';
import type { HouseState } from '../state/house-state.js';

/** A forward is kept with the mark of then: it moves with it until the next one. */
export function applyForwardObserved(state: HouseState, m: Measured<'ForwardObserved'>): void {
  const { expiry, forwardTicks: value, observedAt, confidencePpm } = m;
  const markTicks = state.instruments.get(m.instrument, I.markTicks);
  const receivedAt = state.clock.timeUs;
  const quote = { expiry, value, markTicks, observedAt, receivedAt, confidencePpm };
  state.forwards.observe(m.instrument, quote);
}

export function applyRateObserved(state: HouseState, m: Measured<'RateObserved'>): void {
  const { expiry, ratePpb: value, observedAt, confidencePpm } = m;
  const receivedAt = state.clock.timeUs;
  const quote = { expiry, value, markTicks: ZERO, observedAt, receivedAt, confidencePpm };
  state.rates.observe(m.currency, quote);
}
