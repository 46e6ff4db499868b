import { logRatio, normalDistribution, timeValue } from '#libs/pricing';
import { checkedMultiply, invariant, multiplyDivideCeil, multiplyDivideFloor } from '#libs/units';
import { type ExpiryShocks, skewFactor, TRILLION } from './expiry-shocks.js';
import type {
  AssetTerms,
  ExpiryState,
  FutureTerms,
  OptionTerms,
  PublishedTerms,
} from './market.js';
import { BILLION, type Scenario, type ScenarioParameters } from './parameters.js';

/** Bounds of one instrument's values per lot, risk units: what a long and what a short counts. */
export interface RowSink {
  /** Stores floor(value - error) and ceil(value + error). */
  put(column: number, value: number, error: number): void;
  /** Stores bounds that are whole numbers already. */
  bounds(column: number, low: number, high: number): void;
  /** Stores the delta of a lot: in lots, and its value in risk units at the present price. */
  delta(lots: number, valueUnits: number): void;
}

/** Columns of a risk array: the value now, one per scenario, two basis moves. */
export const NOW = 0;
export const FIRST_SCENARIO = 1;

export function basisUpColumn(parameters: ScenarioParameters): number {
  return FIRST_SCENARIO + parameters.scenarios.length;
}

export function columnCount(parameters: ScenarioParameters): number {
  return basisUpColumn(parameters) + 2;
}

/** Relative error of a sum, product or quotient of a few doubles, with room: 2^-50. */
const FEW_ROUNDINGS = 8.881784197001252e-16;
/** Relative error of a kernel's value out of the money, with room for its moneyness: 2^-44. */
const KERNEL_ERROR = 64 * FEW_ROUNDINGS;

/**
 * An option's values: its value now and in each scenario, undiscounted by the static discount, whose
 * sign is known for the whole expiry only.
 */
export function optionRow(
  sink: RowSink,
  option: OptionTerms,
  expiry: ExpiryState,
  shocks: ExpiryShocks,
  parameters: ScenarioParameters,
): void {
  const { isCall, riskUnitsPerTick, strikeTicks: strike, volatilityPpt } = option;
  invariant(volatilityPpt >= 0 && strike > 0, 'an option has terms and a volatility');
  const volatility = volatilityPpt / TRILLION;
  const { scenarios, basis } = parameters;
  const scale = shocks.pricingDiscount * riskUnitsPerTick;
  const put = (column: number, shocked: number): void => {
    const { forward, distance } = point;
    const extra = timeValue(Math.min(forward, strike), distance, shocked * shocks.rootYears);
    const payoff = Math.max(isCall ? forward - strike : strike - forward, 0);
    const error = extra * KERNEL_ERROR + (forward + strike) * FEW_ROUNDINGS;
    sink.put(column, (payoff + extra) * scale, error * scale);
  };
  moveTo(expiry, strike, 0);
  put(NOW, volatility);
  for (let s = 0; s < scenarios.length; s++) {
    const scenario = scenarios[s]!;
    moveTo(expiry, strike, scenario.priceShockPpb);
    put(FIRST_SCENARIO + s, shockedVolatility(scenario, volatility, strike, shocks, parameters));
  }
  const up = basisUpColumn(parameters);
  moveTo(expiry, strike, basis.upShockPpb);
  put(up, volatility);
  moveTo(expiry, strike, basis.downShockPpb);
  put(up + 1, volatility);
  moveTo(expiry, strike, 0);
  const delta = optionDelta(option, point.forward, volatility * shocks.rootYears);
  sink.delta(delta, delta * point.forward * scale);
}

/**
 * The shocked forward and its distance from the strike: computed once for the scenarios of one price
 * move that follow each other. Reused between options, so that filling arrays allocates nothing.
 */
const point = { shockPpb: NaN, forward: NaN, strike: NaN, moving: NaN, fixed: NaN, distance: NaN };

function moveTo(expiry: ExpiryState, strike: number, shockPpb: number): void {
  const moving = expiry.forwardTicks - expiry.fixedTicks;
  const known = point.shockPpb === shockPpb && point.strike === strike;
  if (known && point.moving === moving && point.fixed === expiry.fixedTicks) return;
  const forward = shockedForward(expiry, shockPpb);
  point.shockPpb = shockPpb;
  point.strike = strike;
  point.moving = moving;
  point.fixed = expiry.fixedTicks;
  point.forward = forward;
  point.distance = logRatio(Math.max(forward, strike), Math.min(forward, strike));
}

/** What of the forward is not fixed yet moves; the rest stays. */
function shockedForward(expiry: ExpiryState, priceShockPpb: number): number {
  const moving = expiry.forwardTicks - expiry.fixedTicks;
  const forward = moving * ((BILLION + priceShockPpb) / BILLION) + expiry.fixedTicks;
  invariant(forward > 0, 'a shocked forward is above 0');
  return forward;
}

