import { catalogue, formatTime, type MessageNamed } from '#libs/events';
import { formatDecimal } from '#libs/units';
import type { Sentences } from './sentences.js';

const faults = catalogue.IndexPriceDetermined.fields.excluded.fields.fault.values;

type Standing = Pick<
  MessageNamed<'IndexUndetermined'>,
  'freshSources' | 'usedSources' | 'excluded'
>;

/** How many prices are used, and which are not: `2 of 4 prices (not 7: old, 9: outlying)`. */
function used({ usedSources, excluded }: Standing): string {
  const given = usedSources + excluded.length;
  const left = excluded.map(({ source, fault }) => `${String(source)}: ${faults[fault] ?? ''}`);
  const but = left.length === 0 ? '' : ` (not ${left.join(', ')})`;
  return `${String(usedSources)} of ${String(given)} prices${but}`;
}

/** What feeds say of the market, and what the house makes of several of them. */
export const marketSentences: Sentences<
  | 'PriceObserved'
  | 'PriceQuarantined'
  | 'CurrencyPriceObserved'
  | 'VolatilitySurfaceObserved'
  | 'ForwardObserved'
  | 'RateObserved'
  | 'IndexDefined'
  | 'IndexSourceObserved'
  | 'IndexPriceDetermined'
  | 'IndexUndetermined'
> = {
  PriceObserved: (m, w) =>
    `${w.instrument(m.instrument)} is priced at ${w.price(m.instrument, m.priceTicks)}.`,
  PriceQuarantined: (m, w) =>
    `The price ${w.price(m.instrument, m.priceTicks)} of ${w.instrument(m.instrument)} is an ` +
    `outlier against the mark ${w.price(m.instrument, m.markTicks)} and is not used.`,
  CurrencyPriceObserved: (m, w) =>
    `${w.name('currency', m.currency)} is priced at ${formatDecimal(m.priceMicros, 6)} ` +
    `${w.name('currency', 1)}.`,
  VolatilitySurfaceObserved: (m, w) =>
    `Options on ${w.instrument(m.instrument)} are quoted: ${String(m.points.length)} volatilities of ` +
    `${String(m.expiries.length)} expiries.`,
  ForwardObserved: (m, w) =>
    `The forward of ${w.instrument(m.instrument)} for ${formatTime(m.expiry)} is ` +
    `${w.price(m.instrument, m.forwardTicks)}.`,
  RateObserved: (m, w) =>
    `The rate of ${w.name('currency', m.currency)} until ${formatTime(m.expiry)} is ` +
    `${formatDecimal(m.ratePpb, 7)} % a year.`,
  IndexDefined: (m, w) =>
    m.sources.length === 0
      ? `${w.instrument(m.instrument)} is marked by no index any more.`
      : `${w.instrument(m.instrument)} is marked by the median of ${String(m.sources.length)} ` +
        `sources, at least ${String(m.minSources)} of them, each younger than ` +
        `${formatDecimal(m.maxAgeUs, 6)} s.`,
  IndexSourceObserved: (m, w) =>
    `Source ${String(m.source)} of ${w.instrument(m.instrument)} says ` +
    `${w.price(m.instrument, m.priceTicks)}.`,
  IndexPriceDetermined: (m, w) =>
    `The index of ${w.instrument(m.instrument)} is ${w.price(m.instrument, m.priceTicks)}, the ` +
    `median of ${used(m)}; they lie within ${w.percent(m.spreadPpm)} of it.`,
  IndexUndetermined: (m, w) =>
    `The index of ${w.instrument(m.instrument)} has no price: it may use ${used(m)}.`,
};
