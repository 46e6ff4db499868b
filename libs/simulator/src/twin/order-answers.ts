import type { MessageNamed } from '#libs/events';
import { ZERO } from './decimal-arithmetic.js';
import { textOf } from './enumerations.js';
import { judge } from './judging.js';
import { closeOrder } from './order-silence.js';
import type { TwinContext } from './twin-context.js';
import { isWaiting, rowOf, type TwinState, unitOf } from './twin-state.js';

type Answer = MessageNamed<'LiquidationOrderAnswered'>;

export function checkAnswer(state: TwinState, m: Answer): number {
  const order = state.orders.get(m.order);
  if (order === undefined) return 401;
  if (textOf('answers', m.answer) === 'accepted') return 0;
  return order.filled.eq(m.filledLots) ? 0 : 402;
}

/** An ending answer closes the order; after fills, the last one in flight has the unit judged. */
export function takeAnswer(twin: TwinContext, m: Answer, cause: number): void {
  const { state } = twin;
  const { account, filled, ...order } = rowOf(state.orders, m.order);
  if (textOf('answers', m.answer) === 'accepted') {
    state.orders.set(m.order, { ...order, account, filled, isUnknown: false });
    return;
  }
  const unit = unitOf(state, account);
  const closed = closeOrder(twin, m.order, cause);
  if (filled.gt(ZERO) && !isWaiting(state, unit)) judge(twin, unit, 0, closed);
}
