import {
  type AmountMinor,
  amountMinor,
  divideCeil,
  divideFloor,
  invariant,
  type Lots,
  negated,
  type PriceTicks,
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
  invariant(multiplier >= 1, 'what is valued is a listed instrument');
  if (instruments.get(id, I.payoff) === INVERSE) {
    return lots === 0 ? ZERO : amountMinor(divideFloor(negated(lots) * multiplier, priceTicks));
  }
  return amountMinor(lots * priceTicks * multiplier);
}

/** Notional of `lots` (sign ignored), settlement currency minor units; inverse rounded up. */
export function notionalMinor(
  instruments: InstrumentTable,
  id: number,
  lots: Lots,
  priceTicks: PriceTicks,
): AmountMinor {
  invariant(priceTicks >= 1, 'a notional is taken at a price');
  const size = Math.abs(lots);
  const multiplier = instruments.get(id, I.multiplier);
  if (instruments.get(id, I.payoff) === INVERSE) {
    return size === 0 ? ZERO : amountMinor(divideCeil(size * multiplier, priceTicks));
  }
  return amountMinor(size * priceTicks * multiplier);
}
