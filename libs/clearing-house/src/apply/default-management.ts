import type { Measured, MessageNamed } from '#libs/events';
import { A, L, M, MEMBER, POOL, SAGA } from '#libs/clearing';
import { BUY, ORDER, PAYER } from '#libs/default-management';
import { invariant, minus, ZERO } from '#libs/units';
import type { HouseState } from '../state/house-state.js';
import { TIMER } from '../state/timers.js';
import { pushCall, pushMemberCall } from './deadlines.js';
import { assertAccountIn, stepAccount, stepMember } from './saga-steps.js';
import { lotsOf } from './trade.js';

export function applyMarginCallIssued(
  state: HouseState,
  m: MessageNamed<'MarginCallIssued'>,
  sequence: number,
): void {
  const { accounts } = state;
  invariant(m.deadline > state.clock.timeUs, 'a call ends in the future');
  invariant(m.amountMinor > 0, 'a call asks for something');
  stepAccount(state, m.account, SAGA.called);
  accounts.set(m.account, A.breach, m.breach);
  accounts.set(m.account, A.call, sequence);
  accounts.set(m.account, A.callDeadlineAt, m.deadline);
  pushCall(state, m.account);
}

export function applyMarginCallExtended(
  state: HouseState,
  m: MessageNamed<'MarginCallExtended'>,
): void {
  assertAccountIn(state, m.account, SAGA.called, SAGA.called);
  invariant(m.deadline > state.clock.timeUs, 'a call is extended into the future');
  state.accounts.set(m.account, A.callDeadlineAt, m.deadline);
  pushCall(state, m.account);
}

/** A call ended, met or missed: its number and deadline go. */
export function applyCallEnded(state: HouseState, account: number, sagaState: number): void {
  stepAccount(state, account, sagaState);
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
  assertAccountIn(state, unit, SAGA.liquidating, SAGA.liquidating);
  invariant(m.deadline > state.clock.timeUs, 'an order has time to be answered');
  const held = lotsOf(state, m.account, m.instrument);
  invariant(m.side === BUY ? held < 0 : held > 0, 'an order reduces its position');
  invariant(m.quantityLots <= Math.abs(held), 'no more is sold than is held');
  state.orders.add(m.order, {
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
  invariant(orderState !== ORDER.unknown || order.state !== ORDER.unknown, 'a timeout passes once');
  order.state = orderState;
  // Its timeout has passed and fires no more, also when the order is accepted after all.
  if (orderState === ORDER.unknown) order.deadlineAt = 0;
}

export function applyOrderClosed(
  state: HouseState,
  m: MessageNamed<'LiquidationOrderClosed'>,
): void {
  invariant(state.orders.open.delete(m.order), 'an order that ends is in flight');
  addTo(state, state.accounts.unitOf(m.account), A.ordersInFlight, -1);
}

export function applyRecovered(state: HouseState, account: number): void {
  assertAccountIn(state, account, SAGA.liquidating, SAGA.liquidating);
  stepAccount(state, account, SAGA.healthy);
  state.accounts.set(account, A.breach, 0);
  state.paces.end(account);
}

export function applyAccountClosedOut(state: HouseState, account: number): void {
  stepAccount(state, account, SAGA.closedOut);
  const member = state.accounts.get(account, A.member);
  if (member === 0) return;
  state.obligations.close(account);
  const left = state.obligations.of(member).length;
  state.members.set(member, M.obligations, left);
  const saga = state.members.get(member, M.sagaState);
  if (left === 0 && (saga === MEMBER.called || saga === MEMBER.late)) {
    stepMember(state, member, MEMBER.current);
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
  assertAccountIn(state, account, SAGA.defaulted, SAGA.defaulted);
  obligations.add({ id: sequence, member, account, amountMinor });
  members.set(member, M.obligations, members.get(member, M.obligations) + 1);
  if (members.get(member, M.sagaState) !== MEMBER.current) return;
  invariant(m.deadline > state.clock.timeUs, 'a member is called into the future');
  stepMember(state, member, MEMBER.called);
  members.set(member, M.callDeadlineAt, m.deadline);
  pushMemberCall(state, member);
}

export function applyMemberLate(state: HouseState, m: MessageNamed<'MemberLate'>): void {
  invariant(m.deadline > state.clock.timeUs, 'a late member has a deadline to come');
  stepMember(state, m.member, MEMBER.late);
  state.members.set(m.member, M.callDeadlineAt, m.deadline);
  pushMemberCall(state, m.member);
}

export function applyMemberDefaulted(state: HouseState, member: number, sequence: number): void {
  stepMember(state, member, MEMBER.defaulted);
  state.members.set(member, M.callDeadlineAt, 0);
  state.members.set(member, M.defaultedBy, sequence);
}

/** Cash moves from the member's house account to the account it guarantees. */
export function applyMemberPaid(state: HouseState, m: Measured<'MemberPaid'>): void {
  const base = state.pools.get(state.accounts.get(m.account, A.pool), POOL.baseCurrency);
  const house = state.members.get(m.member, M.houseAccount);
  invariant(m.amountMinor > 0, 'a member pays something');
  invariant(house !== 0 && house !== m.account, 'a house account pays for another account');
  invariant(
    state.balances.balance(house, base) >= m.amountMinor,
    'a member pays out of what its house account has',
  );
  state.balances.debit(house, base, m.amountMinor);
  state.balances.credit(m.account, base, m.amountMinor);
}

/** One layer of the ladder pays into the account. */
export function applyShortfallCovered(state: HouseState, m: Measured<'ShortfallCovered'>): void {
  const { accounts, pools, members, balances, house } = state;
  const pool = accounts.get(m.account, A.pool);
  const base = pools.get(pool, POOL.baseCurrency);
  invariant(m.amountMinor > 0, 'a layer of the ladder pays something');
  // The fund also pays before a take-over or a deleveraging, while the account is under liquidation.
  const isFund = m.payer === PAYER.liquidationFund;
  assertAccountIn(state, m.account, isFund ? SAGA.liquidating : SAGA.defaulted, SAGA.defaulted);
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
  const after = state.accounts.get(account, column) + amount;
  invariant(after >= 0, 'orders are counted from 0');
  state.accounts.set(account, column, after);
}
