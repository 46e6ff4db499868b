import { L, POOL } from '#libs/clearing';
import { powerOfTen } from '#libs/market';
import { ArithmeticOverflow, isSafe, multiplyDivideFloor, STORE_LIMIT } from '#libs/units';
import type { HouseState } from '../state/house-state.js';

/**
 * Whether what the house holds of some currency would be worth more than 2^52 minor units of some
 * pool's base currency, were `currency` to have this price: no account could then be judged. The
 * amount of one movement may be added to what is held of `currency`.
 */
export function exceedsConversion(
  state: HouseState,
  currency: number,
  priceMicros: number,
  addedMinor = 0,
): boolean {
  const { currencies, pools, house } = state;
  const priceOf = (id: number): number =>
    id === currency ? priceMicros : currencies.priceMicros(id);
  for (let pool = 1; pool <= pools.count; pool++) {
    const base = pools.get(pool, POOL.baseCurrency);
    for (let id = 1; id <= currencies.count; id++) {
      if (id === base || (id !== currency && base !== currency)) continue;
      if (priceOf(id) === 0 || priceOf(base) === 0) continue;
      const held = Math.max(house.get(id, L.nostro), house.get(id, L.accounts), 0);
      const amount = held + (id === currency ? addedMinor : 0);
      const shift = currencies.minorDigits(base) - currencies.minorDigits(id);
      if (!isConvertible(amount, priceOf(id), priceOf(base), shift)) return true;
    }
  }
  return false;
}

function isConvertible(amount: number, from: number, to: number, shift: number): boolean {
  const numerator = from * (shift > 0 ? powerOfTen(shift) : 1);
  const denominator = to * (shift < 0 ? powerOfTen(-shift) : 1);
  if (!isSafe(amount) || !isSafe(numerator) || !isSafe(denominator)) return false;
  try {
    return multiplyDivideFloor(amount, numerator, denominator) <= STORE_LIMIT;
  } catch (error) {
    if (error instanceof ArithmeticOverflow) return false;
    throw error;
  }
}