/** Volatility in a scenario, at the point that the forward was moved to. */
function shockedVolatility(
  { volatility: shock }: Scenario,
  volatility: number,
  strike: number,
  shocks: ExpiryShocks,
  { volatilityShock }: ScenarioParameters,
): number {
  if (shock === 'none') return volatility;
  if (shock === 'up') {
    return Math.max(volatilityShock.leastShockedPpb / BILLION, volatility * shocks.volatilityUp);
  }
  if (shock === 'down') return volatility * shocks.volatilityDown;
  const k = strike >= point.forward ? point.distance : -point.distance;
  return shock === 'skew-linear'
    ? volatility * skewFactor(k, shocks.linearSkew)
    : volatility * skewFactor(Math.abs(k), shocks.absoluteSkew);
}

/** N(d1) of a call, N(d1) - 1 of a put; at expiry 0, 1 or -1. */
function optionDelta(option: OptionTerms, forward: number, deviation: number): number {
  const { strikeTicks, isCall } = option;
  invariant(deviation >= 0, 'a deviation is 0 or more');
  const call =
    deviation === 0
      ? Number(forward > strikeTicks)
      : normalDistribution(logRatio(forward, strikeTicks) / deviation + deviation / 2);
  return isCall ? call : call - 1;
}

/**
 * A perpetual or future: profit or loss against now; its unsettled part is cash. `expiry` says which
 * part of its price still moves. Linear contracts are computed in whole numbers, so that a gain that is
 * a whole number of risk units is exact.
 */
export function futureRow(
  sink: RowSink,
  future: FutureTerms,
  expiry: ExpiryState | undefined,
  parameters: ScenarioParameters,
): void {
  const { priceTicks, riskUnitsPerTick: scale } = future;
  invariant(priceTicks > 0 && scale > 0, 'a future has a price and a size');
  const whole = expiry?.forwardTicks ?? 1;
  const moving = expiry === undefined ? 1 : expiry.forwardTicks - expiry.fixedTicks;
  const put = (column: number, shockPpb: number): void => {
    if (future.kind === 'linear') {
      const notional = checkedMultiply(priceTicks, scale);
      const low = multiplyDivideFloor(notional, shockPpb, BILLION);
      const high = multiplyDivideCeil(notional, shockPpb, BILLION);
      sink.bounds(
        column,
        multiplyDivideFloor(low, moving, whole),
        multiplyDivideCeil(high, moving, whole),
      );
      return;
    }
    const move = (shockPpb / BILLION) * (moving / whole);
    const units = (scale / priceTicks) * (move / (1 + move));
    sink.put(column, units, shockPpb === 0 ? 0 : Math.abs(units) * FEW_ROUNDINGS);
  };
  put(NOW, 0);
  parameters.scenarios.forEach((scenario, s) =>
    put(FIRST_SCENARIO + s, scenario.linearShockPpb ?? scenario.priceShockPpb),
  );
  const up = basisUpColumn(parameters);
  // Only what expires can move against the rest of the curve.
  put(up, expiry === undefined ? 0 : parameters.basis.upShockPpb);
  put(up + 1, expiry === undefined ? 0 : parameters.basis.downShockPpb);
  sink.delta(1, future.kind === 'linear' ? priceTicks * scale : scale / priceTicks);
}

/** Collateral in kind: its value now, and what it gains where it moves with the underlying. */
export function assetRow(
  sink: RowSink,
  asset: AssetTerms,
  stablePricePpb: number,
  parameters: ScenarioParameters,
): void {
  invariant(stablePricePpb > 0, 'a stablecoin has a price');
  invariant(asset.haircutPpb >= 0 && asset.haircutPpb <= BILLION, 'a haircut is a share');
  const quoted = checkedMultiply(asset.priceTicks, asset.riskUnitsPerTick);
  const low = multiplyDivideFloor(quoted, BILLION, stablePricePpb);
  const high = multiplyDivideCeil(quoted, BILLION, stablePricePpb);
  sink.bounds(NOW, low, high);
  parameters.scenarios.forEach((scenario, s) => {
    const shock = asset.shocked ? (scenario.linearShockPpb ?? scenario.priceShockPpb) : 0;
    sink.bounds(
      FIRST_SCENARIO + s,
      multiplyDivideFloor(shock < 0 ? high : low, shock, BILLION),
      multiplyDivideCeil(shock < 0 ? low : high, shock, BILLION),
    );
  });
  const up = basisUpColumn(parameters);
  sink.bounds(up, 0, 0);
  sink.bounds(up + 1, 0, 0);
  sink.delta(0, 0);
}

/** An array that was published elsewhere, as clearing houses publish SPAN arrays. */
export function publishedRow(
  sink: RowSink,
  published: PublishedTerms,
  parameters: ScenarioParameters,
): void {
  const { gains, deltaPpb, riskUnitsPerTick: scale } = published;
  invariant(gains.length === parameters.scenarios.length, 'an array has a gain for every scenario');
  sink.bounds(NOW, 0, 0);
  gains.forEach((gain, s) => {
    const units = checkedMultiply(gain, scale);
    sink.bounds(FIRST_SCENARIO + s, units, units);
  });
  const up = basisUpColumn(parameters);
  sink.bounds(up, 0, 0);
  sink.bounds(up + 1, 0, 0);
  sink.delta(deltaPpb / BILLION, 0);
}
