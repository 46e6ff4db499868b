import { invariant } from '#libs/units';
import type { MessageNamed } from '#libs/events';
import { A, ACCEPTED } from '#libs/clearing';
import { type LiquidationOrder, ORDER } from '#libs/default-management';
import type { HouseState } from '../state/house-state.js';
import { isWaiting } from './account-standing.js';
import type { DecisionContext } from './context.js';
import { executionTermsOf } from './execution-terms.js';

const ACCEPTED_ANSWER = 0;

type Answer = MessageNamed<'LiquidationOrderAnswered'>;

export function checkAnswer(state: HouseState, m: Answer): number {
  const order = state.orders.open.get(m.order);
  if (order === undefined) return 401;
  return m.answer !== ACCEPTED_ANSWER && m.filledLots !== order.filledLots ? 402 : ACCEPTED;
}

/**
 * Whether it is unknown what became of orders of an account: its own at a venue that was asked to
 * cancel them, or a liquidation order that is not wholly filled; either silent past its deadline.
 */
export function isUnresolved(context: DecisionContext, account: number, venue: number): boolean {
  const { accounts, cancellations, orders } = context.state;
  if (cancellations.isUnknown(account, venue)) return true;
  if (!context.logic.resolvesSilence) return false;
  if (accounts.get(accounts.unitOf(account), A.ordersInFlight) === 0) return false;
  for (const order of orders.open.values()) {
    const isOpen = order.account === account && order.filledLots < order.quantityLots;
    if (isOpen && order.state === ORDER.unknown) return true;
  }
  return false;
}

/**
 * An order that is wholly filled and whose deadline has passed has ended, whatever its venue says later.
 * Returns the sequence of its end, 0 when it goes on.
 */
export function endFilledOrder(context: DecisionContext, id: number, cause: number): number {
  const order = context.state.orders.open.get(id);
  if (order === undefined || !context.logic.resolvesSilence) return 0;
  const { timeUs } = context.state.clock;
  if (order.filledLots < order.quantityLots || order.deadlineAt > timeUs) return 0;
  return closeOrder(context, id, order, cause);
}

/** An ended order is closed; with fills, and none other in flight, the unit is judged. */
export function afterAnswer(context: DecisionContext, m: Answer, cause: number): void {
  if (m.answer === ACCEPTED_ANSWER) return;
  const { state, judgement } = context;
  const order = state.orders.open.get(m.order);
  if (order === undefined) return;
  const closed = closeOrder(context, m.order, order, cause);
  const unit = state.accounts.unitOf(order.account);
  // An order that failed is tried again at the pace of the execution terms, not at the venue's.
  const isPaced = (executionTermsOf(state, unit)?.trancheDelayUs ?? 0) > 0;
  if ((m.filledLots > 0 || isPaced) && !isWaiting(state, unit)) judgement.judge(unit, 0, closed);
}

function closeOrder(
  context: DecisionContext,
  id: number,
  { account, filledLots, quantityLots }: LiquidationOrder,
  cause: number,
): number {
  const { state, judgement } = context;
  invariant(state.orders.open.has(id), 'an order that ends is in flight');
  const unit = state.accounts.unitOf(account);
  judgement.evaluation.evaluate(unit);
  const body = { order: id, account, filledLots, ...judgement.figures() };
  const closed = context.emit({ type: 'LiquidationOrderClosed', ...body }, cause);
  if (filledLots < quantityLots && executionTermsOf(state, unit) !== undefined) {
    const attempts = state.paces.of(unit).attempts + 1;
    context.emit({ type: 'LiquidationAttemptFailed', account: unit, order: id, attempts }, closed);
  }
  return closed;
}
