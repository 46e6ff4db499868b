import type { Measured } from '#libs/events';
import {
  endOfFreshness,
  type IndexRule,
  type LogicalTable,
  type Row,
  type RowSink,
  type SourceQuote,
  TABLES,
} from '#libs/market';
import { invariant, type Ppm, ppm, priceTicks, ZERO } from '#libs/units';

/** A source that an index names, and its last price once there is one. */
export interface IndexSource {
  readonly source: number;
  /** Who alone may speak for it; 0: whoever may publish prices. */
  readonly speaker: number;
  quote: SourceQuote | undefined;
}

/** An instrument that is marked by several sources. */
export interface MarketIndex extends IndexRule {
  readonly definedAt: number;
  readonly sources: readonly IndexSource[];
  /** Log time at which its price was last looked for. */
  consideredAt: number;
  /** What the last price lacked of full confidence. */
  doubtPpm: Ppm;
}

/** The indices by instrument. */
export class IndexTable implements LogicalTable {
  readonly table = TABLES.indices;
  private readonly known = new Map<number, MarketIndex>();

  of(instrument: number): MarketIndex | undefined {
    return this.known.get(instrument);
  }

  /** The prices that sources have given, in the order of their numbers. */
  quotesOf(instrument: number): SourceQuote[] {
    const sources = this.known.get(instrument)?.sources ?? [];
    return sources.flatMap(({ quote }) => (quote === undefined ? [] : [quote]));
  }

  /**
   * Log time from which its price has to be looked for again although no source speaks: when the next
   * price becomes too old, when too few are left, or when sources that never spoke had their time.
   */
  deadlineUs(instrument: number): number {
    const index = this.known.get(instrument);
    invariant(index !== undefined, 'an index has a deadline');
    const ends = this.quotesOf(instrument)
      .map((quote) => endOfFreshness(quote, index))
      .sort((a, b) => a - b);
    if (ends.length < index.minSources) return index.definedAt + index.maxAgeUs;
    const short = ends[ends.length - index.minSources] ?? 0;
    if (short <= index.consideredAt) return short;
    return ends.find((end) => end > index.consideredAt) ?? short;
  }

  /** Sources that stay keep their prices; a definition without sources ends the index. */
  define(m: Measured<'IndexDefined'>, nowUs: number): void {
    if (m.sources.length === 0) {
      this.known.delete(m.instrument);
      return;
    }
    const before = this.known.get(m.instrument);
    const { maxAgeUs, maxDeviationPpm, minSources } = m;
    invariant(minSources >= 1 && minSources <= m.sources.length, 'an index can be determined');
    const sources = m.sources.map(({ source, speaker }) => ({
      source,
      speaker,
      quote: before?.sources.find((own) => own.source === source)?.quote,
    }));
    const times = { definedAt: nowUs, consideredAt: nowUs };
    const doubtPpm = before?.doubtPpm ?? ZERO;
    const index = { ...times, maxAgeUs, maxDeviationPpm, minSources, doubtPpm, sources };
    this.known.set(m.instrument, index);
  }

  observe(m: Measured<'IndexSourceObserved'>, receivedAt: number): void {
    const index = this.known.get(m.instrument);
    const own = index?.sources.find(({ source }) => source === m.source);
    invariant(index !== undefined && own !== undefined, 'a source of an index speaks');
    invariant((own.quote?.observedAt ?? 0) <= m.observedAt, 'prices of a source come in order');
    const { source, observedAt, confidencePpm } = m;
    own.quote = { source, priceTicks: m.priceTicks, observedAt, receivedAt, confidencePpm };
    index.consideredAt = receivedAt;
  }

  writeRows(sink: RowSink): void {
    for (const instrument of [...this.known.keys()].sort((a, b) => a - b)) {
      const index = this.known.get(instrument)!;
      sink.row(this.table, instrument, 0);
      sink.number(1, index.definedAt);
      sink.number(2, index.maxAgeUs);
      sink.number(3, index.maxDeviationPpm);
      sink.number(4, index.minSources);
      sink.number(5, index.consideredAt);
      sink.number(6, index.doubtPpm);
      for (const { source, speaker, quote } of index.sources) {
        sink.row(this.table, instrument, source);
        sink.number(1, speaker);
        if (quote === undefined) continue;
        sink.number(2, quote.priceTicks);
        sink.number(3, quote.observedAt);
        sink.number(4, quote.receivedAt);
        sink.number(5, quote.confidencePpm);
      }
    }
  }

  restoreRow(row: Row): void {
    if (row.keyB === 0) {
      this.known.set(row.keyA, {
        definedAt: row.number(1),
        maxAgeUs: row.number(2),
        maxDeviationPpm: ppm(row.number(3)),
        minSources: row.number(4),
        consideredAt: row.number(5),
        doubtPpm: ppm(row.number(6)),
        sources: [],
      });
      return;
    }
    const index = this.known.get(row.keyA);
    invariant(index !== undefined, 'an index begins with its own row');
    const price = priceTicks(row.number(2));
    const quote: SourceQuote = {
      source: row.keyB,
      priceTicks: price,
      observedAt: row.number(3),
      receivedAt: row.number(4),
      confidencePpm: ppm(row.number(5)),
    };
    const said = price === 0 ? undefined : quote;
    const own = { source: row.keyB, speaker: row.number(1), quote: said };
    this.known.set(row.keyA, { ...index, sources: [...index.sources, own] });
  }
}
