import { invariant } from '#libs/units';
import {
  GrowableRows,
  type LogicalTable,
  type MinorColumn,
  type Row,
  type RowSink,
  TABLES,
} from '#libs/market';
import type { RefTarget } from '#libs/events';
import type { NameDirectory } from './directory.js';

/** A table of named things: rows of numbers whose names live in the directory. */
export class NamedRows extends GrowableRows implements LogicalTable {
  constructor(
    readonly table: number,
    private readonly target: RefTarget,
    private readonly columns: number,
    private readonly names: NameDirectory,
  ) {
    super(columns, 16);
  }

  /** Appends the row of a new name. */
  admit(name: string): number {
    const id = this.append();
    this.names.add(this.target, id, name);
    invariant(this.names.idOf(this.target, name) === id, 'a name leads to its row');
    return id;
  }

  writeRows(sink: RowSink): void {
    for (let id = 1; id <= this.count; id++) {
      sink.row(this.table, id, 0);
      sink.text(1, this.names.nameOf(this.target, id) ?? '');
      for (let column = 0; column < this.columns; column++) {
        sink.number(column + 2, this.get(id, column));
      }
    }
  }

  restoreRow(row: Row): void {
    const id = row.keyA <= this.count ? row.keyA : this.admit(row.text(1));
    invariant(id === row.keyA, 'parties are restored in order');
    for (let column = 0; column < this.columns; column++) {
      this.set(id, column, row.number(column + 2));
    }
  }
}

/** Columns of a publisher. */
export const PUBLISHER = { lastSequence: 0 } as const;
/** Columns of a venue. */
export const VENUE = { acceptance: 0 } as const;
/** Venue acceptance: cleared at match, or only when acknowledged. */
export const NOVATION_ON_ACK = 1;

/** Columns of a member. */
export const M = {
  sagaState: 0,
  callDeadlineAt: 1,
  /** Pool of the default-fund share. */
  fundPool: 2,
  fundShareMinor: 3 as MinorColumn,
  /** Sequence of MemberDefaulted while it is being closed out. */
  defaultedBy: 4,
  houseAccount: 5,
  obligations: 6,
} as const;

/** States of the member saga. */
export const MEMBER = { current: 0, called: 1, late: 2, defaulted: 3, closedOut: 4 } as const;

/** Columns of a pool. */
export const POOL = {
  baseCurrency: 0,
  ladder: 1,
  liquidationFundMinor: 2 as MinorColumn,
  ownCapitalMinor: 3 as MinorColumn,
  /** Losses of this pool that nobody covered, at most 0. */
  uncoveredMinor: 4 as MinorColumn,
} as const;

/** The tables of parties, each with its columns. */
export function partyTables(names: NameDirectory): {
  publishers: NamedRows;
  venues: NamedRows;
  members: NamedRows;
  pools: NamedRows;
} {
  return {
    publishers: new NamedRows(TABLES.publishers, 'publisher', 1, names),
    venues: new NamedRows(TABLES.venues, 'venue', 1, names),
    members: new NamedRows(TABLES.members, 'member', 7, names),
    pools: new NamedRows(TABLES.pools, 'pool', 5, names),
  };
}
