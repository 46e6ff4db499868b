import { type AmountMinor, invariant, minus, plus, ZERO } from '#libs/units';
import { A, P, type Sweep, SWEEP } from '#libs/clearing';
import { EXPIRED, I } from '#libs/market';
import { sweepEffect } from '../apply/sweep-effect.js';
import type { HouseState } from '../state/house-state.js';
import type { DecisionContext } from './context.js';
import { continueDeleveraging } from './deleveraging.js';
import { beforeExpiry, noteLostHedges } from './hedge-loss.js';
import { BREACHES_AT_ONCE } from './judgement.js';
import { isUnit, startMarginSweep } from './market.js';

/** Accounts in one slice of a sweep. */
export const SLICE_ACCOUNTS = 256;

/** Cash that one slice moves, and the units it touches. */
interface Slice {
  paidMinor: AmountMinor;
  collectedMinor: AmountMinor;
  readonly units: number[];
}

/**
 * Continues the oldest running sweep by one slice: records it, then judges what it touched. Its own
 * cause. After the sweeps come the deleveragings. Returns false when nothing is running.
 */
export function continueSweep(context: DecisionContext, nextSequence: number): boolean {
  const { state } = context;
  const sweep = state.sweeps.running[0];
  if (sweep === undefined) return continueDeleveraging(context, nextSequence);
  const isBreach = sweep.kind === SWEEP.breach;
  const end = isBreach ? sweep.count : sweep.count + 1;
  const size = isBreach ? BREACHES_AT_ONCE : SLICE_ACCOUNTS;
  const from = sweep.cursor;
  const to = Math.min(end, from + size);
  const isLast = to === end;
  invariant(from < to, 'a slice of a sweep moves on');
  const slice = sliceOf(context, sweep, from, to);
  const cash = minus(slice.collectedMinor, slice.paidMinor);
  const suspense: AmountMinor =
    sweep.instrument === 0 ? ZERO : state.instruments.get(sweep.instrument, I.sweepSuspenseMinor);
  const queued = isBreach ? state.breachQueue.accounts.slice(from, to) : [];
  const { kind: sweepKind, instrument } = sweep;
  const losses = beforeExpiry(context, sweepKind, slice.units);
  const cause = context.emit(
    {
      type: 'SweepContinued',
      sweepKind,
      instrument,
      from,
      to,
      last: isLast ? 1 : 0,
      paidMinor: slice.paidMinor,
      collectedMinor: slice.collectedMinor,
      roundingMinor: isLast ? minus(suspense, cash) : ZERO,
    },
    nextSequence,
  );
  invariant(isLast !== state.sweeps.running.includes(sweep), 'a sweep runs until its last slice');
  for (const [place, unit] of queued.entries()) context.judgement.judge(unit, from + place, cause);
  if (sweepKind === SWEEP.expiry && isLast) {
    context.emit({ type: 'MarketStateChanged', instrument, marketState: EXPIRED }, cause);
  }
  if (instrument !== 0) {
    for (const unit of slice.units) context.judgement.bands.release(unit);
  }
  noteLostHedges(context, losses, instrument, cause);
  context.judgement.judgeMany(slice.units, cause);
  if (isBreach && isLast) startMarginSweep(context, cause);
  return true;
}

function sliceOf(context: DecisionContext, sweep: Sweep, from: number, to: number): Slice {
  const { state } = context;
  const { bands } = context.judgement;
  const slice: Slice = { paidMinor: ZERO, collectedMinor: ZERO, units: [] };
  if (sweep.kind === SWEEP.breach) return slice;
  if (sweep.kind === SWEEP.margin) {
    for (let account = from; account < to; account++) {
      if (isUnit(state, account) && !bands.isInside(account)) slice.units.push(account);
    }
    return slice;
  }
  addPositions(state, sweep.instrument, from, to, slice);
  return slice;
}

function addPositions(
  state: HouseState,
  instrument: number,
  from: number,
  to: number,
  slice: Slice,
): void {
  const { positions, instruments, accounts } = state;
  const ordinal = instruments.get(instrument, I.sweepOrdinal);
  const units = new Set<number>();
  for (let account = from; account < to; account++) {
    const row = positions.find(account, instrument);
    if (row === 0) continue;
    if (positions.isEmpty(row)) continue;
    const parent = accounts.get(account, A.parent);
    units.add(parent === 0 ? account : parent);
    if (positions.get(row, P.sweepOrdinal) >= ordinal) continue;
    const { cashMinor } = sweepEffect(state, row);
    if (cashMinor > 0) slice.collectedMinor = plus(slice.collectedMinor, cashMinor);
    else slice.paidMinor = minus(slice.paidMinor, cashMinor);
  }
  slice.units.push(...units);
}
