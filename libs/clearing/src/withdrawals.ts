import { amountMinor, type AmountMinor, invariant } from '#libs/units';
import { type LogicalTable, type Row, type RowSink, TABLES } from '#libs/market';

export interface Withdrawal {
  readonly account: number;
  readonly currency: number;
  readonly amountMinor: AmountMinor;
  /** false: reserved; true: instructed to the bank, neither confirmed nor failed yet. */
  isInstructed: boolean;
}

/** Open withdrawals by id, the sequence of their request; ids ascend, so insertion order is id order. */
export class WithdrawalTable implements LogicalTable {
  readonly table = TABLES.withdrawals;
  readonly open = new Map<number, Withdrawal>();

  writeRows(sink: RowSink): void {
    for (const [id, withdrawal] of this.open) {
      sink.row(this.table, id, 0);
      sink.number(1, withdrawal.account);
      sink.number(2, withdrawal.currency);
      sink.number(3, withdrawal.amountMinor);
      sink.number(4, withdrawal.isInstructed ? 1 : 0);
    }
  }

  restoreRow(row: Row): void {
    invariant(!this.open.has(row.keyA), 'a withdrawal is open once');
    invariant(row.number(3) > 0, 'a withdrawal has an amount');
    this.open.set(row.keyA, {
      account: row.number(1),
      currency: row.number(2),
      amountMinor: amountMinor(row.number(3)),
      isInstructed: row.number(4) === 1,
    });
  }
}
