import { invariant } from '#libs/units';
import { type LogicalTable, type Row, type RowSink, TABLES } from '#libs/market';

/** A command to a venue to cancel every order of an account, not answered yet. */
export interface Cancellation {
  readonly account: number;
  /** Margin unit of the account: whose liquidation waits. */
  readonly unit: number;
  readonly venue: number;
  /** Log time of its timeout; 0 once that has passed: the venue is unknown for the account. */
  deadlineAt: number;
}

const VENUES = 65_536;

/** Open cancellations by id, one for an account at a venue; an answered one is removed. */
export class CancellationTable implements LogicalTable {
  readonly table = TABLES.cancellations;
  readonly open = new Map<number, Cancellation>();
  /** Cancellations that a unit waits for; derived. */
  private readonly awaited = new Map<number, number>();
  /** Ids by account and venue; derived. */
  private readonly asked = new Map<number, number>();

  /** Whether a liquidation of the unit waits for a venue's answer. */
  isWaiting(unit: number): boolean {
    return this.awaited.has(unit);
  }

  /** Whether a venue was asked to cancel an account's orders and has not answered. */
  isAsked(account: number, venue: number): boolean {
    return this.asked.has(account * VENUES + venue);
  }

  /** Whether a venue was asked and is silent past the deadline. */
  isUnknown(account: number, venue: number): boolean {
    const id = this.asked.get(account * VENUES + venue);
    return id !== undefined && this.open.get(id)?.deadlineAt === 0;
  }

  request(id: number, cancellation: Cancellation): void {
    const { account, venue } = cancellation;
    invariant(!this.open.has(id), 'a cancellation has its own id');
    invariant(venue >= 1 && venue < VENUES, 'a cancellation goes to a venue');
    invariant(!this.isAsked(account, venue), 'a venue is asked once at a time');
    invariant(cancellation.deadlineAt >= 0, 'a deadline is a time or none');
    this.open.set(id, cancellation);
    this.asked.set(cancellation.account * VENUES + cancellation.venue, id);
    if (cancellation.deadlineAt !== 0) this.await(cancellation.unit, 1);
  }

  /** Its timeout has passed: nobody waits for it any longer. */
  giveUp(id: number): void {
    const cancellation = this.open.get(id);
    if (cancellation === undefined || cancellation.deadlineAt === 0) return;
    cancellation.deadlineAt = 0;
    this.await(cancellation.unit, -1);
  }

  /** The venue answered, in time or late. */
  close(id: number): void {
    this.giveUp(id);
    const cancellation = this.open.get(id);
    if (cancellation === undefined) return;
    this.open.delete(id);
    const wasAsked = this.asked.delete(cancellation.account * VENUES + cancellation.venue);
    invariant(wasAsked, 'an open cancellation was asked for');
  }

  private await(unit: number, change: 1 | -1): void {
    const count = (this.awaited.get(unit) ?? 0) + change;
    invariant(count >= 0, 'no unit waits for fewer than no answers');
    if (count === 0) this.awaited.delete(unit);
    else this.awaited.set(unit, count);
  }

  writeRows(sink: RowSink): void {
    const ids = [...this.open.keys()].sort((a, b) => a - b);
    for (const id of ids) {
      const cancellation = this.open.get(id);
      if (cancellation === undefined) continue;
      sink.row(this.table, id, 0);
      sink.number(1, cancellation.account);
      sink.number(2, cancellation.unit);
      sink.number(3, cancellation.venue);
      sink.number(4, cancellation.deadlineAt);
    }
  }

  restoreRow(row: Row): void {
    this.request(row.keyA, {
      account: row.number(1),
      unit: row.number(2),
      venue: row.number(3),
      deadlineAt: row.number(4),
    });
  }
}
