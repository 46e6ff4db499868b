import {
  amountMinor,
  type AmountMinor,
  invariant,
  type Lots,
  minus,
  multiplyDivideCeil,
  multiplyDivideFloor,
  type PriceTicks,
  ZERO,
} from '#libs/units';
import { P, SWEEP } from '#libs/clearing';
import { CALL, I, notionalMinor, OPTION, valueMinor, VARIATION } from '#libs/market';
import type { HouseState } from '../state/house-state.js';

/** What a running sweep does to one position. */
export interface SweepEffect {
  /** Signed cash to the purse, settlement currency. */
  cashMinor: AmountMinor;
  lots: Lots;
  costMinor: AmountMinor;
}

/** 10 %, the most that is accepted. */
const FUNDING_MAX_PPB = 100_000_000;

const effect: SweepEffect = { cashMinor: ZERO, lots: ZERO, costMinor: ZERO };

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
  invariant(kind >= SWEEP.variation && kind <= SWEEP.expiry, 'a sweep that settles is running');
  invariant(price >= 1, 'a sweep settles at a price');
  if (kind === SWEEP.funding) {
    effect.cashMinor = fundingMinor(state, instrument, lots);
    effect.lots = lots;
    effect.costMinor = cost;
  } else if (kind === SWEEP.variation) {
    const value = valueMinor(instruments, instrument, lots, price);
    effect.cashMinor = minus(value, cost);
    effect.lots = lots;
    effect.costMinor = value;
  } else {
    effect.cashMinor = minus(expiryValueMinor(state, instrument, lots, price), cost);
    effect.lots = ZERO;
    effect.costMinor = ZERO;
  }
  return effect;
}

/** Funding of a position: longs pay a positive rate; payers rounded up, receivers down. */
function fundingMinor(state: HouseState, instrument: number, lots: Lots): AmountMinor {
  if (lots === 0) return ZERO;
  const { instruments } = state;
  const rate = instruments.get(instrument, I.sweepRatePpb);
  const notional = notionalMinor(
    instruments,
    instrument,
    lots,
    instruments.get(instrument, I.sweepPriceTicks),
  );
  const isPayer = lots > 0 === rate > 0;
  invariant(Math.abs(rate) <= FUNDING_MAX_PPB, 'a funding rate is within 10 %');
  return amountMinor(
    isPayer
      ? -multiplyDivideCeil(notional, Math.abs(rate), 1_000_000_000)
      : multiplyDivideFloor(notional, Math.abs(rate), 1_000_000_000),
  );
}

/** Final value: a future at the price; an option's intrinsic value at the underlying's price. */
function expiryValueMinor(
  state: HouseState,
  instrument: number,
  lots: Lots,
  priceTicks: PriceTicks,
): AmountMinor {
  const { instruments } = state;
  if (instruments.get(instrument, I.kind) !== OPTION) {
    return valueMinor(instruments, instrument, lots, priceTicks);
  }
  const strike = instruments.get(instrument, I.strikeTicks);
  const isCall = instruments.get(instrument, I.optionType) === CALL;
  invariant(strike >= 1, 'an option has a strike');
  const ticks = Math.max(0, isCall ? priceTicks - strike : strike - priceTicks);
  return amountMinor(lots * ticks * instruments.get(instrument, I.underlyingMultiplier));
}

/** Whether cash of a position's day is settled by variation margin. */
export function isVariation(state: HouseState, instrument: number): boolean {
  return state.instruments.get(instrument, I.premium) === VARIATION;
}
