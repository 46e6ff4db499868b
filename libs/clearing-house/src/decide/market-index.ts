import { ACCEPTED } from '#libs/clearing';
import type { Measured } from '#libs/events';
import { I, indexPrice, OPEN, SETTLING, STALE } from '#libs/market';
import { invariant } from '#libs/units';
import type { HouseState } from '../state/house-state.js';
import type { DecisionContext } from './context.js';
import { afterPrice, beforePrice } from './market.js';

const FULL_PPM = 1_000_000;
const AGE_MAX_US = 31_536_000_000_000; // 365 days

/** A definition whose sources ascend, with figures in range (docs/rules.md 9). */
export function checkDefinition(state: HouseState, m: Measured<'IndexDefined'>): number {
  const { instruments, publishers } = state;
  if (!instruments.has(m.instrument)) return 103;
  if (instruments.get(m.instrument, I.marketState) >= SETTLING) return 111;
  const { sources, minSources, maxAgeUs, maxDeviationPpm } = m;
  if (sources.length === 0) return ACCEPTED;
  let last = 0;
  for (const { source, speaker } of sources) {
    if (source <= last || (speaker !== 0 && !publishers.has(speaker))) return 570;
    last = source;
  }
  const isSound =
    minSources >= 1 &&
    minSources <= sources.length &&
    maxAgeUs >= 1 &&
    maxAgeUs <= AGE_MAX_US &&
    maxDeviationPpm <= FULL_PPM;
  return isSound ? ACCEPTED : 570;
}

/** A price of a source that the index names, by whoever speaks for it. */
export function checkSource(state: HouseState, m: Measured<'IndexSourceObserved'>): number {
  const { instruments, indices } = state;
  if (!instruments.has(m.instrument)) return 103;
  const own = indices.of(m.instrument)?.sources.find(({ source }) => source === m.source);
  if (own === undefined) return 571;
  if (own.speaker !== 0 && own.speaker !== m.publisher) return 572;
  if (m.priceTicks < 1 || m.priceTicks > instruments.get(m.instrument, I.maxPriceTicks)) return 109;
  if (instruments.get(m.instrument, I.marketState) >= SETTLING) return 111;
  if (m.observedAt < (own.quote?.observedAt ?? 0)) return 120;
  return m.confidencePpm > FULL_PPM ? 570 : ACCEPTED;
}

/**
 * Looks for the price of an index again, after a source spoke, one became too old, or it was defined
 * anew. Found, it is taken as an observed price is; else the market turns stale, unless the sources of a
 * new definition still have time to speak.
 */
export function determineIndex(context: DecisionContext, instrument: number, cause: number): void {
  const { state } = context;
  const { clock, indices, instruments } = state;
  const index = indices.of(instrument);
  if (index === undefined) return;
  const quotes = indices.quotesOf(instrument);
  const { priceTicks, ...found } = indexPrice(quotes, index, clock.timeUs);
  const { freshSources, usedSources, excluded } = found;
  if (priceTicks > 0) {
    invariant(usedSources >= index.minSources, 'an index has as many sources as it needs');
    const before = beforePrice(state, { instrument, priceTicks });
    const determined = context.emit(
      { type: 'IndexPriceDetermined', instrument, priceTicks, ...found },
      cause,
    );
    afterPrice(context, { instrument, priceTicks }, before, determined);
    return;
  }
  const isOpen = instruments.get(instrument, I.marketState) === OPEN;
  if (!isOpen || instruments.get(instrument, I.markTicks) === 0) return;
  const mayYetSpeak = quotes.length < index.minSources;
  if (mayYetSpeak && clock.timeUs < index.definedAt + index.maxAgeUs) return;
  const undetermined = context.emit(
    { type: 'IndexUndetermined', instrument, freshSources, usedSources, excluded },
    cause,
  );
  context.emit({ type: 'MarketStateChanged', instrument, marketState: STALE }, undetermined);
}
