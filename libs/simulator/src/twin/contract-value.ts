import { BILLION, ceilQuotient, type Decimal, floorQuotient, ZERO } from './decimal-arithmetic.js';
import type { TwinInstrument, TwinPosition, TwinSweep } from './twin-state.js';

/** Value of signed lots at a price (docs/rules.md 2), settlement currency minor units. */
export function valueOf(instrument: TwinInstrument, lots: Decimal, price: Decimal): Decimal {
  return instrument.isInverse
    ? floorQuotient(lots.neg().mul(instrument.multiplier), price)
    : lots.mul(price).mul(instrument.multiplier);
}

/** Size of a position or trade in money (docs/rules.md 2), never negative. */
export function notionalOf(instrument: TwinInstrument, lots: Decimal, price: Decimal): Decimal {
  const size = lots.abs().mul(instrument.multiplier);
  return instrument.isInverse ? ceilQuotient(size, price) : size.mul(price);
}

/** What an option is worth a lot at its expiry, settlement currency. */
function intrinsicOf(instrument: TwinInstrument, price: Decimal): Decimal {
  const ticks = instrument.isCall ? price.sub(instrument.strike) : instrument.strike.sub(price);
  return ticks.gt(ZERO) ? ticks.mul(instrument.underlyingMultiplier) : ZERO;
}

function finalValueOf(instrument: TwinInstrument, lots: Decimal, price: Decimal): Decimal {
  return instrument.kind === 'option'
    ? lots.mul(intrinsicOf(instrument, price))
    : valueOf(instrument, lots, price);
}

/** Funding of a position: the payer's rounded up, the receiver's down. Positive: received. */
function fundingOf(instrument: TwinInstrument, lots: Decimal, sweep: TwinSweep): Decimal {
  const scaled = notionalOf(instrument, lots, sweep.price).mul(sweep.ratePpb.abs());
  const isPayer = lots.gt(ZERO) === sweep.ratePpb.gt(ZERO);
  return isPayer ? ceilQuotient(scaled, BILLION).neg() : floorQuotient(scaled, BILLION);
}

/** What a sweep does to a position (docs/rules.md 9): cash to its purse and what it becomes. */
export function settlementOf(
  instrument: TwinInstrument,
  position: Readonly<TwinPosition>,
  sweep: TwinSweep,
): TwinPosition & { cash: Decimal } {
  const { lots, cost } = position;
  if (sweep.kind === 'funding') return { cash: fundingOf(instrument, lots, sweep), lots, cost };
  if (sweep.kind === 'variation') {
    const value = valueOf(instrument, lots, sweep.price);
    return { cash: value.sub(cost), lots, cost: value };
  }
  const final = finalValueOf(instrument, lots, sweep.price);
  return { cash: final.sub(cost), lots: ZERO, cost: ZERO };
}
