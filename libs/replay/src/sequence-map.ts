import { ORDINALS_PER_BREACH } from '#libs/default-management';
import type { Message } from '#libs/events';

const REFERENCES = ['breach', 'call', 'withdrawal', 'tradeSequence', 'trade'] as const;
const ORDERS = ['order', 'liquidationOrder', 'cancellation'] as const;

/** Timers whose reference is a call, or an order. */
const MARGIN_CALL = 0;
const ORDER_TIMEOUT = 1;

/** Recorded sequences to those of another run of the same inputs; the identity until they part. */
export class SequenceMap {
  private readonly renamed = new Map<number, number>();
  isIdentity = true;

  note(recorded: number, other: number): void {
    if (recorded === other && this.isIdentity) return;
    this.isIdentity = false;
    this.renamed.set(recorded, other);
  }

  forward(sequence: number): number {
    return this.renamed.get(sequence) ?? sequence;
  }

  /** A message with its references to earlier events as the other run calls them. */
  translated<M extends Message>(message: M): M {
    if (this.isIdentity) return message;
    const fields: Record<string, unknown> = { ...message };
    for (const name of REFERENCES) {
      const value = fields[name];
      if (typeof value === 'number') fields[name] = this.forward(value);
    }
    for (const name of ORDERS) {
      const value = fields[name];
      if (typeof value === 'number' && value !== 0) fields[name] = this.order(value);
    }
    if (message.type === 'DeadlineReached') {
      if (message.timerKind === MARGIN_CALL) fields['reference'] = this.forward(message.reference);
      if (message.timerKind === ORDER_TIMEOUT) fields['reference'] = this.order(message.reference);
    }
    return fields as M;
  }

  private order(order: number): number {
    const breach = Math.floor(order / ORDINALS_PER_BREACH);
    return this.forward(breach) * ORDINALS_PER_BREACH + (order % ORDINALS_PER_BREACH);
  }
}
