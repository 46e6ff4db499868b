import { invariant, type Lots, plus, ZERO } from '#libs/units';
import { type LogicalTable, type Row, type RowSink, TABLES } from '#libs/market';

/** Holders of the other side that one pass of a deleveraging keeps; the next pass takes what follows. */
export const RANKED_AT_ONCE = 32;

/** A holder of the other side; the highest score comes first, then the lowest account id. */
export interface RankedHolder {
  readonly account: number;
  readonly score: number;
}

/** The order of a ranking. */
export function compareRanks(a: RankedHolder, b: RankedHolder): number {
  return b.score - a.score || a.account - b.account;
}

/** A position of a bankrupt unit that is closed against the other side. */
export interface DeleveragingRun {
  readonly unit: number;
  readonly instrument: number;
  /** Accounts that the ranking goes over. */
  readonly count: number;
  readonly pass: number;
  /** The pass takes who is ranked after this one; account 0: from the first. */
  readonly below: RankedHolder;
  /** First account not ranked yet. */
  cursor: number;
  closedLots: Lots;
  /** The first of the ranking so far, in order. */
  readonly best: RankedHolder[];
}

/** Runs in their order; the first is continued. */
export class DeleveragingTable implements LogicalTable {
  readonly table = TABLES.deleveragings;
  readonly running: DeleveragingRun[] = [];

  isRunning(unit: number): boolean {
    return this.running.some((run) => run.unit === unit);
  }

  /** The next pass takes the place of the one before it; else the run stands behind the others. */
  start(run: Omit<DeleveragingRun, 'cursor' | 'closedLots' | 'best'>): void {
    const place = this.running.findIndex(({ unit }) => unit === run.unit);
    const before = this.running[place];
    invariant((before?.pass ?? 0) + 1 === run.pass, 'passes are counted');
    invariant(before === undefined || place === 0, 'the first run goes on');
    const closedLots: Lots = before?.closedLots ?? ZERO;
    this.running.splice(before === undefined ? this.running.length : 0, before ? 1 : 0, {
      ...run,
      cursor: 1,
      closedLots,
      best: [],
    });
  }

  /** A slice of the ranking: who is among the first is kept. */
  rank(to: number, holders: readonly RankedHolder[]): void {
    const run = this.first();
    invariant(to > run.cursor && to <= run.count + 1, 'a ranking moves on, to its end');
    run.cursor = to;
    run.best.push(...holders);
    run.best.sort(compareRanks);
    invariant(holders.length <= to, 'a slice ranks its own accounts');
    if (run.best.length > RANKED_AT_ONCE) run.best.length = RANKED_AT_ONCE;
  }

  close(closedLots: Lots): void {
    const run = this.first();
    invariant(closedLots >= 1, 'a close closes lots');
    run.closedLots = plus(run.closedLots, closedLots);
  }

  end(): void {
    invariant(this.running.length > 0, 'a deleveraging that ends ran');
    this.running.shift();
  }

  private first(): DeleveragingRun {
    const [run] = this.running;
    invariant(run !== undefined, 'a deleveraging that goes on runs');
    return run;
  }

  writeRows(sink: RowSink): void {
    for (const [place, run] of this.running.entries()) {
      sink.row(this.table, place + 1, 0);
      sink.number(1, run.unit);
      sink.number(2, run.instrument);
      sink.number(3, run.count);
      sink.number(4, run.pass);
      sink.number(5, run.below.score);
      sink.number(6, run.below.account);
      sink.number(7, run.cursor);
      sink.number(8, run.closedLots);
      for (const [rank, { account, score }] of run.best.entries()) {
        sink.row(this.table, place + 1, rank + 1);
        sink.number(1, account);
        sink.number(2, score);
      }
    }
  }

  restoreRow(row: Row): void {
    if (row.keyB > 0) {
      this.running[row.keyA - 1]?.best.push({ account: row.number(1), score: row.number(2) });
      return;
    }
    invariant(row.keyA === this.running.length + 1, 'runs are restored in order');
    this.running.push({
      unit: row.number(1),
      instrument: row.number(2),
      count: row.number(3),
      pass: row.number(4),
      below: { score: row.number(5), account: row.number(6) },
      cursor: row.number(7),
      closedLots: row.number(8) as Lots,
      best: [],
    });
  }
}
