import { invariant } from '#libs/units';
import { A, M, MEMBER, SAGA } from '#libs/clearing';
import { I, OPEN, SETTLING } from '#libs/market';
import type { HouseState } from '../state/house-state.js';
import { TIMER } from '../state/timers.js';

/**
 * When an open market's mark is too old, or the next price of its index is; 0: never, as it stands.
 */
export function staleDeadlineUs({ indices, instruments }: HouseState, instrument: number): number {
  const isOpen = instruments.get(instrument, I.marketState) === OPEN;
  if (!isOpen || instruments.get(instrument, I.markTicks) === 0) return 0;
  if (indices.of(instrument) !== undefined) return indices.deadlineUs(instrument);
  const after = instruments.get(instrument, I.staleAfterUs);
  return after === 0 ? 0 : instruments.get(instrument, I.pricedAt) + after;
}

/**
 * One stale-price timer an instrument is enough: when it comes up and the price is fresher, it is
 * pushed again at the true deadline. So a price event costs no heap operation. Only an index has a
 * deadline that may come nearer: then another timer is pushed, and the one before it counts no more.
 */
export function armStale(state: HouseState, instrument: number): void {
  const { instruments, staleArmed } = state;
  if (!state.timers.isActive) return;
  invariant(instruments.has(instrument), 'a listed market turns stale');
  const deadline = staleDeadlineUs(state, instrument);
  if (deadline === 0 || (staleArmed.get(instrument) ?? Infinity) <= deadline) return;
  staleArmed.set(instrument, deadline);
  state.timers.push({ deadline, kind: TIMER.stalePrice, subject: instrument, reference: 0 });
}

/** When the present valuation epoch ends at the latest; 0 when no pool is margined by one. */
export function epochDeadlineUs({ pools, rulebooks, valuation }: HouseState): number {
  let least = 0;
  for (let pool = 1; pool <= pools.count; pool++) {
    const book = rulebooks.inForce(pool);
    if (book?.scenario === undefined) continue;
    const [terms] = book.source.scenarioTerms;
    invariant(terms !== undefined && terms.epochUs >= 1, 'an epoch has an end');
    if (least === 0 || terms.epochUs < least) least = terms.epochUs;
  }
  return least === 0 ? 0 : valuation.openedAtUs + least;
}

/** One timer ends an epoch that no price has ended before. */
export function armEpoch(state: HouseState): void {
  const deadline = epochDeadlineUs(state);
  const { number } = state.valuation;
  if (deadline === 0 || number === 0) return;
  state.timers.push({ deadline, kind: TIMER.valuation, subject: 0, reference: number });
}

/** Makes the heap anew from the deadlines in the rows; after a restore or a time jump. */
export function rebuildTimers(state: HouseState): void {
  const { accounts, members, instruments, timers } = state;
  timers.clear();
  state.staleArmed.clear();
  for (let id = 1; id <= accounts.count; id++) {
    if (accounts.get(id, A.sagaState) === SAGA.called) pushCall(state, id);
  }
  for (const [id, order] of state.orders.open) {
    if (order.deadlineAt === 0) continue;
    timers.push({
      deadline: order.deadlineAt,
      kind: TIMER.orderTimeout,
      subject: order.account,
      reference: id,
    });
  }
  for (const [id, { account, deadlineAt }] of state.cancellations.open) {
    if (deadlineAt === 0) continue;
    const kind = TIMER.orderTimeout;
    timers.push({ deadline: deadlineAt, kind, subject: account, reference: id });
  }
  for (let id = 1; id <= members.count; id++) {
    const saga = members.get(id, M.sagaState);
    if (saga === MEMBER.called || saga === MEMBER.late) pushMemberCall(state, id);
  }
  for (let id = 1; id <= instruments.count; id++) {
    armStale(state, id);
    const expiresAt = instruments.get(id, I.expiresAt);
    if (expiresAt === 0 || instruments.get(id, I.marketState) >= SETTLING) continue;
    timers.push({ deadline: expiresAt, kind: TIMER.expiry, subject: id, reference: 0 });
  }
  armEpoch(state);
  for (const unit of state.paces.deferred()) pushTranche(state, unit);
  for (const id of state.breakers.halted()) pushHalt(state, id);
  for (const unit of state.hedgeGraces.units()) pushHedgeGrace(state, unit);
  for (let pool = 1; pool <= state.pools.count; pool++) {
    for (const { source } of state.rulebooks.pending(pool)) {
      timers.push({
        deadline: source.effectiveAt,
        kind: TIMER.rulebook,
        subject: pool,
        reference: source.rulebookVersion,
      });
    }
  }
}

export function pushCall(state: HouseState, account: number): void {
  invariant(state.accounts.get(account, A.call) !== 0, 'a call that runs has a number');
  state.timers.push({
    deadline: state.accounts.get(account, A.callDeadlineAt),
    kind: TIMER.marginCall,
    subject: account,
    reference: state.accounts.get(account, A.call),
  });
}

export function pushMemberCall(state: HouseState, member: number): void {
  invariant(state.members.get(member, M.callDeadlineAt) !== 0, 'a called member has a deadline');
  state.timers.push({
    deadline: state.members.get(member, M.callDeadlineAt),
    kind: TIMER.memberCall,
    subject: member,
    reference: 0,
  });
}

/** A deferred liquidation goes on at its time. */
export function pushTranche(state: HouseState, unit: number): void {
  const deadline = state.paces.of(unit).deferredUntil;
  state.timers.push({ deadline, kind: TIMER.tranche, subject: unit, reference: 0 });
}

/** A market that its breaker halted opens again. */
export function pushHalt(state: HouseState, instrument: number): void {
  const deadline = state.breakers.of(instrument)?.resumeAt ?? 0;
  state.timers.push({ deadline, kind: TIMER.halt, subject: instrument, reference: 0 });
}

/** The time given for a lost hedge ends. */
export function pushHedgeGrace(state: HouseState, unit: number): void {
  const deadline = state.hedgeGraces.untilOf(unit);
  state.timers.push({ deadline, kind: TIMER.hedgeGrace, subject: unit, reference: 0 });
}
