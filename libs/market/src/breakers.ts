import { invariant, type PriceTicks } from '#libs/units';
import { type LogicalTable, type Row, type RowSink, TABLES } from './rows.js';

/** From where moves of a mark are measured, and until when its market is halted. */
export interface Breaker {
  readonly referenceTicks: PriceTicks;
  /** Log time at which the reference was taken. */
  readonly referenceAt: number;
  /** Log time at which the market opens again; 0 when the breaker has not halted it. */
  readonly resumeAt: number;
}

/** The breakers of markets whose moves are measured. */
export class BreakerTable implements LogicalTable {
  readonly table = TABLES.breakers;
  private readonly breakers = new Map<number, Breaker>();

  of(instrument: number): Breaker | undefined {
    return this.breakers.get(instrument);
  }

  /** Moves are measured from here on. */
  measure(instrument: number, referenceTicks: PriceTicks, referenceAt: number): void {
    invariant(referenceTicks >= 1, 'a move is measured from a mark');
    this.breakers.set(instrument, { referenceTicks, referenceAt, resumeAt: 0 });
  }

  /** The market is halted until `resumeAt`. */
  halt(instrument: number, resumeAt: number): void {
    const known = this.breakers.get(instrument);
    invariant(known?.resumeAt === 0, 'a market that is halted was measured and open');
    invariant(resumeAt > known.referenceAt, 'a halt ends after it began');
    this.breakers.set(instrument, { ...known, resumeAt });
  }

  /** Somebody else decides now when the market opens. */
  forgetHalt(instrument: number): void {
    const known = this.breakers.get(instrument);
    if (known !== undefined) this.breakers.set(instrument, { ...known, resumeAt: 0 });
  }

  /** Instruments that the breaker has halted, ascending. */
  halted(): number[] {
    const ids = [...this.breakers.keys()].filter((id) => this.breakers.get(id)?.resumeAt !== 0);
    return ids.sort((a, b) => a - b);
  }

  /** Log time jumped: a halt lasts as much longer. */
  postpone(gapUs: number): void {
    invariant(gapUs >= 0, 'log time never goes back');
    for (const id of this.halted()) {
      const known = this.breakers.get(id);
      if (known === undefined) continue;
      this.breakers.set(id, { ...known, resumeAt: known.resumeAt + gapUs });
    }
  }

  writeRows(sink: RowSink): void {
    for (const id of [...this.breakers.keys()].sort((a, b) => a - b)) {
      const own = this.breakers.get(id);
      if (own === undefined) continue;
      sink.row(this.table, id, 0);
      sink.number(1, own.referenceTicks);
      sink.number(2, own.referenceAt);
      sink.number(3, own.resumeAt);
    }
  }

  restoreRow(row: Row): void {
    this.breakers.set(row.keyA, {
      referenceTicks: row.number(1) as PriceTicks,
      referenceAt: row.number(2),
      resumeAt: row.number(3),
    });
  }
}
