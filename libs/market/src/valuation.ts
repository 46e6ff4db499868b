import {
  type AmountMinor,
  divideCeil,
  divideFloor,
  invariant,
  type Lots,
  negated,
  type PriceTicks,
  STORE_LIMIT,
  ZERO,
} from '#libs/units';
import { I, INVERSE, type InstrumentTable } from './instruments.js';

/**
 * Value of signed `lots` at `priceTicks`, settlement currency minor units (docs/rules.md 2).
 * Exact for linear; inverse is rounded down, against the holder. Products are safe by the bounds
 * checked at listing.
 */
export function valueMinor(
  instruments: InstrumentTable,
  id: number,
  lots: Lots,
  priceTicks: PriceTicks,
): AmountMinor {
  const multiplier = instruments.get(id, I.multiplier);
  if (instruments.get(id, I.payoff) === INVERSE) {
    return lots === 0 ? ZERO : stored(divideFloor(negated(lots) * multiplier, priceTicks));
  }
  return stored(lots * priceTicks * multiplier);
}

/** Notional of `lots` (sign ignored), settlement currency minor units; inverse rounded up. */
export function notionalMinor(
  instruments: InstrumentTable,
  id: number,
  lots: Lots,
  priceTicks: PriceTicks,
): AmountMinor {
  const size = Math.abs(lots);
  const multiplier = instruments.get(id, I.multiplier);
  if (instruments.get(id, I.payoff) === INVERSE) {
    return size === 0 ? ZERO : stored(divideCeil(size * multiplier, priceTicks));
  }
  return stored(size * priceTicks * multiplier);
}

/** Terms, lots and prices are whole and bounded at listing, so their product is whole and bounded. */
function stored(value: number): AmountMinor {
  invariant(value <= STORE_LIMIT && value >= -STORE_LIMIT, 'a value stays within 2^52');
  return value as AmountMinor;
}
