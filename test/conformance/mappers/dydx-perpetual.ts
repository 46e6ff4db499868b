import type { ScaledPerpetual } from '#libs/margin';
import type { JsonObject } from '../json.js';
import { wholes } from '../units.js';

/** Digits of a minor unit of the quote currency. */
export const QUOTE_DIGITS = 6;

export function perpetualOf(inputs: JsonObject): ScaledPerpetual {
  return {
    price: wholes(inputs, 'price'),
    exponent: wholes(inputs, 'priceExponent') + wholes(inputs, 'atomicResolution') + QUOTE_DIGITS,
    initialPpm: wholes(inputs, 'initialMarginPpm'),
    maintenanceFractionPpm: wholes(inputs, 'maintenanceFractionPpm'),
    openInterest: wholes(inputs, 'openInterestQuantums'),
    openInterestFromMinor: wholes(inputs, 'openInterestLowerCap'),
    openInterestToMinor: wholes(inputs, 'openInterestUpperCap'),
  };
}

/** One of the file's markets, at its oracle price in whole units. */
export function marketOf(market: JsonObject): ScaledPerpetual {
  return perpetualOf({ ...market, price: market['oracle'] ?? null });
}
