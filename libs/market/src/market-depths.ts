import { invariant, type Lots, type PriceTicks } from '#libs/units';
import { type LogicalTable, type Row, type RowSink, TABLES } from './rows.js';

/** What was last seen of the books of a market, and of its index. */
export interface MarketDepth {
  /** Lots that can be sold into. */
  readonly bidLots: Lots;
  /** Lots that can be bought. */
  readonly askLots: Lots;
  /** Index price; 0 when it is not known. */
  readonly indexTicks: PriceTicks;
  /** When the source saw it. */
  readonly observedAt: number;
  /** Log time at which it came. */
  readonly notedAtUs: number;
}

/** The last depth of each market that anybody reported one of. */
export class MarketDepthTable implements LogicalTable {
  readonly table = TABLES.depths;
  private readonly depths = new Map<number, MarketDepth>();

  of(instrument: number): MarketDepth | undefined {
    return this.depths.get(instrument);
  }

  /** The last one, unless it came more than `maxAgeUs` ago (0: whenever it came). */
  freshOf(instrument: number, nowUs: number, maxAgeUs: number): MarketDepth | undefined {
    const depth = this.depths.get(instrument);
    if (depth === undefined || maxAgeUs === 0) return depth;
    return nowUs - depth.notedAtUs > maxAgeUs ? undefined : depth;
  }

  observe(instrument: number, depth: MarketDepth): void {
    invariant(depth.bidLots >= 0 && depth.askLots >= 0, 'a book has no less than nothing');
    invariant(depth.indexTicks >= 0, 'an index is a price, or unknown');
    this.depths.set(instrument, depth);
  }

  writeRows(sink: RowSink): void {
    for (const id of [...this.depths.keys()].sort((a, b) => a - b)) {
      const depth = this.depths.get(id);
      if (depth === undefined) continue;
      sink.row(this.table, id, 0);
      sink.number(1, depth.bidLots);
      sink.number(2, depth.askLots);
      sink.number(3, depth.indexTicks);
      sink.number(4, depth.observedAt);
      sink.number(5, depth.notedAtUs);
    }
  }

  restoreRow(row: Row): void {
    this.observe(row.keyA, {
      bidLots: row.number(1) as Lots,
      askLots: row.number(2) as Lots,
      indexTicks: row.number(3) as PriceTicks,
      observedAt: row.number(4),
      notedAtUs: row.number(5),
    });
  }
}
