import { L, P } from '#libs/clearing';
import { I } from '#libs/market';
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
  lots: number,
  costMinor: number,
): void {
  const { positions, instruments } = state;
  const row = positions.open(account, instrument, instruments.get(instrument, I.sweepOrdinal));
  if (instruments.get(instrument, I.sweepRunning) !== 0) reachPosition(state, account, row);
  const at = row * positions.stride;
  const data = positions.data;
  const before = data[at + P.lots] ?? 0;
  const after = before + lots;
  positions.set(row, P.lots, after);
  positions.set(row, P.costMinor, (data[at + P.costMinor] ?? 0) + costMinor);
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
  const effect = sweepEffect(state, row);
  positions.set(row, P.sweepOrdinal, ordinal);
  if (effect.cashMinor !== 0) {
    const currency = instruments.get(instrument, I.currency);
    balances.credit(accounts.unitOf(account), currency, effect.cashMinor);
    house.add(currency, L.suspense, -effect.cashMinor);
    const suspense = instruments.get(instrument, I.sweepSuspenseMinor) - effect.cashMinor;
    instruments.set(instrument, I.sweepSuspenseMinor, suspense);
  }
  const costBefore = positions.get(row, P.costMinor);
  const lotsBefore = positions.get(row, P.lots);
  positions.set(row, P.costMinor, effect.costMinor);
  positions.set(row, P.lots, effect.lots);
  const add = (column: number, amount: number): void => {
    if (amount !== 0)
      instruments.set(instrument, column, instruments.get(instrument, column) + amount);
  };
  add(I.netCostMinor, effect.costMinor - costBefore);
  add(I.houseCostMinor, costBefore - effect.costMinor);
  add(I.netLots, effect.lots - lotsBefore);
  add(I.openInterestLots, Math.max(0, effect.lots) - Math.max(0, lotsBefore));
}
