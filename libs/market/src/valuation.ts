import { divideCeil, divideFloor } from '#libs/units';
import { I, INVERSE, type InstrumentTable } from './instruments.js';

/**
 * Value of signed `lots` at `priceTicks`, settlement currency minor units (docs/rules.md 2).
 * Exact for linear; inverse is rounded down, against the holder. Products are safe by the bounds
 * checked at listing.
 */
export function valueMinor(
  instruments: InstrumentTable,
  id: number,
  lots: number,
  priceTicks: number,
): number {
  const multiplier = instruments.get(id, I.multiplier);
  if (instruments.get(id, I.payoff) === INVERSE) {
    return lots === 0 ? 0 : divideFloor(-lots * multiplier, priceTicks);
  }
  return lots * priceTicks * multiplier;
}

/** Notional of `lots` (sign ignored), settlement currency minor units; inverse rounded up. */
export function notionalMinor(
  instruments: InstrumentTable,
  id: number,
  lots: number,
  priceTicks: number,
): number {
  const size = Math.abs(lots);
  const multiplier = instruments.get(id, I.multiplier);
  if (instruments.get(id, I.payoff) === INVERSE) {
    return size === 0 ? 0 : divideCeil(size * multiplier, priceTicks);
  }
  return size * priceTicks * multiplier;
}
