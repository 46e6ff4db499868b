import type { Message, MessageNamed } from '#libs/events';
import type { Violations } from './violations.js';

/**
 * Commands: ids never repeat, one order in flight for an account and instrument, and the breaches of
 * one cause in their total order: severity, deficit, account.
 */
export class OrderAudit {
  private readonly issued = new Set<number>();
  private readonly inFlight = new Map<string, number>();
  private readonly places = new Map<number, string>();
  private readonly breaches = new Set<number>();
  private lastBreach: { cause: number; message: MessageNamed<'MarginBreached'> } | undefined;

  constructor(private readonly violations: Violations) {}

  record(message: Message, sequence: number, cause: number): void {
    if (message.type === 'MarginBreached') {
      this.breach(message, cause);
      this.breaches.add(sequence);
    } else if (message.type === 'MemberDefaulted') this.breaches.add(sequence);
    else if (message.type === 'LiquidationOrderIssued') this.issue(message);
    else if (message.type === 'LiquidationOrderClosed') {
      this.inFlight.delete(this.places.get(message.order) ?? '');
    }
  }

  private issue({ order, account, instrument }: MessageNamed<'LiquidationOrderIssued'>): void {
    const { violations, issued, inFlight } = this;
    violations.check(!issued.has(order), () => 'an order was issued twice');
    violations.check(
      this.breaches.has(Math.floor(order / 4096)),
      () => 'an order names a breach that the log does not hold',
    );
    const place = `${String(account)}/${String(instrument)}`;
    violations.check(!inFlight.has(place), () => 'two orders for one position are in flight');
    issued.add(order);
    inFlight.set(place, order);
    this.places.set(order, place);
  }

  private breach(message: MessageNamed<'MarginBreached'>, cause: number): void {
    const last = this.lastBreach;
    this.lastBreach = { cause, message };
    if (last?.cause !== cause || message.ordinal === 0) return;
    this.violations.check(
      message.ordinal === last.message.ordinal + 1,
      () => 'the breaches of one cause are not numbered one after another',
    );
    this.violations.check(
      isInOrder(last.message, message),
      () => 'the breaches of one cause are not in their total order',
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
