import type { Message, MessageNamed } from '#libs/events';
import type { Random } from '../market/random.js';
import type { Scheduler } from './scheduler.js';
import { deposit, MAKER, MEMBER_HOUSE } from './small-world.js';
import type { Publishers, Workload } from './workload.js';

const ANSWER = { rejected: 1, expired: 2, filled: 3 } as const;
const REACTION_US_MAX = 800_000;

/** The world's answers to what the clearing house released: the venue, the bank and the clients. */
export class Desk {
  /** Answers that are on their way. */
  pending = 0;
  /** Orders that were received: each must be executed once. */
  readonly orders = new Set<number>();
  /** Until then the venue answers nothing, virtual time. */
  silentUntilUs = 0;

  constructor(
    private readonly scheduler: Scheduler,
    private readonly random: Random,
    private readonly publishers: Publishers,
    private readonly workload: Workload,
  ) {}

  take(message: Message, sequence: number): void {
    if (message.type === 'LiquidationOrderIssued') {
      if (this.orders.has(message.order)) return;
      this.orders.add(message.order);
      this.later(() => this.execute(message), this.silentUntilUs - this.scheduler.nowUs);
    } else if (message.type === 'WithdrawalRequested') {
      this.later(() => this.payOut(sequence));
    } else if (message.type === 'MarginCallIssued' && this.random.below(2) === 0) {
      this.later(() => this.publishers.operator.enqueue(deposit(message.account, 3_000)));
    }
  }

  private later(action: () => void, atLeastUs = 0): void {
    this.pending += 1;
    const delayUs = Math.max(0, atLeastUs) + this.random.below(REACTION_US_MAX);
    this.scheduler.after(delayUs, () => {
      this.pending -= 1;
      action();
    });
  }

  /** Fills come first, then the last answer that counts them. */
  private execute(order: MessageNamed<'LiquidationOrderIssued'>): void {
    const { venue } = this.publishers;
    const drawn = this.random.below(10);
    const { quantityLots } = order;
    const filledLots = drawn === 0 ? 0 : drawn === 1 ? Math.ceil(quantityLots / 2) : quantityLots;
    if (filledLots > 0) venue.enqueue(this.fill(order, filledLots));
    const answer =
      filledLots === quantityLots
        ? ANSWER.filled
        : filledLots > 0
          ? ANSWER.expired
          : ANSWER.rejected;
    venue.enqueue({ type: 'LiquidationOrderAnswered', order: order.order, answer, filledLots });
  }

  private fill(order: MessageNamed<'LiquidationOrderIssued'>, quantityLots: number) {
    const { account, instrument, limitPriceTicks } = order;
    const other = account >= MEMBER_HOUSE ? 2 * MEMBER_HOUSE + 1 - account : MAKER;
    return {
      ...this.workload.tradeTerms(instrument, quantityLots, limitPriceTicks),
      buyer: order.side === 0 ? account : other,
      seller: order.side === 0 ? other : account,
      liquidationOrder: order.order,
      tradeType: 2,
    } as const;
  }

  private payOut(withdrawal: number): void {
    const { operator } = this.publishers;
    operator.enqueue({ type: 'WithdrawalReleased', withdrawal });
    this.later(() => {
      const type = this.random.below(5) === 0 ? 'PaymentFailed' : 'PaymentConfirmed';
      operator.enqueue({ type, withdrawal });
    });
  }
}
