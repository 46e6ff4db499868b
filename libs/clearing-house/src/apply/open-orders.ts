import type { Measured, MessageNamed } from '#libs/events';
import { A, SAGA } from '#libs/clearing';
import { invariant, ZERO } from '#libs/units';
import type { HouseState } from '../state/house-state.js';
import { assertAccountIn } from './saga-steps.js';
import { TIMER } from '../state/timers.js';

export function applyOrdersReported(
  { openOrders }: HouseState,
  m: Measured<'OpenOrderExposureReported'>,
): void {
  const { account, instrument, venue, buyLots, sellLots, venueSequence } = m;
  openOrders.report(account, instrument, venue, { buyLots, sellLots, venueSequence, leftIn: 0 });
}

/** The command takes the next ordinal of the breach, as an order does. */
export function applyCancellationRequested(
  state: HouseState,
  m: MessageNamed<'OrderCancellationRequested'>,
): void {
  const { accounts, cancellations, timers } = state;
  const { cancellation, account, venue, deadline } = m;
  invariant(deadline > state.clock.timeUs, 'a venue has time to answer');
  const unit = accounts.unitOf(account);
  assertAccountIn(state, unit, SAGA.liquidating, SAGA.liquidating);
  accounts.set(unit, A.nextOrderOrdinal, accounts.get(unit, A.nextOrderOrdinal) + 1);
  cancellations.request(cancellation, { account, unit, venue, deadlineAt: deadline });
  const kind = TIMER.orderTimeout;
  timers.push({ deadline, kind, subject: account, reference: cancellation });
}

/** Every order of the account at the venue is gone but those that are listed. */
export function applyCancellationAnswered(
  state: HouseState,
  m: Measured<'OrderCancellationAnswered'>,
): void {
  const { accounts, cancellations, openOrders } = state;
  const { account, venue, venueSequence } = m;
  invariant(cancellations.isAsked(account, venue), 'a cancellation that is answered is open');
  cancellations.close(m.cancellation);
  const gone = { buyLots: ZERO, sellLots: ZERO, venueSequence, leftIn: 0 };
  for (const row of openOrders.of(account)) {
    if (row.venue === venue) openOrders.report(account, row.instrument, venue, gone);
  }
  const unit = accounts.unitOf(account);
  const isOpen = accounts.get(unit, A.sagaState) === SAGA.liquidating;
  const leftIn = isOpen ? accounts.get(unit, A.breach) : 0;
  for (const { instrument, buyLots, sellLots } of m.left) {
    openOrders.report(account, instrument, venue, { buyLots, sellLots, venueSequence, leftIn });
  }
}
