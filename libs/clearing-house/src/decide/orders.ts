import type { MessageNamed } from '#libs/events';
import { ACCEPTED } from '#libs/clearing';
import type { HouseState } from '../state/house-state.js';
import { isWaiting } from './account-standing.js';
import type { DecisionContext } from './context.js';

const ACCEPTED_ANSWER = 0;

type Answer = MessageNamed<'LiquidationOrderAnswered'>;

export function checkAnswer(state: HouseState, m: Answer): number {
  const order = state.orders.open.get(m.order);
  if (order === undefined) return 401;
  return m.answer !== ACCEPTED_ANSWER && m.filledLots !== order.filledLots ? 402 : ACCEPTED;
}

/** An ended order is closed; with fills, and none other in flight, the unit is judged. */
export function afterAnswer(context: DecisionContext, m: Answer, cause: number): void {
  if (m.answer === ACCEPTED_ANSWER) return;
  const { state, judgement } = context;
  const order = state.orders.open.get(m.order);
  if (order === undefined) return;
  const { account } = order;
  const unit = state.accounts.unitOf(account);
  judgement.evaluation.evaluate(unit);
  const figures = judgement.figures();
  const closed = context.emit(
    {
      type: 'LiquidationOrderClosed',
      order: m.order,
      account,
      filledLots: m.filledLots,
      ...figures,
    },
    cause,
  );
  if (m.filledLots > 0 && !isWaiting(state, unit)) {
    judgement.judge(unit, 0, closed);
  }
}
