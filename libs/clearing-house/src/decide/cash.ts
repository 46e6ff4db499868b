import type { Measured, MessageNamed } from '#libs/events';
import { A, ACCEPTED, KIND, L, M, POOL, SAGA } from '#libs/clearing';
import { type AmountMinor, invariant, minus, STORE_LIMIT, ZERO } from '#libs/units';
import type { HouseState } from '../state/house-state.js';
import type { DecisionContext } from './context.js';
import { exceedsConversion } from './conversion-bound.js';
import { tryObligations } from './default.js';

const OPEN_WITHDRAWALS_MAX = 1_000_000;
const DEFAULT_FUND = 2;

interface Movement {
  readonly account: number;
  readonly currency: number;
  readonly amountMinor: AmountMinor;
}

function checkMovement(state: HouseState, { account, currency, amountMinor }: Movement): number {
  const { accounts, currencies, balances, house } = state;
  if (!accounts.has(account)) return 201;
  if (accounts.get(account, A.kind) === KIND.grossClient) return 202;
  if (accounts.get(account, A.closed) !== 0) return 203;
  if (!currencies.has(currency)) return 204;
  if (currencies.priceMicros(currency) === 0) return 205;
  if (amountMinor < 1) return 206;
  const largest = Math.max(
    balances.balance(account, currency),
    house.get(currency, L.nostro),
    house.get(currency, L.accounts),
  );
  return largest + amountMinor > STORE_LIMIT ? 113 : ACCEPTED;
}

export function checkDeposit(state: HouseState, m: Measured<'CollateralDeposited'>): number {
  const reason = checkMovement(state, m);
  if (reason !== ACCEPTED) return reason;
  const price = state.currencies.priceMicros(m.currency);
  return exceedsConversion(state, m.currency, price, m.amountMinor) ? 113 : ACCEPTED;
}

/** A deposit: the account is judged, and a house account tries its member's obligations. */
export function afterDeposit(
  context: DecisionContext,
  m: Measured<'CollateralDeposited'>,
  cause: number,
): void {
  context.judgement.judge(m.account, 0, cause);
  tryObligations(context, m.account, cause);
}

export function checkWithdrawal(
  context: DecisionContext,
  m: Measured<'WithdrawalRequested'>,
): number {
  const { state } = context;
  const reason = checkMovement(state, m);
  if (reason !== ACCEPTED) return reason;
  const unreserved = minus(
    state.balances.balance(m.account, m.currency),
    state.balances.reserved(m.account, m.currency),
  );
  const gate = checkWithdrawable(context, m, unreserved, m.amountMinor);
  if (gate !== ACCEPTED) return gate;
  const { house, withdrawals } = state;
  const atBank = house.get(m.currency, L.nostro) - house.get(m.currency, L.payable);
  if (m.amountMinor > atBank) return 212;
  return withdrawals.open.size >= OPEN_WITHDRAWALS_MAX ? 213 : ACCEPTED;
}

/** Conditions 207-211 and 620; on release the amount is reserved already and equity lacks it. */
function checkWithdrawable(
  context: DecisionContext,
  m: Movement,
  unreserved: AmountMinor,
  notYetReservedMinor: AmountMinor,
): number {
  const { state, judgement } = context;
  const { evaluation } = judgement;
  const saga = state.accounts.get(m.account, A.sagaState);
  if (saga !== SAGA.healthy && saga !== SAGA.warned) return 207;
  evaluation.gather(m.account);
  const { cash } = evaluation.portfolio;
  cash[m.currency] = minus(cash[m.currency] ?? ZERO, notYetReservedMinor);
  invariant(notYetReservedMinor >= 0, 'what is reserved is 0 or more');
  if (!evaluation.run(m.account)) return 119;
  if (evaluation.figures.gated) return 208;
  if (state.pools.get(state.accounts.get(m.account, A.pool), POOL.uncoveredMinor) !== 0) return 209;
  if (m.amountMinor > unreserved) return 210;
  if (evaluation.excessMinor < 0) return 211;
  return evaluation.isReleasable ? ACCEPTED : 620;
}

export function checkRelease(state: HouseState, m: MessageNamed<'WithdrawalReleased'>): number {
  const withdrawal = state.withdrawals.open.get(m.withdrawal);
  return withdrawal === undefined || withdrawal.isInstructed ? 220 : ACCEPTED;
}

/** The check of the request again; it runs before the release is recorded. */
export function recheckRelease(
  context: DecisionContext,
  m: MessageNamed<'WithdrawalReleased'>,
): number {
  const { state } = context;
  const withdrawal = state.withdrawals.open.get(m.withdrawal);
  if (withdrawal === undefined) return 220;
  const { account, currency, amountMinor } = withdrawal;
  const { balances } = state;
  const others = minus(balances.reserved(account, currency), amountMinor);
  const unreserved = minus(balances.balance(account, currency), others);
  const reason = checkWithdrawable(context, withdrawal, unreserved, ZERO);
  if (reason !== ACCEPTED) return reason;
  const { house } = state;
  const atBank = house.get(currency, L.nostro) - house.get(currency, L.payable);
  return amountMinor > atBank ? 212 : ACCEPTED;
}

export function checkPayment(
  state: HouseState,
  m: MessageNamed<'PaymentConfirmed'> | MessageNamed<'PaymentFailed'>,
): number {
  return state.withdrawals.open.get(m.withdrawal)?.isInstructed === true ? ACCEPTED : 221;
}

export function checkFund(state: HouseState, m: MessageNamed<'FundContributed'>): number {
  if (!state.pools.has(m.pool)) return 230;
  if (m.amountMinor < 1) return 206;
  if (m.layer === DEFAULT_FUND) {
    if (!state.members.has(m.member)) return 231;
    const fundPool = state.members.get(m.member, M.fundPool);
    if (fundPool !== 0 && fundPool !== m.pool) return 233;
  } else if (m.member !== 0) {
    return 232;
  }
  const currency = state.pools.get(m.pool, POOL.baseCurrency);
  const largest = Math.max(state.house.get(currency, L.nostro), state.house.get(currency, L.funds));
  return largest + m.amountMinor > STORE_LIMIT ? 113 : ACCEPTED;
}
