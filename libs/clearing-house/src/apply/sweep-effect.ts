import { multiplyDivideCeil, multiplyDivideFloor } from '#libs/units';
import { P, SWEEP } from '#libs/clearing';
import { CALL, I, notionalMinor, OPTION, valueMinor, VARIATION } from '#libs/market';
import type { HouseState } from '../state/house-state.js';

/** What a running sweep does to one position. */
export interface SweepEffect {
  /** Signed cash to the purse, settlement currency. */
  cashMinor: number;
  lots: number;
  costMinor: number;
}

const effect: SweepEffect = { cashMinor: 0, lots: 0, costMinor: 0 };

/**
 * The effect of the running sweep of its instrument on position `row` (docs/rules.md 9). Pure; the
 * returned object is reused by the next call.
 */
export function sweepEffect(state: HouseState, row: number): SweepEffect {
  const { positions, instruments } = state;
  const instrument = positions.get(row, P.instrument);
  const lots = positions.get(row, P.lots);
  const cost = positions.get(row, P.costMinor);
  const kind = instruments.get(instrument, I.sweepRunning) - 1;
  const price = instruments.get(instrument, I.sweepPriceTicks);
  if (kind === SWEEP.funding) {
    effect.cashMinor = fundingMinor(state, instrument, lots);
    effect.lots = lots;
    effect.costMinor = cost;
  } else if (kind === SWEEP.variation) {
    const value = valueMinor(instruments, instrument, lots, price);
    effect.cashMinor = value - cost;
    effect.lots = lots;
    effect.costMinor = value;
  } else {
    effect.cashMinor = expiryValueMinor(state, instrument, lots, price) - cost;
    effect.lots = 0;
    effect.costMinor = 0;
  }
  return effect;
}

/** Funding of a position: longs pay a positive rate; payers rounded up, receivers down. */
function fundingMinor(state: HouseState, instrument: number, lots: number): number {
  if (lots === 0) return 0;
  const { instruments } = state;
  const rate = instruments.get(instrument, I.sweepRatePpb);
  const notional = notionalMinor(
    instruments,
    instrument,
    lots,
    instruments.get(instrument, I.sweepPriceTicks),
  );
  const isPayer = lots > 0 === rate > 0;
  return isPayer
    ? -multiplyDivideCeil(notional, Math.abs(rate), 1_000_000_000)
    : multiplyDivideFloor(notional, Math.abs(rate), 1_000_000_000);
}

/** Final value: a future at the price; an option's intrinsic value at the underlying's price. */
function expiryValueMinor(
  state: HouseState,
  instrument: number,
  lots: number,
  priceTicks: number,
): number {
  const { instruments } = state;
  if (instruments.get(instrument, I.kind) !== OPTION) {
    return valueMinor(instruments, instrument, lots, priceTicks);
  }
  const strike = instruments.get(instrument, I.strikeTicks);
  const isCall = instruments.get(instrument, I.optionType) === CALL;
  const ticks = Math.max(0, isCall ? priceTicks - strike : strike - priceTicks);
  return lots * ticks * instruments.get(instrument, I.underlyingMultiplier);
}

/** Whether cash of a position's day is settled by variation margin. */
export function isVariation(state: HouseState, instrument: number): boolean {
  return state.instruments.get(instrument, I.premium) === VARIATION;
}
