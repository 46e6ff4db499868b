/** 2^53: up to here every integer is a double of its own. The bound of every number in memory. */
export const SAFE_LIMIT = 9007199254740992;

/**
 * 2^52: the bound of every number that is stored (rows, events, ledgers). Half of SAFE_LIMIT, so
 * that the sum or difference of any two stored numbers is exact without a check.
 */
export const STORE_LIMIT = 4503599627370496;

/** Whether x is an integer with |x| <= 2^53. NaN and fractions are not. */
export function isSafe(x: number): boolean {
  return Math.abs(x) <= SAFE_LIMIT && Math.floor(x) === x;
}

/** Whether x may be stored: an integer with |x| <= 2^52. NaN and fractions are not. */
export function isStorable(x: number): boolean {
  return Math.abs(x) <= STORE_LIMIT && Math.floor(x) === x;
}
