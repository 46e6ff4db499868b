import { type Decimal, whole, ZERO } from './decimal-arithmetic.js';
import { indexOf } from './enumerations.js';
import { judge, judgeSeveral } from './judging.js';
import { startMarginSweep } from './sweep-start.js';
import { settleInSweep } from './trading.js';
import type { TwinContext } from './twin-context.js';
import {
  isEmpty,
  positionOf,
  rowOf,
  type TwinState,
  type TwinSweep,
  unitOf,
} from './twin-state.js';

const SLICE_ACCOUNTS = 256;
const SLICE_BREACHES = 32;

/** One slice of the oldest sweep (docs/rules.md 7 and 9); false when none is running. */
export function continueOldestSweep(twin: TwinContext): boolean {
  const [sweep] = twin.state.sweeps;
  if (sweep === undefined) return false;
  if (sweep.kind === 'breach') drainBreaches(twin, sweep);
  else if (sweep.kind === 'margin') judgeSlice(twin, sweep);
  else settleSlice(twin, sweep);
  return true;
}

interface Slice {
  readonly from: number;
  readonly to: number;
  readonly isLast: boolean;
  readonly paid: Decimal;
  readonly collected: Decimal;
  readonly rounding: Decimal;
}

function emitSlice(twin: TwinContext, sweep: TwinSweep, slice: Slice): number {
  return twin.emit(
    {
      type: 'SweepContinued',
      sweepKind: indexOf('sweepKinds', sweep.kind),
      instrument: sweep.instrument,
      from: slice.from,
      to: slice.to,
      last: slice.isLast ? 1 : 0,
      paidMinor: whole(slice.paid),
      collectedMinor: whole(slice.collected),
      roundingMinor: whole(slice.rounding),
    },
    twin.state.sequence + 1,
  );
}

/** Moves the cursor of the oldest sweep; a finished sweep is no longer running. */
function nextRange(
  state: TwinState,
  sweep: TwinSweep,
): { from: number; to: number; isLast: boolean } {
  const isBreach = sweep.kind === 'breach';
  const end = isBreach ? sweep.count : sweep.count + 1;
  const from = sweep.cursor;
  const to = Math.min(end, from + (isBreach ? SLICE_BREACHES : SLICE_ACCOUNTS));
  sweep.cursor = to;
  return { from, to, isLast: to === end };
}

const NO_CASH = { paid: ZERO, collected: ZERO, rounding: ZERO };

function drainBreaches(twin: TwinContext, sweep: TwinSweep): void {
  const { state } = twin;
  const range = nextRange(state, sweep);
  if (range.isLast) state.sweeps.shift();
  const units = sweep.queue.slice(range.from, range.to);
  for (const unit of units) rowOf(state.accounts, unit).isQueued = false;
  const cause = emitSlice(twin, sweep, { ...range, ...NO_CASH });
  for (const [place, unit] of units.entries()) judge(twin, unit, range.from + place, cause);
  if (range.isLast) startMarginSweep(twin, cause);
}

function judgeSlice(twin: TwinContext, sweep: TwinSweep): void {
  const { state } = twin;
  const range = nextRange(state, sweep);
  if (range.isLast) state.sweeps.shift();
  const units: number[] = [];
  for (let id = range.from; id < range.to; id++) if (unitOf(state, id) === id) units.push(id);
  const cause = emitSlice(twin, sweep, { ...range, ...NO_CASH });
  judgeSeveral(twin, units, cause);
}

function settleSlice(twin: TwinContext, sweep: TwinSweep): void {
  const { state } = twin;
  const { instrument: id } = sweep;
  const range = nextRange(state, sweep);
  const units = new Set<number>();
  let paid = ZERO;
  let collected = ZERO;
  for (let account = range.from; account < range.to; account++) {
    if (!isEmpty(positionOf(state, account, id))) units.add(unitOf(state, account));
    const cash = settleInSweep(state, account, id);
    if (cash.gt(ZERO)) collected = collected.add(cash);
    else paid = paid.sub(cash);
  }
  const rounding = range.isLast ? sweep.suspense : ZERO;
  if (range.isLast) finish(state, sweep);
  const cause = emitSlice(twin, sweep, { ...range, paid, collected, rounding });
  if (range.isLast && sweep.kind === 'expiry') {
    rowOf(state.instruments, id).market = 'expired';
    const marketState = indexOf('marketStates', 'expired');
    twin.emit({ type: 'MarketStateChanged', instrument: id, marketState }, cause);
  }
  judgeSeveral(twin, units, cause);
}

/** What the sweep left in suspense is rounding. */
function finish(state: TwinState, sweep: TwinSweep): void {
  state.sweeps.shift();
  const ledger = rowOf(state.ledgers, rowOf(state.instruments, sweep.instrument).currency);
  ledger.suspense = ledger.suspense.sub(sweep.suspense);
  ledger.rounding = ledger.rounding.add(sweep.suspense);
}
