import type { MessageNamed } from '#libs/events';
import {
  ceilQuotient,
  type Decimal,
  decimal,
  floorQuotient,
  MILLION,
} from './decimal-arithmetic.js';
import { changeMarket, isEnding, isPriceOf, takeMark } from './market-rules.js';
import type { TwinContext } from './twin-context.js';
import { rowOf, type SourcePrice, type TwinIndex, type TwinState } from './twin-state.js';

const YEAR_US = 365 * 86_400_000_000;

/** A definition of an index (docs/rules.md 9), or the reason to refuse it. */
export function checkDefinition(state: TwinState, m: MessageNamed<'IndexDefined'>): number {
  const instrument = state.instruments.get(m.instrument);
  if (instrument === undefined) return 103;
  if (isEnding(instrument.market)) return 111;
  if (m.sources.length === 0) return 0;
  const isOrdered = m.sources.every(
    ({ source }, place) => source > (m.sources[place - 1]?.source ?? 0),
  );
  const areKnown = m.sources.every(({ speaker }) => speaker === 0 || state.publishers.has(speaker));
  const isSound =
    m.minSources > 0 &&
    m.minSources <= m.sources.length &&
    m.maxAgeUs > 0 &&
    m.maxAgeUs <= YEAR_US &&
    m.maxDeviationPpm <= 1_000_000;
  return isOrdered && areKnown && isSound ? 0 : 570;
}

export function checkSource(state: TwinState, m: MessageNamed<'IndexSourceObserved'>): number {
  const instrument = state.instruments.get(m.instrument);
  if (instrument === undefined) return 103;
  const index = state.indices.get(m.instrument);
  const speaker = index?.sources.get(m.source);
  if (index === undefined || speaker === undefined) return 571;
  if (speaker !== 0 && speaker !== m.publisher) return 572;
  if (!isPriceOf(instrument, m.priceTicks)) return 109;
  if (isEnding(instrument.market)) return 111;
  if (m.observedAt < (index.prices.get(m.source)?.observedAt ?? 0)) return 120;
  return m.confidencePpm > 1_000_000 ? 570 : 0;
}

/** Takes a definition; prices of sources that stay are kept. */
export function defineIndex(
  twin: TwinContext,
  m: MessageNamed<'IndexDefined'>,
  cause: number,
): void {
  const { state } = twin;
  if (m.sources.length === 0) {
    state.indices.delete(m.instrument);
    return;
  }
  const sources = new Map(m.sources.map(({ source, speaker }) => [source, speaker]));
  const before = [...(state.indices.get(m.instrument)?.prices ?? [])];
  state.indices.set(m.instrument, {
    maxAgeUs: m.maxAgeUs,
    maxDeviationPpm: m.maxDeviationPpm,
    minSources: m.minSources,
    definedAt: state.timeUs,
    consideredAt: state.timeUs,
    sources,
    prices: new Map(before.filter(([source]) => sources.has(source))),
  });
  lookForPrice(twin, m.instrument, cause);
}

export function takeSource(
  twin: TwinContext,
  m: MessageNamed<'IndexSourceObserved'>,
  cause: number,
): void {
  const { state } = twin;
  const index = rowOf(state.indices, m.instrument);
  index.prices.set(m.source, {
    price: decimal(m.priceTicks),
    observedAt: m.observedAt,
    receivedAt: state.timeUs,
    confidencePpm: m.confidencePpm,
  });
  index.consideredAt = state.timeUs;
  lookForPrice(twin, m.instrument, cause);
}

/** When a price of a source has become too old. */
function endOf({ observedAt, receivedAt }: SourcePrice, { maxAgeUs }: TwinIndex): number {
  return Math.min(observedAt, receivedAt) + maxAgeUs;
}

/** When an index has to be looked at again although nobody speaks. */
export function indexDeadline(index: TwinIndex): number {
  const ends = [...index.prices.values()].map((price) => endOf(price, index));
  if (ends.length < index.minSources) return index.definedAt + index.maxAgeUs;
  const late = ends.filter((end) => end > index.consideredAt);
  if (late.length >= index.minSources) return Math.min(...late);
  return [...ends].sort((a, b) => b - a)[index.minSources - 1] ?? 0;
}

function median(prices: readonly Decimal[]): Decimal {
  const ordered = [...prices].sort((a, b) => a.cmp(b));
  const [low, high] = [Math.floor((ordered.length - 1) / 2), Math.floor(ordered.length / 2)];
  const sum = (ordered[low] ?? decimal(0)).add(ordered[high] ?? decimal(0));
  return floorQuotient(sum, decimal(2));
}

/** The median of the fresh prices that are near to their median, if there are enough. */
export function lookForPrice(twin: TwinContext, instrument: number, cause: number): void {
  const { state } = twin;
  const index = rowOf(state.indices, instrument);
  const said = [...index.prices].sort(([a], [b]) => a - b);
  const fresh = said.filter(([, price]) => endOf(price, index) > state.timeUs);
  const middle = median(fresh.map(([, { price }]) => price));
  const used = fresh.filter(([, { price }]) => {
    const isNear = price.sub(middle).abs().mul(MILLION).lte(middle.mul(index.maxDeviationPpm));
    return index.maxDeviationPpm === 0 || isNear;
  });
  const sourcesOf = (list: typeof said): number[] => list.map(([source]) => source);
  const counts = { freshSources: fresh.length, usedSources: used.length };
  const excluded = sourcesOf(said)
    .filter((source) => !sourcesOf(used).includes(source))
    .map((source) => ({ source, fault: sourcesOf(fresh).includes(source) ? 1 : 0 }));
  if (used.length < index.minSources) {
    missPrice(twin, { instrument, ...counts, excluded }, cause);
    return;
  }
  const price = median(used.map(([, own]) => own.price));
  const distances = used.map(([, own]) => own.price.sub(price).abs().mul(MILLION));
  const spread = Math.max(...distances.map((d) => ceilQuotient(d, price).toNumber()));
  const spreadPpm = Math.min(1_000_000, spread);
  const sure = Math.min(...used.map(([, { confidencePpm }]) => confidencePpm));
  const priceTicks = price.toNumber();
  const body = { instrument, priceTicks, ...counts, spreadPpm };
  index.consideredAt = state.timeUs;
  const determined = twin.emit(
    {
      type: 'IndexPriceDetermined',
      ...body,
      confidencePpm: Math.max(0, sure - spreadPpm),
      excluded,
    },
    cause,
  );
  takeMark(twin, { instrument, priceTicks }, determined);
}

/** Too few sources: an open market with a mark turns stale, once a new index had its time. */
function missPrice(
  twin: TwinContext,
  body: Omit<MessageNamed<'IndexUndetermined'>, 'type'>,
  cause: number,
): void {
  const { state } = twin;
  const index = rowOf(state.indices, body.instrument);
  const { market, mark } = rowOf(state.instruments, body.instrument);
  if (market !== 'open' || mark === undefined) return;
  const isNew = index.prices.size < index.minSources;
  if (isNew && state.timeUs < index.definedAt + index.maxAgeUs) return;
  index.consideredAt = state.timeUs;
  const missed = twin.emit({ type: 'IndexUndetermined', ...body }, cause);
  changeMarket(twin, body.instrument, 'stale', missed);
}
