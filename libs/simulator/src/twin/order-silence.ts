import { whole } from './decimal-arithmetic.js';
import { figuresIn, figuresOf } from './margin-figures.js';
import type { TwinContext } from './twin-context.js';
import { rowOf, type TwinState, unitOf } from './twin-state.js';

/** Logic version from which silence about an order counts. */
const SINCE = 3;

/** Whether it is unknown what became of an account's orders at a venue (docs/rules.md 4). */
export function isUnresolved(state: TwinState, account: number, venue: number): boolean {
  const isSilent = [...state.cancellations.values()].some(
    (row) => row.account === account && row.venue === venue && row.deadline === 0,
  );
  if (isSilent || state.logicVersion < SINCE) return isSilent;
  return [...state.orders.values()].some(
    (order) => order.account === account && order.isUnknown && order.filled.lt(order.quantity),
  );
}

/** Ends an order that is wholly filled past its deadline; the sequence of its end, or 0. */
export function endFilledOrder(twin: TwinContext, id: number, cause: number): number {
  const { state } = twin;
  const order = state.orders.get(id);
  if (order === undefined || state.logicVersion < SINCE) return 0;
  if (order.filled.lt(order.quantity) || order.deadline > state.timeUs) return 0;
  return closeOrder(twin, id, cause);
}

/** An order has ended: the unit with its figures. */
export function closeOrder(twin: TwinContext, id: number, cause: number): number {
  const { state } = twin;
  const { account, filled } = rowOf(state.orders, id);
  state.orders.delete(id);
  const figures = figuresOf(state, unitOf(state, account));
  if (figures === undefined) throw new Error('a unit under liquidation has a rulebook');
  const body = { order: id, account, filledLots: whole(filled), ...figuresIn(figures) };
  return twin.emit({ type: 'LiquidationOrderClosed', ...body }, cause);
}
