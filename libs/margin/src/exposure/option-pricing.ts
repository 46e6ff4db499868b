import {
  CALL,
  I,
  type InstrumentTable,
  nearestSmile,
  volatilityAt,
  yearsBetween,
} from '#libs/market';
import type { VolatilitySurface } from '#libs/market';
import { deviationOf, type ForwardOption, impliedDeviation } from '#libs/pricing';
import { invariant, multiplyDivideFloor, type PriceTicks } from '#libs/units';

/** The market at one moment, as far as the values of options hang on it. */
export interface OptionMarket {
  readonly instruments: InstrumentTable;
  /** Log time. */
  readonly timeUs: number;
  surface(underlying: number): VolatilitySurface | undefined;
  /** Mark of an underlying when its volatilities were observed; 0: there was none. */
  surfaceMarkTicks(underlying: number): PriceTicks;
}

/** Where a volatility comes from: the observed surface, or the option's own mark. */
export type VolatilitySource = 'surface' | 'mark';

/** An option as Black's formula takes it; forward, strike and value in ticks of the underlying. */
export interface PricedOption extends ForwardOption {
  readonly source: VolatilitySource;
}

/** Why an option cannot be priced. */
export type Unpriced = 'no-mark' | 'no-volatility';

/**
 * An option at the marks of the moment. With a surface: its forward, which moves with the underlying's
 * mark since it was observed, and its volatility at the strike. Without: the mark of the underlying, and the
 * volatility that the option's own mark implies. Rates are 0, as in the rulebooks.
 */
export function pricedOption(market: OptionMarket, id: number): PricedOption | Unpriced {
  const { instruments, timeUs } = market;
  const underlying = instruments.get(id, I.underlying);
  invariant(underlying > 0, 'an option has an underlying');
  const spot = instruments.get(underlying, I.markTicks);
  if (spot === 0) return 'no-mark';
  const expiresAt = instruments.get(id, I.expiresAt);
  const strike = instruments.get(id, I.strikeTicks);
  const timeYears = yearsBetween(timeUs, Math.max(timeUs, expiresAt));
  const terms = { isCall: instruments.get(id, I.optionType) === CALL, strike, timeYears, rate: 0 };
  const surface = market.surface(underlying);
  if (surface !== undefined) {
    const smile = nearestSmile(surface, expiresAt);
    const forward = movedForward(smile.forwardTicks, spot, market.surfaceMarkTicks(underlying));
    return { ...terms, forward, volatility: volatilityAt(smile, strike), source: 'surface' };
  }
  const volatility = ownVolatility(market, id, { ...terms, forward: spot, volatility: 0 });
  if (typeof volatility === 'string') return volatility;
  return { ...terms, forward: spot, volatility, source: 'mark' };
}

/** A forward moves with the mark of its underlying since it was observed: their ratio stays. */
export function movedForward(forwardTicks: number, markTicks: number, thenTicks: number): number {
  invariant(forwardTicks > 0 && markTicks > 0, 'a forward and a mark are above 0');
  if (thenTicks === 0) return forwardTicks;
  return Math.max(1, multiplyDivideFloor(forwardTicks, markTicks, thenTicks));
}

/** The same option, with volatility and time as they are, after its underlying moved to another mark. */
export function optionAt(
  market: OptionMarket,
  id: number,
  option: PricedOption,
  markTicks: number,
): PricedOption {
  if (option.source === 'mark') return { ...option, forward: markTicks };
  const { instruments } = market;
  const underlying = instruments.get(id, I.underlying);
  const surface = market.surface(underlying);
  invariant(surface !== undefined, 'the volatility is of a surface');
  const { forwardTicks } = nearestSmile(surface, instruments.get(id, I.expiresAt));
  const forward = movedForward(forwardTicks, markTicks, market.surfaceMarkTicks(underlying));
  return { ...option, forward };
}

function ownVolatility(
  { instruments }: OptionMarket,
  id: number,
  { isCall, forward, strike, timeYears }: ForwardOption,
): number | Unpriced {
  const mark = instruments.get(id, I.markTicks);
  if (mark === 0) return 'no-mark';
  // A tick of the option is worth `multiplier`, a tick of its underlying `underlyingMultiplier`.
  const scale = instruments.get(id, I.underlyingMultiplier);
  const value = (mark * instruments.get(id, I.multiplier)) / scale;
  if (timeYears === 0) return 0;
  const deviation = impliedDeviation({ isCall, forward, strike, value });
  if (deviation === undefined) return 'no-volatility';
  const volatility = deviation / Math.sqrt(timeYears);
  invariant(deviationOf(volatility, timeYears) < Infinity, 'a volatility is finite');
  return volatility;
}
