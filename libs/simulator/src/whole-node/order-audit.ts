import type { Message, MessageNamed } from '#libs/events';
import { ORDINALS_PER_BREACH } from '#libs/default-management';
import type { Violations } from './violations.js';

/**
 * Commands: their ids follow from breach and ordinal, one after another, and never repeat; one order is
 * in flight for an account and instrument, and all have ended in the end; the breaches of one cause
 * stand in their total order: severity, deficit, account; of a trade the buyer's before the seller's.
 */
export class OrderAudit {
  /** Sequence of each order. */
  private readonly issued = new Map<number, number>();
  private readonly inFlight = new Map<string, number>();
  private readonly places = new Map<number, string>();
  private readonly ordinals = new Map<number, number>();
  private readonly breaches = new Set<number>();
  private trade: { sequence: number; message: MessageNamed<'TradeNovated'> } | undefined;
  private lastBreach: { cause: number; message: MessageNamed<'MarginBreached'> } | undefined;

  constructor(private readonly violations: Violations) {}

  record(message: Message, sequence: number, cause: number): void {
    if (message.type === 'TradeNovated') this.trade = { sequence, message };
    else if (message.type === 'MarginBreached') {
      this.breach(message, cause, sequence);
      this.breaches.add(sequence);
    } else if (message.type === 'MemberDefaulted') this.breaches.add(sequence);
    else if (message.type === 'LiquidationOrderIssued') this.issue(message, sequence);
    else if (message.type === 'OrderCancellationRequested')
      this.number(message.cancellation, sequence);
    else if (message.type === 'LiquidationOrderClosed') {
      this.inFlight.delete(this.places.get(message.order) ?? '');
    }
  }

  finish(): void {
    const [order] = this.inFlight.values();
    const issuedAt = order === undefined ? undefined : this.issued.get(order);
    this.violations.check(order === undefined, () => 'an order never ended', issuedAt);
  }

  /** Orders and cancellations of a breach are numbered in one row, from 0. */
  private number(id: number, sequence: number): void {
    const breach = Math.floor(id / ORDINALS_PER_BREACH);
    const ordinal = this.ordinals.get(breach) ?? 0;
    this.violations.check(
      id === breach * ORDINALS_PER_BREACH + ordinal,
      () => 'the commands of a breach are not numbered one after another',
      sequence,
    );
    this.ordinals.set(breach, ordinal + 1);
  }

  private issue(
    { order, account, instrument }: MessageNamed<'LiquidationOrderIssued'>,
    sequence: number,
  ): void {
    const { violations, issued, inFlight } = this;
    this.number(order, sequence);
    violations.check(!issued.has(order), () => 'an order was issued twice', sequence);
    violations.check(
      this.breaches.has(Math.floor(order / ORDINALS_PER_BREACH)),
      () => 'an order names a breach that the log does not hold',
      sequence,
    );
    const place = `${String(account)}/${String(instrument)}`;
    violations.check(
      !inFlight.has(place),
      () => 'two orders for one position are in flight',
      sequence,
    );
    issued.set(order, sequence);
    inFlight.set(place, order);
    this.places.set(order, place);
  }

  private breach(message: MessageNamed<'MarginBreached'>, cause: number, sequence: number): void {
    const last = this.lastBreach;
    this.lastBreach = { cause, message };
    if (last?.cause !== cause || message.ordinal === 0) return;
    this.violations.check(
      message.ordinal === last.message.ordinal + 1,
      () => 'the breaches of one cause are not numbered one after another',
      sequence,
    );
    const { trade } = this;
    const isTrade = trade?.sequence === cause;
    this.violations.check(
      isTrade
        ? last.message.account === trade.message.buyer && message.account === trade.message.seller
        : isInOrder(last.message, message),
      () => 'the breaches of one cause are not in their total order',
      sequence,
    );
  }
}

type Breach = MessageNamed<'MarginBreached'>;

/** Deficit over requirement descending, by cross-multiplication; then deficit; then account. */
function isInOrder(a: Breach, b: Breach): boolean {
  const left = BigInt(a.deficitMinor) * BigInt(b.maintenanceMinor);
  const right = BigInt(b.deficitMinor) * BigInt(a.maintenanceMinor);
  if (left !== right) return left > right;
  if (a.deficitMinor !== b.deficitMinor) return a.deficitMinor > b.deficitMinor;
  return a.account < b.account;
}
