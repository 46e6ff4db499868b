import { invariant } from '#libs/units';
import { type LogicalTable, type Row, type RowSink, TABLES } from '#libs/market';

/** Until when units that lost a hedge are given time; by unit. */
export class HedgeGraceTable implements LogicalTable {
  readonly table = TABLES.hedgeGraces;
  private readonly until = new Map<number, number>();

  /** Log time until which the unit is given time; 0 when it is not. */
  untilOf(unit: number): number {
    return this.until.get(unit) ?? 0;
  }

  give(unit: number, untilUs: number): void {
    invariant(untilUs > 0, 'time is given until a moment');
    this.until.set(unit, untilUs);
  }

  end(unit: number): void {
    this.until.delete(unit);
  }

  /** Units that are given time, ascending. */
  units(): number[] {
    return [...this.until.keys()].sort((a, b) => a - b);
  }

  postpone(gapUs: number): void {
    invariant(gapUs >= 0, 'log time never goes back');
    for (const [unit, untilUs] of this.until) this.until.set(unit, untilUs + gapUs);
  }

  writeRows(sink: RowSink): void {
    for (const unit of this.units()) {
      sink.row(this.table, unit, 0);
      sink.number(1, this.untilOf(unit));
    }
  }

  restoreRow(row: Row): void {
    this.give(row.keyA, row.number(1));
  }
}
