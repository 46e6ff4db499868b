import { invariant } from '#libs/units';
import type { MessageNamed } from '#libs/events';
import { A, ACCEPTED } from '#libs/clearing';
import { orderId, ORDINALS_PER_BREACH } from '#libs/default-management';
import { I, SETTLING } from '#libs/market';
import type { HouseState } from '../state/house-state.js';
import { isWaiting } from './account-standing.js';
import type { DecisionContext } from './context.js';
import { checkOpenLots } from './open-orders.js';

/** Cancellations that one step of a liquidation requests; the next step requests the rest. */
export const CANCELLATIONS_AT_ONCE = 64;

/**
 * Before a unit is reduced, its open orders are cancelled, by account and venue. Requests what was
 * not yet asked for in this liquidation; false when there is nothing to ask for.
 */
export function cancelOrders(
  context: DecisionContext,
  unit: number,
  timeoutUs: number,
  cause: number,
): boolean {
  const { state } = context;
  if (state.openOrders.isEmpty) return false;
  const breach = state.accounts.get(unit, A.breach);
  const deadline = state.clock.timeUs + timeoutUs;
  let requested = 0;
  invariant(breach > 0, 'orders are cancelled in a liquidation');
  invariant(timeoutUs >= 1, 'a venue has time to answer');
  for (const account of [unit, ...(state.accounts.clientsOf(unit) ?? [])]) {
    for (const venue of venuesToAsk(state, account, breach)) {
      const ordinal = state.accounts.get(unit, A.nextOrderOrdinal);
      if (requested === CANCELLATIONS_AT_ONCE || ordinal >= ORDINALS_PER_BREACH) break;
      const cancellation = orderId(breach, ordinal);
      const body = { cancellation, account, venue, breach, deadline };
      context.emit({ type: 'OrderCancellationRequested', ...body }, cause);
      requested += 1;
    }
  }
  invariant(requested <= CANCELLATIONS_AT_ONCE, 'one step requests so many at most');
  return requested > 0;
}

/**
 * Venues, ascending, where the account has orders that this liquidation has not asked to cancel. One
 * that is asked already and silent is not asked again: until it answers it is unknown.
 */
function venuesToAsk(state: HouseState, account: number, breach: number): number[] {
  const venues = new Set<number>();
  for (const row of state.openOrders.of(account)) {
    if (row.buyLots + row.sellLots === 0 || row.leftIn === breach) continue;
    if (state.instruments.get(row.instrument, I.marketState) >= SETTLING) continue;
    if (!state.cancellations.isAsked(account, row.venue)) venues.add(row.venue);
  }
  return [...venues].sort((a, b) => a - b);
}

type Answer = MessageNamed<'OrderCancellationAnswered'>;

export function checkCancelled(state: HouseState, m: Answer): number {
  const asked = state.cancellations.open.get(m.cancellation);
  if (asked?.account !== m.account || asked.venue !== m.venue) return 404;
  const rows = state.openOrders.of(m.account).filter(({ venue }) => venue === m.venue);
  if (rows.some(({ venueSequence }) => m.venueSequence <= venueSequence)) return 403;
  let last = 0;
  for (const left of m.left) {
    if (!state.instruments.has(left.instrument)) return 103;
    if (left.instrument <= last) return 405;
    last = left.instrument;
    const reason = checkOpenLots(state, m.account, left);
    if (reason !== ACCEPTED) return reason;
  }
  return ACCEPTED;
}

/** The last answer that a unit waited for: it is judged again, recovered or planned. */
export function goOnAfterCancellation(
  context: DecisionContext,
  account: number,
  cause: number,
): void {
  const { state, judgement } = context;
  const unit = state.accounts.unitOf(account);
  if (!isWaiting(state, unit)) judgement.judge(unit, 0, cause);
}

/** The venue is silent: unknown for the account, and the liquidation goes on with what is certain. */
export function cancellationTimeout(context: DecisionContext, id: number, cause: number): void {
  const asked = context.state.cancellations.open.get(id);
  if (asked === undefined) return;
  const { account, venue } = asked;
  const body = { cancellation: id, account, venue };
  const unresolved = context.emit({ type: 'OrderCancellationUnresolved', ...body }, cause);
  goOnAfterCancellation(context, account, unresolved);
}
