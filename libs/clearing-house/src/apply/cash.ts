import type { Measured } from '#libs/events';
import { A, L, M, POOL } from '#libs/clearing';
import { invariant, plus } from '#libs/units';
import type { HouseState } from '../state/house-state.js';

const LIQUIDATION_FUND = 0;
const OWN_CAPITAL = 1;

export function applyDeposit(state: HouseState, m: Measured<'CollateralDeposited'>): void {
  invariant(m.amountMinor > 0, 'a deposit is above 0');
  invariant(state.accounts.get(m.account, A.parent) === 0, 'a gross-client has no balances');
  state.balances.credit(m.account, m.currency, m.amountMinor);
  state.house.add(m.currency, L.nostro, m.amountMinor);
}

export function applyWithdrawalRequested(
  state: HouseState,
  m: Measured<'WithdrawalRequested'>,
  sequence: number,
): void {
  const { account, currency, amountMinor } = m;
  invariant(amountMinor > 0, 'a withdrawal is above 0');
  invariant(
    amountMinor <= state.balances.balance(account, currency),
    'no more is reserved than the account has',
  );
  state.withdrawals.open.set(sequence, { account, currency, amountMinor, isInstructed: false });
  state.balances.reserve(account, currency, amountMinor);
  addOpenWithdrawals(state, account, 1);
}

/** The reserved amount leaves the balance and becomes payable. */
export function applyWithdrawalReleased(state: HouseState, id: number): void {
  const withdrawal = withdrawalOf(state, id);
  const { account, currency, amountMinor } = withdrawal;
  invariant(!withdrawal.isInstructed, 'a withdrawal is released once');
  withdrawal.isInstructed = true;
  state.balances.unreserve(account, currency, amountMinor);
  state.balances.debit(account, currency, amountMinor);
  state.house.add(currency, L.payable, amountMinor);
}

/** A release that failed its check: what it moved goes back, and the withdrawal is closed. */
export function applyWithdrawalCancelled(state: HouseState, id: number): void {
  const { account, currency, amountMinor, isInstructed } = withdrawalOf(state, id);
  invariant(isInstructed, 'what goes back was on its way');
  state.house.take(currency, L.payable, amountMinor);
  state.balances.credit(account, currency, amountMinor);
  closeWithdrawal(state, id);
}

export function applyPaymentConfirmed(state: HouseState, id: number): void {
  const { currency, amountMinor, isInstructed } = withdrawalOf(state, id);
  invariant(isInstructed, 'the bank pays what it was told to pay');
  invariant(state.house.get(currency, L.payable) >= amountMinor, 'what is paid was payable');
  state.house.take(currency, L.payable, amountMinor);
  state.house.take(currency, L.nostro, amountMinor);
  closeWithdrawal(state, id);
}

/** The bank did not pay: the payable returns to the balance. */
export function applyPaymentFailed(state: HouseState, id: number): void {
  applyWithdrawalCancelled(state, id);
}

export function applyFundContributed(state: HouseState, m: Measured<'FundContributed'>): void {
  const { pools, members, house } = state;
  invariant(m.amountMinor > 0, 'a contribution is above 0');
  if (m.layer === LIQUIDATION_FUND || m.layer === OWN_CAPITAL) {
    const column = m.layer === LIQUIDATION_FUND ? POOL.liquidationFundMinor : POOL.ownCapitalMinor;
    pools.set(m.pool, column, plus(pools.get(m.pool, column), m.amountMinor));
  } else {
    const known = members.get(m.member, M.fundPool);
    invariant(known === 0 || known === m.pool, 'the share of a member is in one pool');
    members.set(m.member, M.fundPool, m.pool);
    members.set(
      m.member,
      M.fundShareMinor,
      plus(members.get(m.member, M.fundShareMinor), m.amountMinor),
    );
  }
  const currency = pools.get(m.pool, POOL.baseCurrency);
  house.add(currency, L.nostro, m.amountMinor);
  house.add(currency, L.funds, m.amountMinor);
}

function withdrawalOf(state: HouseState, id: number) {
  const withdrawal = state.withdrawals.open.get(id);
  invariant(withdrawal !== undefined, 'a withdrawal that is acted on is open');
  return withdrawal;
}

function closeWithdrawal(state: HouseState, id: number): void {
  addOpenWithdrawals(state, withdrawalOf(state, id).account, -1);
  state.withdrawals.open.delete(id);
}

function addOpenWithdrawals(state: HouseState, account: number, count: number): void {
  const open = state.accounts.get(account, A.openWithdrawals);
  invariant(open + count >= 0, 'open withdrawals are counted from 0');
  state.accounts.set(account, A.openWithdrawals, open + count);
}
