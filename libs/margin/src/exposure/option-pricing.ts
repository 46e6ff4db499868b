import { CALL, I, nearestSmile, volatilityAt, yearsBetween } from '#libs/market';
import { deviationOf, discountFactor, type ForwardOption, impliedDeviation } from '#libs/pricing';
import { invariant } from '#libs/units';
import { YEAR_SECONDS } from '../scenario/expiry-shocks.js';
import { forwardAt, type ForwardInputs, rateAt } from '../scenario/expiry-terms.js';
import { BILLION } from '../scenario/parameters.js';
import type { ObservedTerm, ValuationInputs } from '../scenario/valuation-inputs.js';

/** The market at one moment, as far as the values of options hang on it. */
export interface OptionMarket extends Pick<
  ValuationInputs,
  'instruments' | 'surface' | 'surfaceMarkTicks' | 'forward'
> {
  /** Log time. */
  readonly timeUs: number;
  /** Rate of a currency for an expiry, or for the next later one, or the last. */
  rate(currency: number, expiry: number): ObservedTerm | undefined;
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
 * An option at the marks of the moment. With a surface: the forward of its expiry as an epoch opened now would
 * have it, and the volatility of the smile at the strike. Without: the mark of the underlying, and the
 * volatility that the option's own mark implies. The rate is that of its settlement currency, 0 where there is none.
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
  const isCall = instruments.get(id, I.optionType) === CALL;
  const terms = { isCall, strike, timeYears, rate: rateOf(market, id, timeYears) };
  const surface = market.surface(underlying);
  if (surface !== undefined) {
    const volatility = volatilityAt(nearestSmile(surface, expiresAt), strike);
    return { ...terms, forward: forwardOf(market, id, spot), volatility, source: 'surface' };
  }
  const volatility = ownVolatility(market, id, { ...terms, forward: spot, volatility: 0 });
  if (typeof volatility === 'string') return volatility;
  return { ...terms, forward: spot, volatility, source: 'mark' };
}

/** The same option, with volatility, rate and time as they are, after its underlying moved to another mark. */
export function optionAt(
  market: OptionMarket,
  id: number,
  option: PricedOption,
  markTicks: number,
): PricedOption {
  const forward = option.source === 'mark' ? markTicks : forwardOf(market, id, markTicks);
  return { ...option, forward };
}

/** Forward of an option with its underlying at a mark. */
function forwardOf(market: OptionMarket, id: number, markTicks: number): number {
  const underlying = market.instruments.get(id, I.underlying);
  const surface = market.surface(underlying);
  invariant(surface !== undefined, 'the volatility is of a surface');
  const inputs: ForwardInputs = {
    instruments: market.instruments,
    forward: (of, expiry) => market.forward(of, expiry),
    surfaceMarkTicks: (of) => market.surfaceMarkTicks(of),
    epochMarkTicks: () => markTicks,
    capsForwards: true,
  };
  return forwardAt(inputs, underlying, surface, market.instruments.get(id, I.expiresAt))
    .forwardTicks;
}

/** A rate below 0 discounts nothing, as in a requirement. */
function rateOf(market: OptionMarket, id: number, timeYears: number): number {
  const currency = market.instruments.get(id, I.currency);
  const expiresAt = market.instruments.get(id, I.expiresAt);
  const inputs = { rate: (expiry: number) => market.rate(currency, expiry) };
  const { ratePpb } = rateAt(inputs, expiresAt, Math.floor(timeYears * YEAR_SECONDS));
  const counted = Math.max(0, ratePpb) / BILLION;
  invariant(counted * timeYears < 3, 'a rate times its years is bounded');
  return counted;
}

function ownVolatility(
  { instruments }: OptionMarket,
  id: number,
  { isCall, forward, strike, timeYears, rate }: ForwardOption,
): number | Unpriced {
  const mark = instruments.get(id, I.markTicks);
  if (mark === 0) return 'no-mark';
  // A tick of the option is worth `multiplier`, a tick of its underlying `underlyingMultiplier`.
  const scale = instruments.get(id, I.underlyingMultiplier);
  const discounted = (mark * instruments.get(id, I.multiplier)) / scale;
  invariant(discounted > 0 && discounted < Infinity, 'a mark is a value in ticks');
  const value = discounted / discountFactor(rate, timeYears);
  if (timeYears === 0) return 0;
  const deviation = impliedDeviation({ isCall, forward, strike, value });
  if (deviation === undefined) return 'no-volatility';
  const volatility = deviation / Math.sqrt(timeYears);
  invariant(deviationOf(volatility, timeYears) < Infinity, 'a volatility is finite');
  return volatility;
}
