import { I, INVERSE, OPTION } from '#libs/market';
import { black76Greeks, perDay } from '#libs/pricing';
import { invariant } from '#libs/units';
import {
  type OptionMarket,
  type PricedOption,
  pricedOption,
  type Unpriced,
} from './option-pricing.js';

/** Names of the figures, in the order in which they are shown. */
export const GREEKS = ['delta', 'gamma', 'vega', 'theta', 'rho'] as const;

export type Greek = (typeof GREEKS)[number];

/** A figure of each sort. */
export type Greeks = Readonly<Record<Greek, number>>;

/** What a long lot gains per unit of each risk, minor units of its settlement currency; not rounded. */
export interface LotGreeks {
  readonly greeks: Greeks;
  /** Of an option: what it was priced with. */
  readonly option?: PricedOption;
}

/** One in a hundred: of a price, of volatility, of a rate. */
const POINT = 0.01;

/**
 * The Greeks of a long lot at the marks of the moment.
 * - delta: what a relative move of the underlying by 100 % would gain at the present slope, P x dV/dP;
 * - gamma: what delta as an amount at the present price changes when the price moves by 1 %, P^2 x d2V/dP2 / 100;
 * - vega: what one point of volatility gains (50 % to 51 %);
 * - theta: what the passing of a day of 1/365 year gains, forward and volatility held;
 * - rho: what one point of the rate gains, the forward held.
 * A perpetual or future moves with its own price; an option with its forward, which moves as its underlying
 * does. An inverse contract is worth -size / price in coin: it has gamma.
 */
export function lotGreeks(market: OptionMarket, id: number): LotGreeks | Unpriced {
  const { instruments } = market;
  if (instruments.get(id, I.kind) === OPTION) return optionGreeks(market, id);
  const mark = instruments.get(id, I.markTicks);
  const multiplier = instruments.get(id, I.multiplier);
  if (mark === 0) return 'no-mark';
  invariant(multiplier > 0, 'a contract has a size');
  const none = { vega: 0, theta: 0, rho: 0 };
  if (instruments.get(id, I.payoff) === INVERSE) {
    const delta = multiplier / mark;
    return { greeks: { delta, gamma: -2 * delta * POINT, ...none } };
  }
  return { greeks: { delta: mark * multiplier, gamma: 0, ...none } };
}

function optionGreeks(market: OptionMarket, id: number): LotGreeks | Unpriced {
  const option = pricedOption(market, id);
  if (typeof option === 'string') return option;
  const scale = market.instruments.get(id, I.underlyingMultiplier);
  const { delta, gamma, vega, theta, rho } = black76Greeks(option);
  const { forward } = option;
  const greeks = {
    delta: delta * forward * scale,
    gamma: gamma * forward * forward * POINT * scale,
    vega: vega * POINT * scale,
    theta: perDay(theta) * scale,
    rho: rho * POINT * scale,
  };
  for (const greek of GREEKS) invariant(!Number.isNaN(greeks[greek]), 'a Greek is a number');
  return { greeks, option };
}
