import {
  type AmountMinor,
  greater,
  invariant,
  type Lots,
  minus,
  plus,
  type Unit,
  ZERO,
} from '#libs/units';
import { L, P } from '#libs/clearing';
import { type Column, I } from '#libs/market';
import type { HouseState } from '../state/house-state.js';
import { sweepEffect } from './sweep-effect.js';

/**
 * Adds one leg of a trade (or takes it back) to a position; a position that a running sweep has not
 * reached is settled first. Keeps the instrument's running sums in step, leg by leg, so that a
 * missing leg shows.
 */
export function applyLeg(
  state: HouseState,
  account: number,
  instrument: number,
  lots: Lots,
  costMinor: AmountMinor,
): void {
  const { positions, instruments } = state;
  const row = positions.open(account, instrument, instruments.get(instrument, I.sweepOrdinal));
  if (instruments.get(instrument, I.sweepRunning) !== 0) reachPosition(state, account, row);
  const before = positions.get(row, P.lots);
  const after = plus(before, lots);
  const most = instruments.get(instrument, I.maxLots);
  invariant(Math.abs(after) <= most, 'a position stays within its limit');
  positions.set(row, P.lots, after);
  positions.set(row, P.costMinor, plus(positions.get(row, P.costMinor), costMinor));
  const i = instrument * instruments.stride;
  const sums = instruments.data;
  sums[i + I.netLots] = (sums[i + I.netLots] ?? 0) + lots;
  sums[i + I.netCostMinor] = (sums[i + I.netCostMinor] ?? 0) + costMinor;
  sums[i + I.openInterestLots] =
    (sums[i + I.openInterestLots] ?? 0) + Math.max(0, after) - Math.max(0, before);
}

/** Settles a position in the running sweep of its instrument, once. */
export function reachPosition(state: HouseState, account: number, row: number): void {
  const { positions, instruments, balances, house, accounts } = state;
  const instrument = positions.get(row, P.instrument);
  const ordinal = instruments.get(instrument, I.sweepOrdinal);
  if (positions.get(row, P.sweepOrdinal) >= ordinal) return;
  invariant(
    positions.get(row, P.sweepOrdinal) === ordinal - 1 || positions.isEmpty(row),
    'no sweep passes a position by',
  );
  const effect = sweepEffect(state, row);
  positions.set(row, P.sweepOrdinal, ordinal);
  if (effect.cashMinor !== 0) {
    const currency = instruments.get(instrument, I.currency);
    balances.credit(accounts.unitOf(account), currency, effect.cashMinor);
    house.take(currency, L.suspense, effect.cashMinor);
    const suspense = minus(instruments.get(instrument, I.sweepSuspenseMinor), effect.cashMinor);
    instruments.set(instrument, I.sweepSuspenseMinor, suspense);
  }
  const costBefore = positions.get(row, P.costMinor);
  const lotsBefore = positions.get(row, P.lots);
  positions.set(row, P.costMinor, effect.costMinor);
  positions.set(row, P.lots, effect.lots);
  const add = <U extends Unit>(column: Column<U>, amount: U): void => {
    if (amount !== 0)
      instruments.set(instrument, column, plus(instruments.get(instrument, column), amount));
  };
  add(I.netCostMinor, minus(effect.costMinor, costBefore));
  add(I.houseCostMinor, minus(costBefore, effect.costMinor));
  add(I.netLots, minus(effect.lots, lotsBefore));
  add(I.openInterestLots, minus(longOf(effect.lots), longOf(lotsBefore)));
}

/** What a position adds to the open interest: its lots when it is long. */
function longOf(lots: Lots): Lots {
  return greater<Lots>(ZERO, lots);
}
