import { invariant, lots, type Lots } from '#libs/units';
import { type LogicalTable, type Row, type RowSink, TABLES } from '#libs/market';

/** An account's open orders in an instrument at a venue, as the venue last reported them. */
export interface OpenOrders {
  readonly instrument: number;
  readonly venue: number;
  buyLots: Lots;
  sellLots: Lots;
  venueSequence: number;
  /** Breach of the liquidation in which cancelling left them; 0 when reported since. */
  leftIn: number;
}

/** What a report, or an answer to a cancellation, says. */
export interface ReportedOrders {
  readonly buyLots: Lots;
  readonly sellLots: Lots;
  readonly venueSequence: number;
  readonly leftIn: number;
}

/** Ids are u16, so a pair of them is one key. */
const VENUES = 65_536;

/**
 * Open orders by account, each account's by instrument and venue ascending. A row whose lots are 0
 * stays: it remembers the venue's last number.
 */
export class OpenOrderTable implements LogicalTable {
  readonly table = TABLES.openOrders;
  private readonly byAccount = new Map<number, OpenOrders[]>();

  /** Whether nothing was ever reported: then nobody need be looked up. */
  get isEmpty(): boolean {
    return this.byAccount.size === 0;
  }

  /** The rows of an account, by instrument and venue. */
  of(account: number): readonly OpenOrders[] {
    return this.byAccount.get(account) ?? [];
  }

  find(account: number, instrument: number, venue: number): OpenOrders | undefined {
    return this.of(account).find((row) => row.instrument === instrument && row.venue === venue);
  }

  /** Whether any order of the account is open. */
  hasAny(account: number): boolean {
    return this.of(account).some(({ buyLots, sellLots }) => buyLots + sellLots > 0);
  }

  report(account: number, instrument: number, venue: number, reported: ReportedOrders): void {
    invariant(reported.buyLots >= 0 && reported.sellLots >= 0, 'open orders have lots');
    invariant(venue >= 1 && venue < VENUES, 'orders are open at a venue');
    const known = this.find(account, instrument, venue);
    if (known !== undefined) {
      const isNewer = reported.venueSequence >= known.venueSequence;
      invariant(isNewer, "a venue's reports ascend");
      Object.assign(known, reported);
      return;
    }
    const rows = this.byAccount.get(account) ?? [];
    rows.push({ instrument, venue, ...reported });
    rows.sort((a, b) => a.instrument - b.instrument || a.venue - b.venue);
    this.byAccount.set(account, rows);
  }

  writeRows(sink: RowSink): void {
    const accounts = [...this.byAccount.keys()].sort((a, b) => a - b);
    for (const account of accounts) {
      for (const row of this.of(account)) {
        sink.row(this.table, account, row.instrument * VENUES + row.venue);
        sink.number(1, row.buyLots);
        sink.number(2, row.sellLots);
        sink.number(3, row.venueSequence);
        sink.number(4, row.leftIn);
      }
    }
  }

  restoreRow(row: Row): void {
    const venue = row.keyB % VENUES;
    this.report(row.keyA, (row.keyB - venue) / VENUES, venue, {
      buyLots: lots(row.number(1)),
      sellLots: lots(row.number(2)),
      venueSequence: row.number(3),
      leftIn: row.number(4),
    });
  }
}
