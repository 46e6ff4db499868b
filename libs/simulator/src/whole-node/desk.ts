import type { Message, MessageNamed } from '#libs/events';
import type { Random } from '../market/random.js';
import type { FaultCounts } from './fault-counts.js';
import type { Scheduler } from './scheduler.js';
import {
  CLEARED_MAKER,
  deposit,
  MAKER,
  MEMBER_CLIENT,
  MEMBER_HOUSE,
  SECOND_US,
} from './small-world.js';
import type { Publishers, Workload } from './workload.js';

const ANSWER = { rejected: 1, expired: 2, filled: 3 } as const;
const REACTION_US_MAX = 800_000;
/** Beyond the time that an order has. */
const LATE_US_MIN = 5 * SECOND_US;
const LATE_US_MAX = 8 * SECOND_US;
/** One command in so many is answered late, or not before somebody looks after the venue. */
const LATE_ONE_IN = 12;
const UNANSWERED_ONE_IN = 30;

type Command = 'order' | 'cancellation';

export interface DeskOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly publishers: Publishers;
  readonly workload: Workload;
  readonly counts: FaultCounts;
  /** Whether the venue may be silent. */
  readonly isFaulty: () => boolean;
}

/** The world's answers to what the clearing house released: the venue, the bank and the clients. */
export class Desk {
  /** Answers that are on their way. */
  pending = 0;
  /** Commands that the venue says nothing about. */
  private unanswered: (() => void)[] = [];

  constructor(private readonly options: DeskOptions) {}

  take(message: Message, sequence: number): void {
    const { random, publishers } = this.options;
    if (message.type === 'LiquidationOrderIssued') {
      this.answer('order', () => this.execute(message));
    } else if (message.type === 'OrderCancellationRequested') {
      this.answer('cancellation', () => this.cancel(message));
    } else if (message.type === 'WithdrawalRequested') {
      this.later(() => this.payOut(sequence));
    } else if (message.type === 'MarginCallIssued' && random.below(2) === 0) {
      this.later(() => publishers.operator.enqueue(deposit(message.account, 3_000)));
    }
  }

  /** Somebody looks after the venue: what it left open is answered. */
  heal(): void {
    for (const action of this.unanswered.splice(0)) this.later(action);
  }

  /** In time, after the command has run out, or not at all. */
  private answer(command: Command, action: () => void): void {
    const { random, isFaulty, counts } = this.options;
    const [late, never] = [random.below(LATE_ONE_IN) === 0, random.below(UNANSWERED_ONE_IN) === 0];
    if (never && isFaulty()) {
      counts[`${command}Unanswered`] += 1;
      this.unanswered.push(action);
    } else if (late && isFaulty()) {
      counts[`${command}AnsweredLate`] += 1;
      this.later(action, LATE_US_MIN + random.below(LATE_US_MAX));
    } else {
      this.later(action);
    }
  }

  private later(action: () => void, atLeastUs = 0): void {
    const { scheduler, random } = this.options;
    this.pending += 1;
    scheduler.after(atLeastUs + random.below(REACTION_US_MAX), () => {
      this.pending -= 1;
      action();
    });
  }

  /** Fills come first, then the last answer that counts them. */
  private execute(order: MessageNamed<'LiquidationOrderIssued'>): void {
    const { random, publishers } = this.options;
    const { venue } = publishers;
    const drawn = random.below(10);
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
    const isMembers = account === MEMBER_HOUSE || account === MEMBER_CLIENT;
    const other = isMembers ? CLEARED_MAKER : MAKER;
    return {
      ...this.options.workload.tradeTerms(instrument, quantityLots, limitPriceTicks),
      buyer: order.side === 0 ? account : other,
      seller: order.side === 0 ? other : account,
      liquidationOrder: order.order,
      tradeType: 2,
    } as const;
  }

  /** The venue cancels everything, mostly; what it could not is still open. */
  private cancel({
    cancellation,
    account,
    venue,
  }: MessageNamed<'OrderCancellationRequested'>): void {
    const { random, publishers, workload } = this.options;
    const isLeft = random.below(5) === 0;
    publishers.venue.enqueue({
      type: 'OrderCancellationAnswered',
      ...{ cancellation, account, venue },
      venueSequence: workload.nextVenueSequence(),
      left: isLeft ? [{ instrument: 1, buyLots: 3, sellLots: 2 }] : [],
    });
  }

  private payOut(withdrawal: number): void {
    const { random, publishers } = this.options;
    const { operator } = publishers;
    operator.enqueue({ type: 'WithdrawalReleased', withdrawal });
    this.later(() => {
      const type = random.below(5) === 0 ? 'PaymentFailed' : 'PaymentConfirmed';
      operator.enqueue({ type, withdrawal });
    });
  }
}
