import type { LogicalTable, Row, RowSink } from '#libs/market';
import { invariant, type Ppm, ppm, type PriceTicks, priceTicks } from '#libs/units';

/** What was last observed for one expiry: a forward in ticks, or a rate in parts per billion. */
export interface TermQuote {
  readonly expiry: number;
  readonly value: number;
  /** Mark of the underlying when it came, which a forward moves with; 0: none, or a rate. */
  readonly markTicks: PriceTicks;
  readonly observedAt: number;
  /** Log time of its arrival. */
  readonly receivedAt: number;
  readonly confidencePpm: Ppm;
}

/** Living expiries of one underlying or currency; an input beyond is refused. */
export const EXPIRIES_MAX = 64;

/** Forwards by underlying, or rates by currency: the last of each expiry, ascending. */
export class TermTable implements LogicalTable {
  private readonly known = new Map<number, TermQuote[]>();

  constructor(readonly table: number) {}

  /** What was observed for exactly this expiry. */
  at(subject: number, expiry: number): TermQuote | undefined {
    return this.known.get(subject)?.find((quote) => quote.expiry === expiry);
  }

  /** What was observed for this expiry, or the next later one, or the last. */
  nearest(subject: number, expiry: number): TermQuote | undefined {
    const own = this.known.get(subject);
    return own?.find((quote) => quote.expiry >= expiry) ?? own?.at(-1);
  }

  /** Expiries after a log time. */
  livingCount(subject: number, nowUs: number): number {
    const own = this.known.get(subject) ?? [];
    return own.filter(({ expiry }) => expiry > nowUs).length;
  }

  /** Takes an observation; expiries that have passed are forgotten. */
  observe(subject: number, quote: TermQuote): void {
    const before = this.at(subject, quote.expiry);
    invariant(quote.expiry > quote.receivedAt, 'what is observed lies ahead');
    invariant((before?.observedAt ?? 0) <= quote.observedAt, 'observations come in order');
    const others = (this.known.get(subject) ?? []).filter(
      ({ expiry }) => expiry > quote.receivedAt && expiry !== quote.expiry,
    );
    const own = [...others, quote].sort((a, b) => a.expiry - b.expiry);
    invariant(own.length <= EXPIRIES_MAX, 'expiries are bounded');
    this.known.set(subject, own);
  }

  writeRows(sink: RowSink): void {
    for (const subject of [...this.known.keys()].sort((a, b) => a - b)) {
      for (const quote of this.known.get(subject) ?? []) {
        sink.row(this.table, subject, quote.expiry);
        sink.number(1, quote.value);
        sink.number(2, quote.markTicks);
        sink.number(3, quote.observedAt);
        sink.number(4, quote.receivedAt);
        sink.number(5, quote.confidencePpm);
      }
    }
  }

  restoreRow(row: Row): void {
    const own = this.known.get(row.keyA) ?? [];
    invariant(row.keyB > (own.at(-1)?.expiry ?? 0), 'expiries are restored in order');
    own.push({
      expiry: row.keyB,
      value: row.number(1),
      markTicks: priceTicks(row.number(2)),
      observedAt: row.number(3),
      receivedAt: row.number(4),
      confidencePpm: ppm(row.number(5)),
    });
    this.known.set(row.keyA, own);
  }
}
