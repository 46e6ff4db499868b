import { invariant } from '#libs/units';
import { A, M, MEMBER, SAGA } from '#libs/clearing';
import { ORDER } from '#libs/default-management';
import { HALTED, I, SETTLING, STALE } from '#libs/market';
import { armStale, epochDeadlineUs, staleDeadlineUs } from '../apply/deadlines.js';
import type { HouseState } from '../state/house-state.js';
import { TIMER, type Timer } from '../state/timers.js';
import { isWaiting } from './account-standing.js';
import { cancellationTimeout } from './cancellation.js';
import type { DecisionContext } from './context.js';
import { memberDeadline } from './default.js';
import { liquidate } from './liquidation.js';
import { startMarginSweep, unitsHolding } from './market.js';
import { determineIndex } from './market-index.js';
import { endFilledOrder } from './orders.js';
import { openEpoch } from './valuation-epoch.js';

/** Fires one timer that still applies: records it, then what it causes (docs/rules.md 9). */
export function fireTimer(context: DecisionContext, timer: Timer, nextSequence: number): void {
  const { deadline, kind: timerKind, subject, reference } = timer;
  invariant(deadline <= context.state.clock.timeUs, 'no timer fires before its time');
  if (timerKind === TIMER.valuation) {
    endEpoch(context, nextSequence);
    return;
  }
  if (timerKind > TIMER.valuation) {
    fireExecution(context, timer, nextSequence);
    return;
  }
  const cause = context.emit(
    { type: 'DeadlineReached', deadline, timerKind, subject, reference },
    nextSequence,
  );
  switch (timerKind) {
    case TIMER.marginCall:
      callDeadline(context, subject, reference, cause);
      return;
    case TIMER.orderTimeout:
      orderDeadline(context, subject, reference, cause);
      return;
    case TIMER.memberCall:
      memberDeadline(context, subject, cause);
      return;
    case TIMER.stalePrice:
      if (context.state.indices.of(subject) !== undefined) determineIndex(context, subject, cause);
      else setMarket(context, subject, STALE, cause);
      return;
    case TIMER.expiry:
      setMarket(context, subject, SETTLING, cause);
      return;
    default:
      startMarginSweep(context, openEpoch(context, cause) || cause);
  }
}

/** A timer of the execution terms: what it says is an event of its own, and its own cause. */
function fireExecution(context: DecisionContext, { kind, subject }: Timer, next: number): void {
  const { state, judgement } = context;
  if (kind === TIMER.halt) {
    const markTicks = state.instruments.get(subject, I.markTicks);
    const resumed = context.emit({ type: 'MarketResumed', instrument: subject, markTicks }, next);
    judgement.judgeMany(unitsHolding(state, subject), resumed);
  } else if (kind === TIMER.tranche) {
    const body = { account: subject, breach: state.accounts.get(subject, A.breach) };
    judgement.judge(subject, 0, context.emit({ type: 'LiquidationResumed', ...body }, next));
  } else {
    judgement.evaluation.evaluate(subject);
    const body = { account: subject, ...judgement.figures() };
    judgement.judge(subject, 0, context.emit({ type: 'HedgeGraceEnded', ...body }, next));
  }
}

/** The valuation epoch has lasted its time: the next one is its own cause. */
function endEpoch(context: DecisionContext, nextSequence: number): void {
  const opened = openEpoch(context, nextSequence);
  invariant(opened === nextSequence, 'an epoch that ends by time is followed by the next');
  startMarginSweep(context, opened);
}

/** A venue did not answer in time: an order, or a cancellation, which share their ids. */
function orderDeadline(
  context: DecisionContext,
  account: number,
  order: number,
  cause: number,
): void {
  if (context.state.cancellations.open.has(order)) {
    cancellationTimeout(context, order, cause);
    return;
  }
  const closed = endFilledOrder(context, order, cause);
  if (closed === 0) {
    context.emit({ type: 'LiquidationOrderUnresolved', order, account }, cause);
    return;
  }
  const unit = context.state.accounts.unitOf(account);
  if (!isWaiting(context.state, unit)) context.judgement.judge(unit, 0, closed);
}

function setMarket(
  context: DecisionContext,
  instrument: number,
  marketState: number,
  cause: number,
): void {
  context.emit({ type: 'MarketStateChanged', instrument, marketState }, cause);
}

/** A call ends: extended while a market is not open, met, or missed and liquidated. */
function callDeadline(
  context: DecisionContext,
  account: number,
  call: number,
  cause: number,
): void {
  const { state, judgement } = context;
  const { evaluation } = judgement;
  if (!evaluation.evaluate(account)) return;
  const { rulebook } = evaluation;
  if (evaluation.figures.gated) {
    const deadline = state.clock.timeUs + (rulebook?.source.callWindowUs ?? 0);
    context.emit({ type: 'MarginCallExtended', account, call, deadline }, cause);
    return;
  }
  const figures = judgement.figures();
  if (figures.equityMinor >= figures.initialMinor) {
    context.emit({ type: 'MarginCallMet', account, call, ...figures }, cause);
    return;
  }
  const breach = state.accounts.get(account, A.breach);
  const missed = context.emit({ type: 'MarginCallMissed', account, call, ...figures }, cause);
  const opened = context.emit({ type: 'LiquidationOpened', account, breach, ...figures }, missed);
  liquidate(context, account, opened);
}

/** Whether a popped timer still stands in the rows; a stale-price timer may have to wait longer. */
export function isDue(state: HouseState, timer: Timer): boolean {
  const { accounts, orders, members, rulebooks } = state;
  const { deadline, kind, subject, reference } = timer;
  switch (kind) {
    case TIMER.marginCall:
      return (
        accounts.get(subject, A.sagaState) === SAGA.called &&
        accounts.get(subject, A.call) === reference &&
        accounts.get(subject, A.callDeadlineAt) === deadline
      );
    case TIMER.orderTimeout: {
      const cancellation = state.cancellations.open.get(reference);
      if (cancellation !== undefined) return cancellation.deadlineAt === deadline;
      const order = orders.open.get(reference);
      return order?.deadlineAt === deadline && order.state !== ORDER.unknown;
    }
    case TIMER.memberCall: {
      const saga = members.get(subject, M.sagaState);
      const isOpen = saga === MEMBER.called || saga === MEMBER.late;
      return isOpen && members.get(subject, M.callDeadlineAt) === deadline;
    }
    case TIMER.stalePrice:
      return isStale(state, subject, deadline);
    case TIMER.expiry:
      return state.instruments.get(subject, I.marketState) < SETTLING;
    case TIMER.tranche:
      return state.paces.of(subject).deferredUntil === deadline;
    case TIMER.halt:
      return (
        state.breakers.of(subject)?.resumeAt === deadline &&
        state.instruments.get(subject, I.marketState) === HALTED
      );
    case TIMER.hedgeGrace:
      return state.hedgeGraces.untilOf(subject) === deadline;
    case TIMER.valuation:
      return state.valuation.number === reference && epochDeadlineUs(state) === deadline;
    default:
      return rulebooks
        .pending(subject)
        .some(
          ({ source }) => source.rulebookVersion === reference && source.effectiveAt === deadline,
        );
  }
}

/** The one timer of an instrument came up: true, or armed again when a fresher price came since. */
function isStale(state: HouseState, instrument: number, deadline: number): boolean {
  if (state.staleArmed.get(instrument) !== deadline) return false;
  state.staleArmed.delete(instrument);
  if (staleDeadlineUs(state, instrument) === deadline) return true;
  armStale(state, instrument);
  return false;
}
