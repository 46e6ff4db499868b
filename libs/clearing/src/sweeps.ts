import { invariant } from '#libs/units';
import { type LogicalTable, type Row, type RowSink, TABLES } from '#libs/market';

/** Kinds of sweep, in the order of the catalogue's enumeration. */
export const SWEEP = { variation: 0, funding: 1, expiry: 2, margin: 3, breach: 4 } as const;

export interface Sweep {
  /** Sequence of its SweepStarted. */
  readonly id: number;
  readonly kind: number;
  /** 0 for margin and breach. */
  readonly instrument: number;
  /** Accounts, or places of the breach queue, that it goes over. */
  readonly count: number;
  /** First account id, or place, not yet reached. */
  cursor: number;
}

/** Running sweeps, oldest first; the oldest is continued. */
export class SweepTable implements LogicalTable {
  readonly table = TABLES.sweeps;
  readonly running: Sweep[] = [];

  writeRows(sink: RowSink): void {
    for (const sweep of this.running) {
      sink.row(this.table, sweep.id, 0);
      sink.number(1, sweep.kind);
      sink.number(2, sweep.instrument);
      sink.number(3, sweep.count);
      sink.number(4, sweep.cursor);
    }
  }

  restoreRow(row: Row): void {
    invariant(row.keyA > (this.running.at(-1)?.id ?? 0), 'sweeps are restored in order');
    const kind = row.number(1);
    const isOfInstrument = row.number(2) !== 0;
    invariant(kind <= SWEEP.breach, 'a sweep has a kind');
    invariant(isOfInstrument === kind < SWEEP.margin, 'a settling sweep has an instrument');
    invariant(row.number(4) <= row.number(3) + 1, 'a sweep stands inside its range');
    this.running.push({
      id: row.keyA,
      kind,
      instrument: row.number(2),
      count: row.number(3),
      cursor: row.number(4),
    });
  }
}

/** The ordered set of a large breach, waiting to be drained. */
export class BreachQueue implements LogicalTable {
  readonly table = TABLES.breachQueue;
  readonly accounts: number[] = [];

  writeRows(sink: RowSink): void {
    for (const [place, account] of this.accounts.entries()) {
      sink.row(this.table, place + 1, 0);
      sink.number(1, account);
    }
  }

  restoreRow(row: Row): void {
    invariant(row.keyA === this.accounts.length + 1, 'a breach queue is restored in order');
    this.accounts.push(row.number(1));
  }
}
