import { type AmountMinor, invariant, lesser, minus, negated, plus, ZERO } from '#libs/units';
import { A, M, MEMBER, POOL, SAGA } from '#libs/clearing';
import { coverShortfall, type Layer, PAYER } from '#libs/default-management';
import { isWaiting } from './account-standing.js';
import type { DecisionContext } from './context.js';

/** Nothing left to reduce and equity below zero: the member pays, or the ladder (docs/rules.md 10). */
export function defaultAccount(context: DecisionContext, unit: number, cause: number): void {
  const { state, judgement } = context;
  const shortfallMinor = negated(judgement.evaluation.figures.equityMinor);
  const breach = state.accounts.get(unit, A.breach);
  invariant(shortfallMinor > 0, 'an account defaults with a shortfall');
  invariant(judgement.evaluation.openPositions === 0, 'nothing is left to reduce');
  const rulebook = judgement.evaluation.rulebook;
  const defaulted = context.emit(
    { type: 'AccountDefaulted', account: unit, breach, shortfallMinor },
    cause,
  );
  const member = state.accounts.get(unit, A.member);
  if (member === 0 || state.members.get(member, M.sagaState) === MEMBER.closedOut) {
    goDownLadder(context, unit, shortfallMinor, defaulted);
    return;
  }
  if (payFromHouse(context, member, unit, shortfallMinor, defaulted)) return;
  // A member that is called already keeps its deadline: the timer that runs is the first one's.
  const isCurrent = state.members.get(member, M.sagaState) === MEMBER.current;
  const deadline = isCurrent
    ? state.clock.timeUs + (rulebook?.source.memberCallWindowUs ?? 0)
    : state.members.get(member, M.callDeadlineAt);
  context.emit(
    { type: 'MemberCalled', member, account: unit, amountMinor: shortfallMinor, deadline },
    defaulted,
  );
}

/** Pays an obligation out of the member's house account when it is sound and can; in full or not. */
function payFromHouse(
  context: DecisionContext,
  member: number,
  account: number,
  amountMinor: AmountMinor,
  cause: number,
): boolean {
  const { state, judgement } = context;
  invariant(amountMinor > 0, 'a house account is asked for something');
  const house = state.members.get(member, M.houseAccount);
  const samePool = state.accounts.get(house, A.pool) === state.accounts.get(account, A.pool);
  if (house === 0 || house === account || !samePool || !isSound(context, house)) return false;
  const { evaluation } = judgement;
  if (!evaluation.evaluate(house) || evaluation.figures.gated) return false;
  if (Math.min(freeCash(context, house), evaluation.excessMinor) < amountMinor) return false;
  const paid = context.emit({ type: 'MemberPaid', member, account, amountMinor }, cause);
  context.emit({ type: 'AccountClosedOut', account }, paid);
  return true;
}

/** Unreserved balance of an account in the base currency of its pool. */
function freeCash({ state }: DecisionContext, account: number): AmountMinor {
  const base = state.pools.get(state.accounts.get(account, A.pool), POOL.baseCurrency);
  return minus(state.balances.balance(account, base), state.balances.reserved(account, base));
}

/** What a flat house account can give: cash it really owns, not what a loss has yet to take. */
function ownMoney(context: DecisionContext, house: number): AmountMinor {
  const { evaluation } = context.judgement;
  if (!evaluation.evaluate(house)) return ZERO;
  return lesser(freeCash(context, house), evaluation.figures.equityMinor);
}

/** After a deposit to a house account: open obligations in order, until one cannot be paid. */
export function tryObligations(context: DecisionContext, house: number, cause: number): void {
  const { state, judgement } = context;
  const member = state.accounts.get(house, A.member);
  if (member === 0 || state.members.get(member, M.houseAccount) !== house) return;
  const saga = state.members.get(member, M.sagaState);
  if (saga !== MEMBER.called && saga !== MEMBER.late) return;
  for (const { account, amountMinor } of state.obligations.of(member)) {
    if (account === house) {
      if (!judgement.evaluation.evaluate(house)) return;
      if (judgement.evaluation.figures.equityMinor < 0) return;
      context.emit({ type: 'AccountClosedOut', account }, cause);
    } else if (!payFromHouse(context, member, account, amountMinor, cause)) {
      return;
    }
  }
}

