import { isSafe } from './bounds.js';
import { invariant } from './invariant.js';

const TWO_32 = 4294967296;
/** The upper half of 2^53. */
const HIGH_LIMIT = 2097152;

/**
 * Writes x as a little-endian two's complement int64 in 8 bytes at `at`.
 *
 * @throws InvariantViolation unless x is an integer with |x| <= 2^53; RangeError outside the view
 */
export function putInt64(view: DataView, at: number, x: number): void {
  invariant(isSafe(x), 'an int64 field holds an integer within 2^53');
  view.setUint32(at, x >>> 0, true);
  view.setInt32(at + 4, Math.floor(x / TWO_32), true);
}

/**
 * Reads the little-endian int64 in 8 bytes at `at`. The two halves are judged before they are
 * added, because 2^53 + 1 would round into the range.
 *
 * @throws InvariantViolation if it is beyond 2^53; RangeError outside the view
 */
export function getInt64(view: DataView, at: number): number {
  const low = view.getUint32(at, true);
  const high = view.getInt32(at + 4, true);
  invariant(
    high >= -HIGH_LIMIT && (high < HIGH_LIMIT || (high === HIGH_LIMIT && low === 0)),
    'an int64 field holds an integer within 2^53',
  );
  return high * TWO_32 + low;
}
