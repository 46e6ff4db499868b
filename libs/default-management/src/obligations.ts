import { amountMinor, type AmountMinor, invariant } from '#libs/units';
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

  /** Called once for an account; sequences ascend, so the list stays in order. */
  add(obligation: Obligation): void {
    const { id, account, member, amountMinor } = obligation;
    invariant(id > (this.open.at(-1)?.id ?? 0), 'obligations are listed in their order');
    invariant(member >= 1 && account >= 1, 'a member owes for an account');
    invariant(amountMinor > 0, 'an obligation is above 0');
    const isKnown = this.open.some((other) => other.account === account);
    invariant(!isKnown, 'a member owes once for an account');
    this.open.push(obligation);
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
    this.add({
      id: row.keyA,
      member: row.number(1),
      account: row.number(2),
      amountMinor: amountMinor(row.number(3)),
    });
  }
}
