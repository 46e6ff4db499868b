import { blackCall, blackPut } from '#libs/pricing';
import { invariant } from '#libs/units';
import {
  type Smile,
  volatilityAt,
  type VolatilitySurface,
  yearsBetween,
} from './volatility-surface.js';

/** Volatilities are rounded to whole ppm: what half of one explains is no arbitrage. */
const ROUNDING_PPM = 0.5;
const PPM = 1e-6;

export type Arbitrage = 'butterfly' | 'calendar';

/**
 * The first arbitrage among the options of a surface, as of the time that it was observed; undefined
 * where there is none that exceeds the rounding of the volatilities. Expiries, strikes and figures are
 * in order and range.
 */
export function firstArbitrage(surface: VolatilitySurface): Arbitrage | undefined {
  const { observedAt } = surface.source;
  const { smiles } = surface;
  for (const smile of smiles) {
    if (hasButterfly(smile, yearsBetween(observedAt, smile.expiry))) return 'butterfly';
  }
  for (let later = 1; later < smiles.length; later += 1) {
    if (hasCalendar(smiles[later - 1]!, smiles[later]!, observedAt)) return 'calendar';
  }
  return undefined;
}

/**
 * Whether an option costs more than the mix of its neighbours that pays at least as much (P. Carr and
 * D. Madan, A note on sufficient conditions for no arbitrage, 2005): values are convex in the strike, puts
 * from 0 at strike 0, calls falling. Each is compared out of the money, where no digits are lost.
 */
function hasButterfly(smile: Smile, years: number): boolean {
  const { forwardTicks, strikesTicks, volatilitiesPpm } = smile;
  const root = Math.sqrt(years);
  const count = strikesTicks.length;
  invariant(count > 0, 'a smile has a strike');
  const value = (isCall: boolean, place: number, shiftPpm: number): number => {
    const deviation = (volatilitiesPpm[place]! + shiftPpm) * PPM * root;
    return (isCall ? blackCall : blackPut)(forwardTicks, strikesTicks[place]!, deviation);
  };
  const least = (isCall: boolean, place: number) => value(isCall, place, -ROUNDING_PPM);
  const most = (isCall: boolean, place: number) => value(isCall, place, ROUNDING_PPM);
  for (let place = 0; place + 1 < count; place += 1) {
    const [left, middle, right] = [
      strikesTicks[place - 1] ?? 0,
      strikesTicks[place]!,
      strikesTicks[place + 1]!,
    ];
    const isCall = place > 0 && middle > forwardTicks;
    const before = place === 0 ? 0 : most(isCall, place - 1) * (right - middle);
    const mix = before + most(isCall, place + 1) * (middle - left);
    if (least(isCall, place) * (right - left) > mix) return true;
  }
  return count > 1 && least(true, count - 1) > most(true, count - 2);
}

/** Whether at some strike of either, by moneyness, the earlier expiry has more total variance. */
function hasCalendar(earlier: Smile, later: Smile, observedAt: number): boolean {
  const soon = yearsBetween(observedAt, earlier.expiry);
  const late = yearsBetween(observedAt, later.expiry);
  const scale = later.forwardTicks / earlier.forwardTicks;
  const exceeds = (strike: number, strikeLater: number): boolean => {
    const first = volatilityAt(earlier, strike, -ROUNDING_PPM);
    const second = volatilityAt(later, strikeLater, ROUNDING_PPM);
    return first * first * soon > second * second * late;
  };
  return (
    earlier.strikesTicks.some((strike) => exceeds(strike, strike * scale)) ||
    later.strikesTicks.some((strike) => exceeds(strike / scale, strike))
  );
}
