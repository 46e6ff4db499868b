/**
 * The logical form of the state: rows of a table, ordered by key, each a list of numbered fields.
 * Snapshots and both roots are made of these rows, so neither depends on memory layout. A field at
 * its default (0 or '') is not written: adding a field later changes no old root.
 */
export interface RowSink {
  /** Begins the row (`keyA`, `keyB`) of a table; rows of a table come in ascending key order. */
  row(table: number, keyA: number, keyB: number): void;
  /** A numeric field of the current row; 0 is skipped. */
  number(field: number, value: number): void;
  /** A text field of the current row; '' is skipped. */
  text(field: number, value: string): void;
}

/** One row as a snapshot gives it back. */
export interface Row {
  readonly keyA: number;
  readonly keyB: number;
  number(field: number): number;
  text(field: number): string;
}

/** A table of the state that can be written out and read back. */
export interface LogicalTable {
  readonly table: number;
  writeRows(sink: RowSink): void;
  restoreRow(row: Row): void;
}

/** Table numbers; never reused. `business` tables are in both roots, the others in stateRoot only. */
export const TABLES = {
  clock: 1,
  publishers: 2,
  venues: 3,
  currencies: 4,
  pools: 5,
  members: 6,
  accounts: 7,
  instruments: 8,
  rulebooks: 9,
  balances: 10,
  positions: 11,
  ledgers: 12,
  withdrawals: 13,
  orders: 14,
  obligations: 15,
  sweeps: 16,
  breachQueue: 17,
  busts: 18,
  identities: 19,
  openOrders: 20,
  cancellations: 21,
  valuation: 23,
  surfaces: 22,
  depths: 40,
  breakers: 41,
  paces: 42,
  windows: 43,
  deleveragings: 44,
  hedgeGraces: 45,
  forwards: 60,
  rates: 61,
  indices: 62,
} as const;
