import type { MessageNamed } from '#libs/events';
import { whole, ZERO } from './decimal-arithmetic.js';
import { textOf } from './enumerations.js';
import { judge } from './judging.js';
import { figuresIn, figuresOf } from './margin-figures.js';
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
  if (textOf('answers', m.answer) === 'accepted') return;
  const { account, filled } = rowOf(state.orders, m.order);
  const unit = unitOf(state, account);
  state.orders.delete(m.order);
  const figures = figuresOf(state, unit);
  if (figures === undefined) throw new Error('a unit under liquidation has a rulebook');
  const { order } = m;
  const closed = twin.emit(
    {
      type: 'LiquidationOrderClosed',
      order,
      account,
      filledLots: whole(filled),
      ...figuresIn(figures),
    },
    cause,
  );
  if (filled.gt(ZERO) && !isWaiting(state, unit)) judge(twin, unit, 0, closed);
}
