import { invariant } from '#libs/units';
import { GrowableRows, type LogicalTable, type Row, type RowSink, TABLES } from '#libs/market';

/** Columns of an account row. The order is the field number (less one) in snapshots: append only. */
export const A = {
  member: 0,
  pool: 1,
  parent: 2,
  kind: 3,
  sagaState: 4,
  /** 1 when closed for good. */
  closed: 5,
  /** Sequence of the breach (or member default) that the open saga began with. */
  breach: 6,
  nextOrderOrdinal: 7,
  call: 8,
  callDeadlineAt: 9,
  ordersInFlight: 10,
  /** 1 + place in the breach queue; 0 when not queued. */
  queuedPlace: 11,
  clients: 12,
  openWithdrawals: 13,
} as const;

const LOGICAL_COLUMNS = 14;

export const KIND = {
  direct: 0,
  house: 1,
  omnibusNet: 2,
  omnibusGross: 3,
  grossClient: 4,
  individual: 5,
} as const;

/** States of the account saga. */
export const SAGA = {
  healthy: 0,
  warned: 1,
  called: 2,
  liquidating: 3,
  defaulted: 4,
  closedOut: 5,
} as const;

/** All margin accounts, one row each. */
export class AccountTable extends GrowableRows implements LogicalTable {
  readonly table = TABLES.accounts;
  /** Gross-clients by parent, ascending; derived. */
  private readonly clientsByParent = new Map<number, number[]>();

  constructor(initialRows = 1024) {
    super(16, initialRows);
  }

  /** The account in which cash is booked and which is judged: the parent of a gross-client. */
  unitOf(account: number): number {
    const parent = this.get(account, A.parent);
    return parent === 0 ? account : parent;
  }

  /** Accounts whose positions are judged with `unit`, besides its own. */
  clientsOf(unit: number): readonly number[] | undefined {
    return this.clientsByParent.get(unit);
  }

  /** Notes a client under its parent; called once when either is opened or restored. */
  noteClient(account: number, parent: number): void {
    invariant(this.has(parent) && parent < account, 'a parent is opened before its clients');
    invariant(this.get(parent, A.parent) === 0, 'a parent has no parent');
    const clients = this.clientsByParent.get(parent) ?? [];
    invariant((clients.at(-1) ?? 0) < account, 'the clients of a parent ascend');
    clients.push(account);
    this.clientsByParent.set(parent, clients);
  }

  writeRows(sink: RowSink): void {
    for (let id = 1; id <= this.count; id++) {
      sink.row(this.table, id, 0);
      for (let column = 0; column < LOGICAL_COLUMNS; column++) {
        sink.number(column + 1, this.get(id, column));
      }
    }
  }

  restoreRow(row: Row): void {
    const id = this.append();
    invariant(id === row.keyA, 'accounts are restored in order');
    for (let column = 0; column < LOGICAL_COLUMNS; column++) {
      this.set(id, column, row.number(column + 1));
    }
    invariant(this.get(id, A.sagaState) <= SAGA.closedOut, 'an account is in a state of its saga');
    const parent = this.get(id, A.parent);
    if (parent !== 0) this.noteClient(id, parent);
  }
}
