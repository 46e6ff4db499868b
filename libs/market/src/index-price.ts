import {
  compareProducts,
  greater,
  invariant,
  lesser,
  minus,
  multiplyDivideCeil,
  ppm,
  type Ppm,
  type PriceTicks,
  priceTicks,
  ZERO,
} from '#libs/units';

const MILLION = 1_000_000;
const WHOLE = ppm(MILLION);

/** Why a price of a source is not used, in the order of the catalogue's enumeration. */
export const OLD = 0;
export const OUTLYING = 1;

/** The last price of one source of an index. */
export interface SourceQuote {
  readonly source: number;
  readonly priceTicks: PriceTicks;
  /** When the source saw it, and log time of its arrival. */
  readonly observedAt: number;
  readonly receivedAt: number;
  readonly confidencePpm: Ppm;
}

/** What an index asks of its sources. */
export interface IndexRule {
  readonly maxAgeUs: number;
  /** 0: no price is too far. */
  readonly maxDeviationPpm: Ppm;
  readonly minSources: number;
}

/** What the sources of an index say together. */
export interface IndexPrice {
  /** 0: fewer than `minSources` can be used. */
  readonly priceTicks: PriceTicks;
  readonly freshSources: number;
  readonly usedSources: number;
  readonly spreadPpm: Ppm;
  readonly confidencePpm: Ppm;
  readonly excluded: readonly { readonly source: number; readonly fault: number }[];
}

/**
 * Log time from which a price is too old. A source's clock that is ahead does not make its price younger:
 * the earlier of the two times counts.
 */
export function endOfFreshness(quote: SourceQuote, { maxAgeUs }: IndexRule): number {
  return Math.min(quote.observedAt, quote.receivedAt) + maxAgeUs;
}

/**
 * The price of an index (docs/rules.md 9): of the prices that are not too old, those that are not too
 * far from their median; their median. `quotes` stand in the order of their sources.
 */
export function indexPrice(
  quotes: readonly SourceQuote[],
  rule: IndexRule,
  nowUs: number,
): IndexPrice {
  invariant(rule.minSources >= 1, 'an index needs a source');
  const fresh = quotes.filter((quote) => endOfFreshness(quote, rule) > nowUs);
  const middle = medianTicks(fresh);
  const used = fresh.filter((quote) => !isFar(quote.priceTicks, middle, rule.maxDeviationPpm));
  const excluded = quotes
    .filter((quote) => !used.includes(quote))
    .map((quote) => ({ source: quote.source, fault: fresh.includes(quote) ? OUTLYING : OLD }));
  const counts = { freshSources: fresh.length, usedSources: used.length, excluded };
  invariant(used.length + excluded.length === quotes.length, 'a price is used or left out');
  if (used.length < rule.minSources) {
    return { priceTicks: ZERO, ...counts, spreadPpm: ZERO, confidencePpm: ZERO };
  }
  const priceTicks = medianTicks(used);
  const spreadPpm = spreadOf(used, priceTicks);
  const sure = used.reduce((least, quote) => lesser(least, quote.confidencePpm), WHOLE);
  const confidencePpm = greater(minus(sure, spreadPpm), ZERO);
  return { priceTicks, ...counts, spreadPpm, confidencePpm };
}

/** The middle price; of an even number the mean of the two in the middle, rounded down; 0 of none. */
function medianTicks(quotes: readonly SourceQuote[]): PriceTicks {
  if (quotes.length === 0) return ZERO;
  const prices = quotes.map(({ priceTicks: own }) => own).sort((a, b) => a - b);
  const upper = prices.length >> 1;
  const lower = (prices.length - 1) >> 1;
  return priceTicks(Math.floor((prices[lower]! + prices[upper]!) / 2));
}

function isFar(ticks: PriceTicks, medianOf: PriceTicks, maxDeviationPpm: Ppm): boolean {
  if (maxDeviationPpm === 0) return false;
  return compareProducts(Math.abs(ticks - medianOf), MILLION, medianOf, maxDeviationPpm) > 0;
}

/** Distance of the furthest from the price, of the price, rounded up; at most the whole of it. */
function spreadOf(used: readonly SourceQuote[], ofTicks: PriceTicks): Ppm {
  invariant(ofTicks >= 1, 'a price of an index is above 0');
  const distances = used.map(({ priceTicks: own }) => Math.abs(own - ofTicks));
  const furthest = Math.min(Math.max(...distances), ofTicks);
  return ppm(multiplyDivideCeil(furthest, MILLION, ofTicks));
}
