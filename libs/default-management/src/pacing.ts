import { invariant, type Lots, plus, ZERO } from '#libs/units';
import { type LogicalTable, type Row, type RowSink, TABLES } from '#libs/market';

/** How far a liquidation has come that is carried out by a rulebook's execution terms. */
export interface Pace {
  /** Orders of it that ended unfilled or filled in part. */
  attempts: number;
  /** No further tranche before this log time. */
  nextAt: number;
  /** Log time to which it is deferred; 0 when it is not. */
  deferredUntil: number;
  /** Last instrument that was deleveraged, and when: each is once at a time, in their order. */
  deleveragedUpTo: number;
  deleveragedAt: number;
}

const NEW: Pace = {
  attempts: 0,
  nextAt: 0,
  deferredUntil: 0,
  deleveragedUpTo: 0,
  deleveragedAt: 0,
};

/** Liquidations by their margin unit; gone when the liquidation ends. */
export class PaceTable implements LogicalTable {
  readonly table = TABLES.paces;
  private readonly paces = new Map<number, Pace>();

  of(unit: number): Readonly<Pace> {
    return this.paces.get(unit) ?? NEW;
  }

  change(unit: number, change: Partial<Pace>): void {
    invariant((change.attempts ?? 0) >= 0, 'attempts are counted from 0');
    invariant(unit >= 1, 'a liquidation is of a unit');
    this.paces.set(unit, { ...this.of(unit), ...change });
  }

  end(unit: number): void {
    this.paces.delete(unit);
  }

  /** Units whose liquidation is deferred, ascending. */
  deferred(): number[] {
    const units = [...this.paces.keys()].filter((unit) => this.of(unit).deferredUntil !== 0);
    return units.sort((a, b) => a - b);
  }

  /** Log time jumped: what was to come comes as much later. */
  postpone(gapUs: number): void {
    invariant(gapUs >= 0, 'log time never goes back');
    for (const pace of this.paces.values()) {
      if (pace.nextAt !== 0) pace.nextAt += gapUs;
      if (pace.deferredUntil !== 0) pace.deferredUntil += gapUs;
    }
  }

  writeRows(sink: RowSink): void {
    for (const unit of [...this.paces.keys()].sort((a, b) => a - b)) {
      const pace = this.of(unit);
      sink.row(this.table, unit, 0);
      sink.number(1, pace.attempts);
      sink.number(2, pace.nextAt);
      sink.number(3, pace.deferredUntil);
      sink.number(4, pace.deleveragedUpTo);
      sink.number(5, pace.deleveragedAt);
    }
  }

  restoreRow(row: Row): void {
    this.paces.set(row.keyA, {
      attempts: row.number(1),
      nextAt: row.number(2),
      deferredUntil: row.number(3),
      deleveragedUpTo: row.number(4),
      deleveragedAt: row.number(5),
    });
  }
}

/** What the liquidations of a pool have ordered of an instrument in its present window. */
export class WindowTable implements LogicalTable {
  readonly table = TABLES.windows;
  private readonly pools: (Map<number, { fromUs: number; usedLots: Lots }> | undefined)[] = [];

  /** Lots ordered in the window that began at `fromUs`. */
  usedLots(pool: number, instrument: number, fromUs: number): Lots {
    const own = this.pools[pool]?.get(instrument);
    return own?.fromUs === fromUs ? own.usedLots : ZERO;
  }

  use(pool: number, instrument: number, fromUs: number, orderedLots: Lots): void {
    invariant(orderedLots >= 1, 'an order has lots');
    const usedLots = plus(this.usedLots(pool, instrument, fromUs), orderedLots);
    this.ofPool(pool).set(instrument, { fromUs, usedLots });
  }

  private ofPool(pool: number): Map<number, { fromUs: number; usedLots: Lots }> {
    const own = this.pools[pool] ?? new Map<number, { fromUs: number; usedLots: Lots }>();
    this.pools[pool] = own;
    return own;
  }

  writeRows(sink: RowSink): void {
    for (const [pool, own] of this.pools.entries()) {
      const windows = [...(own ?? [])].sort(([a], [b]) => a - b);
      for (const [instrument, { fromUs, usedLots }] of windows) {
        sink.row(this.table, pool, instrument);
        sink.number(1, fromUs);
        sink.number(2, usedLots);
      }
    }
  }

  restoreRow(row: Row): void {
    this.ofPool(row.keyA).set(row.keyB, {
      fromUs: row.number(1),
      usedLots: row.number(2) as Lots,
    });
  }
}
