import type { MessageNamed } from '#libs/events';
import { type Decimal, decimal, LIMIT, ppmUp, ZERO } from './decimal-arithmetic.js';
import { textOf } from './enumerations.js';
import { figuresOf, holdingsOf } from './margin-figures.js';
import {
  balanceOf,
  balancesTotal,
  credit,
  fundsTotal,
  reserve,
  reservedOf,
  rowOf,
  type TwinState,
  type TwinWithdrawal,
} from './twin-state.js';

interface Movement {
  readonly account: number;
  readonly currency: number;
  readonly amountMinor: number;
}

/** Conditions 201 to 206 and 113 of docs/rules.md 5. */
export function checkMovement(state: TwinState, m: Movement): number {
  const account = state.accounts.get(m.account);
  if (account === undefined) return 201;
  if (account.kind === 'gross-client') return 202;
  if (account.isClosed) return 203;
  const currency = state.currencies.get(m.currency);
  if (currency === undefined) return 204;
  if (currency.priceMicros === undefined) return 205;
  if (m.amountMinor < 1) return 206;
  const sums = [
    balanceOf(state, m.account, m.currency),
    rowOf(state.ledgers, m.currency).nostro,
    balancesTotal(state, m.currency),
  ];
  return sums.some((sum) => sum.add(m.amountMinor).gt(LIMIT)) ? 113 : 0;
}

export function deposit(state: TwinState, m: Movement): void {
  const amount = decimal(m.amountMinor);
  credit(state, m.account, m.currency, amount);
  moveNostro(state, m.currency, amount);
}

function moveNostro(state: TwinState, currency: number, amount: Decimal): void {
  const ledger = rowOf(state.ledgers, currency);
  ledger.nostro = ledger.nostro.add(amount);
}

function movePayable(state: TwinState, currency: number, amount: Decimal): void {
  const ledger = rowOf(state.ledgers, currency);
  ledger.payable = ledger.payable.add(amount);
}

/** The reason to refuse a request, or 0. */
export function checkWithdrawal(state: TwinState, m: Movement): number {
  const reason = checkMovement(state, m);
  if (reason !== 0) return reason;
  const amount = decimal(m.amountMinor);
  const standing = checkStanding(state, m.account, m.currency, amount, amount);
  if (standing !== 0) return standing;
  const { nostro, payable } = rowOf(state.ledgers, m.currency);
  return amount.gt(nostro.sub(payable)) ? 212 : 0;
}

/** Conditions 207 to 211 and 620; `toReserve` is what of the amount is not reserved yet. */
function checkStanding(
  state: TwinState,
  account: number,
  currency: number,
  amount: Decimal,
  toReserve: Decimal,
): number {
  const { state: unitState, pool } = rowOf(state.accounts, account);
  if (unitState !== 'healthy' && unitState !== 'warned') return 207;
  const holdings = holdingsOf(state, account);
  holdings.cash.set(currency, (holdings.cash.get(currency) ?? ZERO).sub(toReserve));
  const figures = figuresOf(state, account, holdings);
  if (figures === undefined) return 119;
  if (figures.isGated) return 208;
  if (!rowOf(state.pools, pool).uncovered.isZero()) return 209;
  const reservedByOthers = reservedOf(state, account, currency).add(toReserve).sub(amount);
  if (amount.gt(balanceOf(state, account, currency).sub(reservedByOthers))) return 210;
  if (figures.excess.lt(ZERO)) return 211;
  const { releasePpm } = figures.rulebook;
  return figures.equity.lt(ppmUp(figures.maintenance, releasePpm)) && releasePpm > 0 ? 620 : 0;
}

export function requestWithdrawal(state: TwinState, m: Movement, sequence: number): void {
  const { account, currency, amountMinor } = m;
  const amount = decimal(amountMinor);
  state.withdrawals.set(sequence, { account, currency, amount, isInstructed: false });
  reserve(state, account, currency, amount);
}

export function checkRelease(state: TwinState, id: number): number {
  const withdrawal = state.withdrawals.get(id);
  return withdrawal === undefined || withdrawal.isInstructed ? 220 : 0;
}

/** Releases a withdrawal, or gives its reservation back; returns why, or 0. */
export function release(state: TwinState, id: number): number {
  const withdrawal = rowOf(state.withdrawals, id);
  const { account, currency, amount } = withdrawal;
  const { nostro, payable } = rowOf(state.ledgers, currency);
  const isAtBank = amount.lte(nostro.sub(payable));
  const reason = checkStanding(state, account, currency, amount, ZERO) || (isAtBank ? 0 : 212);
  reserve(state, account, currency, amount.neg());
  if (reason !== 0) {
    state.withdrawals.delete(id);
    return reason;
  }
  withdrawal.isInstructed = true;
  credit(state, account, currency, amount.neg());
  movePayable(state, currency, amount);
  return 0;
}

export function checkPayment(state: TwinState, id: number): number {
  return state.withdrawals.get(id)?.isInstructed === true ? 0 : 221;
}

/** The bank answered: paid, or not, in which case the balance grows again. */
export function endPayment(state: TwinState, id: number, isPaid: boolean): TwinWithdrawal {
  const withdrawal = rowOf(state.withdrawals, id);
  const { account, currency, amount } = withdrawal;
  movePayable(state, currency, amount.neg());
  if (isPaid) moveNostro(state, currency, amount.neg());
  else credit(state, account, currency, amount);
  state.withdrawals.delete(id);
  return withdrawal;
}

type Contribution = MessageNamed<'FundContributed'>;

export function checkContribution(state: TwinState, m: Contribution): number {
  const pool = state.pools.get(m.pool);
  if (pool === undefined) return 230;
  if (m.amountMinor < 1) return 206;
  if (textOf('layers', m.layer) === 'default-fund') {
    const member = state.members.get(m.member);
    if (member === undefined) return 231;
    if (member.fundPool !== 0 && member.fundPool !== m.pool) return 233;
  } else if (m.member !== 0) {
    return 232;
  }
  const sums = [rowOf(state.ledgers, pool.base).nostro, fundsTotal(state, pool.base)];
  return sums.some((sum) => sum.add(m.amountMinor).gt(LIMIT)) ? 113 : 0;
}

export function contribute(state: TwinState, m: Contribution): void {
  const pool = rowOf(state.pools, m.pool);
  const amount = decimal(m.amountMinor);
  switch (textOf('layers', m.layer)) {
    case 'liquidation-fund':
      pool.liquidationFund = pool.liquidationFund.add(amount);
      break;
    case 'own-capital':
      pool.ownCapital = pool.ownCapital.add(amount);
      break;
    case 'default-fund': {
      const member = rowOf(state.members, m.member);
      member.fundPool = m.pool;
      member.share = member.share.add(amount);
    }
  }
  moveNostro(state, pool.base, amount);
}
