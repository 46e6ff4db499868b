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

/** Columns that everybody has: all that a trade reads. The others are of an account in some trouble. */
const OWN_COLUMNS = A.breach;
/** Where the own row holds the number of the account's row in `others`; 0 when that is all zeros. */
const OTHERS_ROW = OWN_COLUMNS;
/** 1 when it has clients; derived. */
const HAS_CLIENTS = OTHERS_ROW + 1;
const STRIDE = 8;

/**
 * All margin accounts. What nearly all of them have is a row of 32-bit integers, two rows a cache line;
 * the columns of a saga, of clients and of withdrawals are kept for those alone who ever had any.
 */
export class AccountTable implements LogicalTable {
  readonly table = TABLES.accounts;
  readonly stride = STRIDE;
  count = 0;
  /** Own rows by id; re-read after `append`. */
  data: Int32Array<ArrayBuffer>;
  private readonly others = new GrowableRows(LOGICAL_COLUMNS - OWN_COLUMNS, 64);
  /** Gross-clients by parent, ascending; derived. */
  private readonly clientsByParent = new Map<number, number[]>();

  constructor(initialRows = 1024) {
    invariant(initialRows >= 1, 'a table has room');
    this.data = new Int32Array(STRIDE * (initialRows + 1));
  }

  /** Appends a zeroed row and returns its id. */
  append(): number {
    this.count += 1;
    if ((this.count + 1) * STRIDE > this.data.length) {
      const grown = new Int32Array(this.data.length * 2);
      grown.set(this.data);
      this.data = grown;
    }
    invariant((this.count + 1) * STRIDE <= this.data.length, 'an appended row has room');
    return this.count;
  }

  has(id: number): boolean {
    return id >= 1 && id <= this.count;
  }

  get(id: number, column: number): number {
    const own = id * STRIDE;
    if (column < OWN_COLUMNS) return this.data[own + column] ?? 0;
    const row = this.data[own + OTHERS_ROW] ?? 0;
    return row === 0 ? 0 : this.others.get(row, column - OWN_COLUMNS);
  }

  set(id: number, column: number, value: number): void {
    invariant(this.has(id), 'a row that exists is written');
    invariant(column >= 0 && column < LOGICAL_COLUMNS, 'an account has such a column');
    const own = id * STRIDE;
    if (column < OWN_COLUMNS) {
      invariant((value | 0) === value, 'an id or a state has 32 bits');
      this.data[own + column] = value;
      return;
    }
    let row = this.data[own + OTHERS_ROW] ?? 0;
    if (row === 0) {
      if (value === 0) return;
      row = this.others.append();
      this.data[own + OTHERS_ROW] = row;
    }
    this.others.set(row, column - OWN_COLUMNS, value);
  }

  /** The account in which cash is booked and which is judged: the parent of a gross-client. */
  unitOf(account: number): number {
    const parent = this.get(account, A.parent);
    return parent === 0 ? account : parent;
  }

  /** Accounts whose positions are judged with `unit`, besides its own. */
  clientsOf(unit: number): readonly number[] | undefined {
    const hasClients = this.data[unit * STRIDE + HAS_CLIENTS] === 1;
    return hasClients ? this.clientsByParent.get(unit) : undefined;
  }

  /** Notes a client under its parent; called once when either is opened or restored. */
  noteClient(account: number, parent: number): void {
    invariant(this.has(parent) && parent < account, 'a parent is opened before its clients');
    invariant(this.get(parent, A.parent) === 0, 'a parent has no parent');
    const clients = this.clientsByParent.get(parent) ?? [];
    invariant((clients.at(-1) ?? 0) < account, 'the clients of a parent ascend');
    clients.push(account);
    this.clientsByParent.set(parent, clients);
    this.data[parent * STRIDE + HAS_CLIENTS] = 1;
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
