import { type AmountMinor, amountMinor } from '#libs/units';
import { type LogicalTable, type Row, type RowSink, TABLES } from '#libs/market';

/** What a member owes for an account that defaulted. */
export interface Obligation {
  /** Sequence of its MemberCalled; ascending, so the list is oldest first. */
  readonly id: number;
  readonly member: number;
  readonly account: number;
  readonly amountMinor: AmountMinor;
}

/** Open obligations of all members, oldest first. */
export class ObligationTable implements LogicalTable {
  readonly table = TABLES.obligations;
  readonly open: Obligation[] = [];

  of(member: number): Obligation[] {
    return this.open.filter((obligation) => obligation.member === member);
  }

  close(account: number): void {
    const place = this.open.findIndex((obligation) => obligation.account === account);
    if (place >= 0) this.open.splice(place, 1);
  }

  writeRows(sink: RowSink): void {
    for (const { id, member, account, amountMinor } of this.open) {
      sink.row(this.table, id, 0);
      sink.number(1, member);
      sink.number(2, account);
      sink.number(3, amountMinor);
    }
  }

  restoreRow(row: Row): void {
    this.open.push({
      id: row.keyA,
      member: row.number(1),
      account: row.number(2),
      amountMinor: amountMinor(row.number(3)),
    });
  }
}
