import type { HouseState } from './state/house-state.js';

/** Units whose rows are touched together: their lines still stand in the nearest cache when used. */
export const UNITS_AT_ONCE = 32;
/** Keeps the reads from being optimised away. */
const kept = new Int32Array(1);

/**
 * Touches the rows that judging `units[from..to)` will read, so that their cache misses overlap instead
 * of following one another. Changes nothing. Clients of an omnibus account are not looked up.
 */
export function touchUnits(state: HouseState, units: Int32Array, from: number, to: number): void {
  const { accounts, positions, balances } = state;
  const { data, stride } = accounts;
  let sum = 0;
  for (let k = from; k < to; k++) {
    const unit = units[k] ?? 0;
    sum += data[unit * stride] ?? 0;
    sum += positions.first(unit);
    sum += balances.touch(unit);
  }
  const rows = positions.data;
  for (let k = from; k < to; k++) {
    const first = positions.first(units[k] ?? 0) * positions.stride;
    sum += rows[first] ?? 0;
  }
  kept[0] = sum;
}
