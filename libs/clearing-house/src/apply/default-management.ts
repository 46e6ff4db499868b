import type { Measured, MessageNamed } from '#libs/events';
import { A, L, M, MEMBER, POOL, SAGA } from '#libs/clearing';
import { ORDER, PAYER } from '#libs/default-management';
import { invariant, minus, ZERO } from '#libs/units';
import type { HouseState } from '../state/house-state.js';
import { TIMER } from '../state/timers.js';
import { pushCall, pushMemberCall } from './deadlines.js';

export function applyMarginCallIssued(
  state: HouseState,
  m: MessageNamed<'MarginCallIssued'>,
  sequence: number,
): void {
  const { accounts } = state;
  accounts.set(m.account, A.sagaState, SAGA.called);
  accounts.set(m.account, A.breach, m.breach);
  accounts.set(m.account, A.call, sequence);
  accounts.set(m.account, A.callDeadlineAt, m.deadline);
  pushCall(state, m.account);
}

export function applyMarginCallExtended(
  state: HouseState,
  m: MessageNamed<'MarginCallExtended'>,
): void {
  state.accounts.set(m.account, A.callDeadlineAt, m.deadline);
  pushCall(state, m.account);
}

/** A call ended, met or missed: its number and deadline go. */
export function applyCallEnded(state: HouseState, account: number, sagaState: number): void {
  state.accounts.set(account, A.sagaState, sagaState);
  state.accounts.set(account, A.call, 0);
  state.accounts.set(account, A.callDeadlineAt, 0);
}

export function applyLiquidationOpened(
  state: HouseState,
  m: MessageNamed<'LiquidationOpened'>,
): void {
  applyCallEnded(state, m.account, SAGA.liquidating);
  state.accounts.set(m.account, A.breach, m.breach);
  state.accounts.set(m.account, A.nextOrderOrdinal, 0);
}

export function applyOrderIssued(state: HouseState, m: Measured<'LiquidationOrderIssued'>): void {
  const unit = state.accounts.unitOf(m.account);
  state.orders.open.set(m.order, {
    account: m.account,
    instrument: m.instrument,
    side: m.side,
    quantityLots: m.quantityLots,
    limitPriceTicks: m.limitPriceTicks,
    filledLots: ZERO,
    state: ORDER.issued,
    deadlineAt: m.deadline,
  });
  addTo(state, unit, A.nextOrderOrdinal, 1);
  addTo(state, unit, A.ordersInFlight, 1);
  state.timers.push({
    deadline: m.deadline,
    kind: TIMER.orderTimeout,
    subject: m.account,
    reference: m.order,
  });
}

export function applyOrderState(state: HouseState, id: number, orderState: number): void {
  const order = state.orders.open.get(id);
  invariant(order !== undefined, 'an order that changes state is open');
  order.state = orderState;
  // Its timeout has passed and fires no more, also when the order is accepted after all.
  if (orderState === ORDER.unknown) order.deadlineAt = 0;
}

export function applyOrderClosed(
  state: HouseState,
  m: MessageNamed<'LiquidationOrderClosed'>,
): void {
  state.orders.open.delete(m.order);
  addTo(state, state.accounts.unitOf(m.account), A.ordersInFlight, -1);
}

export function applyRecovered(state: HouseState, account: number): void {
  state.accounts.set(account, A.sagaState, SAGA.healthy);
  state.accounts.set(account, A.breach, 0);
}

export function applyAccountClosedOut(state: HouseState, account: number): void {
  state.accounts.set(account, A.sagaState, SAGA.closedOut);
  const member = state.accounts.get(account, A.member);
  if (member === 0) return;
  state.obligations.close(account);
  const left = state.obligations.of(member).length;
  state.members.set(member, M.obligations, left);
  const saga = state.members.get(member, M.sagaState);
  if (left === 0 && (saga === MEMBER.called || saga === MEMBER.late)) {
    state.members.set(member, M.sagaState, MEMBER.current);
    state.members.set(member, M.callDeadlineAt, 0);
  }
}

export function applyMemberCalled(
  state: HouseState,
  m: Measured<'MemberCalled'>,
  sequence: number,
): void {
  const { members, obligations } = state;
  const { member, account, amountMinor } = m;
  obligations.open.push({ id: sequence, member, account, amountMinor });
  members.set(member, M.obligations, members.get(member, M.obligations) + 1);
  if (members.get(member, M.sagaState) !== MEMBER.current) return;
  members.set(member, M.sagaState, MEMBER.called);
  members.set(member, M.callDeadlineAt, m.deadline);
  pushMemberCall(state, member);
}

export function applyMemberLate(state: HouseState, m: MessageNamed<'MemberLate'>): void {
  state.members.set(m.member, M.sagaState, MEMBER.late);
  state.members.set(m.member, M.callDeadlineAt, m.deadline);
  pushMemberCall(state, m.member);
}

export function applyMemberDefaulted(state: HouseState, member: number, sequence: number): void {
  state.members.set(member, M.sagaState, MEMBER.defaulted);
  state.members.set(member, M.callDeadlineAt, 0);
  state.members.set(member, M.defaultedBy, sequence);
}

/** Cash moves from the member's house account to the account it guarantees. */
export function applyMemberPaid(state: HouseState, m: Measured<'MemberPaid'>): void {
  const base = state.pools.get(state.accounts.get(m.account, A.pool), POOL.baseCurrency);
  state.balances.debit(state.members.get(m.member, M.houseAccount), base, m.amountMinor);
  state.balances.credit(m.account, base, m.amountMinor);
}

/** One layer of the ladder pays into the account. */
export function applyShortfallCovered(state: HouseState, m: Measured<'ShortfallCovered'>): void {
  const { accounts, pools, members, balances, house } = state;
  const pool = accounts.get(m.account, A.pool);
  const base = pools.get(pool, POOL.baseCurrency);
  balances.credit(m.account, base, m.amountMinor);
  if (m.payer === PAYER.houseAccount) {
    balances.debit(members.get(m.member, M.houseAccount), base, m.amountMinor);
    return;
  }
  if (m.payer === PAYER.uncovered) {
    const uncovered = minus(pools.get(pool, POOL.uncoveredMinor), m.amountMinor);
    pools.set(pool, POOL.uncoveredMinor, uncovered);
    house.take(base, L.uncovered, m.amountMinor);
    return;
  }
  house.take(base, L.funds, m.amountMinor);
  if (m.payer === PAYER.defaultFund) {
    const share = minus(members.get(m.member, M.fundShareMinor), m.amountMinor);
    invariant(share >= 0, 'a default-fund share is never below zero');
    members.set(m.member, M.fundShareMinor, share);
    return;
  }
  const column =
    m.payer === PAYER.liquidationFund ? POOL.liquidationFundMinor : POOL.ownCapitalMinor;
  const rest = minus(pools.get(pool, column), m.amountMinor);
  invariant(rest >= 0, 'a fund is never below zero');
  pools.set(pool, column, rest);
}

function addTo(state: HouseState, account: number, column: number, amount: number): void {
  state.accounts.set(account, column, state.accounts.get(account, column) + amount);
}
