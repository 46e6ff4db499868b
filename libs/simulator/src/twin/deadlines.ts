import { missCancellation } from './cancelling.js';
import { missMemberDeadline } from './defaulting.js';
import { indexOf, type TimerKind } from './enumerations.js';
import { indexDeadline, lookForPrice } from './index-rules.js';
import { judge, meetCall } from './judging.js';
import { openLiquidation } from './liquidation-opening.js';
import { changeMarket } from './market-rules.js';
import { figuresIn, figuresOf } from './margin-figures.js';
import { endFilledOrder } from './order-silence.js';
import { startMarginSweep } from './sweep-start.js';
import type { TwinContext } from './twin-context.js';
import { isWaiting, rowOf, type TwinState, unitOf } from './twin-state.js';

interface Timer {
  readonly deadline: number;
  readonly kind: TimerKind;
  readonly subject: number;
  readonly reference: number;
}

/** Every deadline there is, from the rows (docs/rules.md 9). */
function timersOf(state: TwinState): Timer[] {
  const timers: Timer[] = [];
  const push = (kind: TimerKind, deadline: number, subject: number, reference = 0): void => {
    timers.push({ deadline, kind, subject, reference });
  };
  for (const [id, account] of state.accounts) {
    if (account.state === 'called') push('margin-call', account.callDeadline, id, account.call);
  }
  for (const [id, { account, deadline }] of state.orders) {
    if (deadline !== 0) push('order-timeout', deadline, account, id);
  }
  for (const [id, { account, deadline }] of state.cancellations) {
    if (deadline !== 0) push('order-timeout', deadline, account, id);
  }
  for (const [id, member] of state.members) {
    const isOwing = member.state === 'called' || member.state === 'late';
    if (isOwing) push('member-call', member.deadline, id);
  }
  for (const [id, instrument] of state.instruments) {
    const { market, mark, staleAfterUs, pricedAt, expiresAt } = instrument;
    const canTurnStale = market === 'open' && mark !== undefined;
    const index = state.indices.get(id);
    if (canTurnStale && index !== undefined) push('stale-price', indexDeadline(index), id);
    else if (canTurnStale && staleAfterUs > 0) push('stale-price', pricedAt + staleAfterUs, id);
    const canExpire = expiresAt !== 0 && market !== 'settling' && market !== 'expired';
    if (canExpire) push('expiry', expiresAt, id);
  }
  for (const [id, { pending }] of state.pools) {
    for (const book of pending) push('rulebook', book.effectiveAt, id, book.rulebookVersion);
  }
  return timers;
}

function inFiringOrder(a: Timer, b: Timer): number {
  return (
    a.deadline - b.deadline ||
    indexOf('timerKinds', a.kind) - indexOf('timerKinds', b.kind) ||
    a.subject - b.subject ||
    a.reference - b.reference
  );
}

/** Deadline of the next timer; Infinity when there is none. */
export function nextDeadline(state: TwinState): number {
  return Math.min(Infinity, ...timersOf(state).map(({ deadline }) => deadline));
}

/** Fires what is due at the present log time, one after the other. */
export function fireDueTimers(twin: TwinContext): void {
  const { state } = twin;
  for (;;) {
    const [next] = timersOf(state).sort(inFiringOrder);
    if (next === undefined || next.deadline > state.timeUs) return;
    fire(twin, next);
  }
}

function fire(twin: TwinContext, { deadline, kind, subject, reference }: Timer): void {
  const { state } = twin;
  const timerKind = indexOf('timerKinds', kind);
  const body = { deadline, timerKind, subject, reference };
  const cause = twin.emit({ type: 'DeadlineReached', ...body }, state.sequence + 1);
  switch (kind) {
    case 'margin-call':
      endCall(twin, subject, reference, cause);
      return;
    case 'order-timeout':
      if (state.cancellations.has(reference)) {
        missCancellation(twin, reference, cause);
        return;
      }
      missOrder(twin, subject, reference, cause);
      return;
    case 'member-call':
      missMemberDeadline(twin, subject, cause);
      return;
    case 'stale-price':
      if (state.indices.has(subject)) lookForPrice(twin, subject, cause);
      else changeMarket(twin, subject, 'stale', cause);
      return;
    case 'expiry':
      changeMarket(twin, subject, 'settling', cause);
      return;
    case 'rulebook': {
      const pool = rowOf(state.pools, subject);
      pool.rulebook = pool.pending.shift();
      startMarginSweep(twin, cause);
    }
  }
}

function missOrder(twin: TwinContext, account: number, id: number, cause: number): void {
  const { state } = twin;
  const unit = unitOf(state, account);
  const closed = endFilledOrder(twin, id, cause);
  if (closed === 0) {
    Object.assign(rowOf(state.orders, id), { deadline: 0, isUnknown: true });
    twin.emit({ type: 'LiquidationOrderUnresolved', order: id, account }, cause);
    return;
  }
  if (!isWaiting(state, unit)) judge(twin, unit, 0, closed);
}

function endCall(twin: TwinContext, unit: number, call: number, cause: number): void {
  const { state } = twin;
  const figures = figuresOf(state, unit);
  if (figures === undefined) return;
  const account = rowOf(state.accounts, unit);
  if (figures.isGated) {
    const deadline = state.timeUs + figures.rulebook.callWindowUs;
    account.callDeadline = deadline;
    twin.emit({ type: 'MarginCallExtended', account: unit, call, deadline }, cause);
    return;
  }
  if (figures.equity.gte(figures.initial)) {
    meetCall(twin, unit, figures, cause);
    return;
  }
  const missed = twin.emit(
    { type: 'MarginCallMissed', account: unit, call, ...figuresIn(figures) },
    cause,
  );
  openLiquidation(twin, unit, account.breach, figures, missed);
}

/** An accepted time jump: deadlines move by the gap, every open market with a mark turns stale. */
export function jumpTime(state: TwinState, resumeAt: number): void {
  const gap = resumeAt - state.timeUs;
  for (const account of state.accounts.values()) {
    if (account.state === 'called') account.callDeadline += gap;
  }
  for (const order of [...state.orders.values(), ...state.cancellations.values()]) {
    if (order.deadline !== 0) order.deadline += gap;
  }
  for (const member of state.members.values()) {
    if (member.state === 'called' || member.state === 'late') member.deadline += gap;
  }
  for (const instrument of state.instruments.values()) {
    const isOpen = instrument.market === 'open' && instrument.mark !== undefined;
    if (isOpen) instrument.market = 'stale';
  }
  state.timeUs = resumeAt;
}