/** A member's deadline passed. */
export function memberDeadline(context: DecisionContext, member: number, cause: number): void {
  const { state } = context;
  const obligations = state.obligations.of(member);
  const first = obligations[0];
  if (first === undefined) return;
  if (state.members.get(member, M.sagaState) === MEMBER.called) {
    const pool = state.accounts.get(first.account, A.pool);
    const window = state.rulebooks.inForce(pool)?.source.memberCallWindowUs ?? 0;
    context.emit({ type: 'MemberLate', member, deadline: state.clock.timeUs + window }, cause);
    return;
  }
  let obligationMinor: AmountMinor = ZERO;
  for (const { amountMinor } of obligations) obligationMinor = plus(obligationMinor, amountMinor);
  const defaulted = context.emit({ type: 'MemberDefaulted', member, obligationMinor }, cause);
  closeOutHouse(context, member, defaulted);
}

/** Opens the close-out of the house account, or goes on at once when there is nothing in it. */
function closeOutHouse(context: DecisionContext, member: number, cause: number): void {
  const { state, judgement } = context;
  const house = state.members.get(member, M.houseAccount);
  const saga = house === 0 ? SAGA.closedOut : state.accounts.get(house, A.sagaState);
  if (saga === SAGA.liquidating) {
    if (!isWaiting(state, house)) judgement.goOn(house, cause);
    return;
  }
  if (saga < SAGA.liquidating) {
    judgement.evaluation.evaluate(house);
    if (judgement.evaluation.openPositions > 0) {
      const figures = judgement.figures();
      const opened = context.emit(
        { type: 'LiquidationOpened', account: house, breach: cause, ...figures },
        cause,
      );
      judgement.goOn(house, opened);
      return;
    }
  }
  closeOutMember(context, member, cause);
}

/** The house account is flat: every obligation goes down the ladder, then the member is closed out. */
export function closeOutMember(context: DecisionContext, member: number, cause: number): void {
  const { state } = context;
  invariant(
    state.members.get(member, M.sagaState) === MEMBER.defaulted,
    'a member that is closed out is in default',
  );
  for (const { account, amountMinor } of state.obligations.of(member)) {
    goDownLadder(context, account, amountMinor, cause);
  }
  invariant(state.obligations.of(member).length === 0, 'no obligation is left behind');
  context.emit({ type: 'MemberClosedOut', member }, cause);
}

function goDownLadder(
  context: DecisionContext,
  account: number,
  shortfallMinor: AmountMinor,
  cause: number,
): void {
  const { state } = context;
  const member = state.accounts.get(account, A.member);
  const layers = ladderOf(context, account, member);
  for (const { payer, amountMinor } of coverShortfall(shortfallMinor, layers)) {
    const isMembers = payer === PAYER.houseAccount || payer === PAYER.defaultFund;
    context.emit(
      { type: 'ShortfallCovered', account, payer, member: isMembers ? member : 0, amountMinor },
      cause,
    );
  }
  context.emit({ type: 'AccountClosedOut', account }, cause);
}

/** The layers of the pool's ladder, first payer first. */
function ladderOf(context: DecisionContext, account: number, member: number): Layer[] {
  const { state } = context;
  const pool = state.accounts.get(account, A.pool);
  const fund = {
    payer: PAYER.liquidationFund,
    availableMinor: state.pools.get(pool, POOL.liquidationFundMinor),
  };
  if (member === 0) return [fund];
  const house = state.members.get(member, M.houseAccount);
  const isInPool = house !== 0 && state.accounts.get(house, A.pool) === pool;
  const paysFromHouse = isInPool && house !== account;
  const share: AmountMinor =
    state.members.get(member, M.fundPool) === pool
      ? state.members.get(member, M.fundShareMinor)
      : ZERO;
  return [
    { payer: PAYER.houseAccount, availableMinor: paysFromHouse ? ownMoney(context, house) : ZERO },
    { payer: PAYER.defaultFund, availableMinor: share },
    fund,
    { payer: PAYER.ownCapital, availableMinor: state.pools.get(pool, POOL.ownCapitalMinor) },
  ];
}

/** Whether a unit may still pay for others: healthy or warned. */
function isSound({ state }: DecisionContext, unit: number): boolean {
  const saga = state.accounts.get(unit, A.sagaState);
  return saga === SAGA.healthy || saga === SAGA.warned;
}
