import type { MessageNamed } from '#libs/events';
import { rowOf } from '../twin/twin-state.js';
import { VENUE } from './genesis-inputs.js';
import type { Draft } from './steps.js';
import { reportDraft, tradableAccounts } from './trade-drafts.js';
import { oneOf, type WorldContext } from './world-context.js';

type Issued = MessageNamed<'LiquidationOrderIssued'>;
type Behaviour = 'fill' | 'split' | 'partial' | 'expire' | 'reject' | 'silent' | 'late';
const ANSWER = { accepted: 0, rejected: 1, expired: 2, filled: 3 } as const;

interface Task {
  readonly order: Issued;
  readonly behaviour: Behaviour;
  /** Turns to wait before the next move. */
  wait: number;
  stage: number;
}

/**
 * The venues' desk for liquidation orders. It looks at the orders that were issued and accepts,
 * fills, splits, half fills, expires, rejects, keeps silent for long, or answers late.
 */
export class OrderDesk {
  private readonly tasks: Task[] = [];

  constructor(private readonly context: WorldContext) {}

  get pending(): number {
    return this.tasks.length;
  }

  take(order: Issued): void {
    const { random } = this.context;
    const behaviour = random.pick<Behaviour>([
      ['fill', 600],
      ['split', 90],
      ['partial', 90],
      ['expire', 40],
      ['reject', 50],
      ['silent', 60],
      ['late', 70],
    ]);
    const isSlow = behaviour === 'silent' || behaviour === 'late';
    const wait = isSlow ? 30 + random.below(120) : random.below(12);
    this.tasks.push({ order, behaviour, wait, stage: 0 });
  }

  /** The next message about some order, or undefined when all of them wait. */
  next(): Draft | undefined {
    for (const task of this.tasks) task.wait -= 1;
    const place = this.tasks.findIndex(({ wait }) => wait <= 0);
    const task = this.tasks[place];
    if (task === undefined) return undefined;
    const open = this.context.state.orders.get(task.order.order);
    if (open === undefined) {
      this.tasks.splice(place, 1);
      return undefined;
    }
    task.wait = this.context.random.below(3);
    task.stage += 1;
    return this.move(task, open.filled.toNumber());
  }

  private move({ order, behaviour, stage }: Task, filled: number): Draft | undefined {
    const { quantityLots } = order;
    const rest = quantityLots - filled;
    if (stage === 1 && behaviour !== 'reject' && this.context.random.below(2) === 0) {
      return answerOf(order, 'accepted', filled);
    }
    switch (behaviour) {
      case 'reject':
        return answerOf(order, 'rejected', filled);
      case 'expire':
        return answerOf(order, 'expired', filled);
      case 'partial':
        return filled > 0 || quantityLots === 1
          ? answerOf(order, 'expired', filled)
          : this.fill(order, Math.floor(quantityLots / 2));
      case 'split':
        if (rest === 0) return answerOf(order, 'filled', filled);
        return this.fill(order, filled > 0 ? rest : Math.ceil(rest / 2));
      default:
        return rest === 0 ? answerOf(order, 'filled', filled) : this.fill(order, rest);
    }
  }

  /** A fill at the limit by whoever is in the same pool; by nobody, the order expires. */
  private fill(order: Issued, quantityLots: number): Draft {
    const { random, state } = this.context;
    const { pool } = rowOf(state.accounts, order.account);
    const others = tradableAccounts(this.context, pool).filter((id) => id !== order.account);
    const { market } = rowOf(state.instruments, order.instrument);
    const isEnded = market === 'settling' || market === 'expired';
    const maker = others.find((id) => id <= 2);
    const counterparty = random.below(3) === 0 ? oneOf(random, others) : (maker ?? others[0]);
    if (counterparty === undefined || isEnded) {
      const filled = state.orders.get(order.order)?.filled.toNumber() ?? 0;
      return answerOf(order, 'expired', filled);
    }
    const isBuy = order.side === 0;
    return reportDraft(this.context, {
      venue: random.below(4) === 0 ? VENUE.onAck : VENUE.openOffer,
      instrument: order.instrument,
      buyer: isBuy ? order.account : counterparty,
      seller: isBuy ? counterparty : order.account,
      priceTicks: order.limitPriceTicks,
      quantityLots,
      liquidationOrder: order.order,
      tradeType: 2,
    });
  }
}

function answerOf(order: Issued, answer: keyof typeof ANSWER, filledLots: number): Draft {
  return {
    type: 'LiquidationOrderAnswered',
    order: order.order,
    answer: ANSWER[answer],
    filledLots,
  };
}
