import { compareProducts, invariant, type Ppm, type PriceTicks } from '#libs/units';
import { I, OPEN } from '#libs/market';
import type { HouseState } from '../state/house-state.js';

/**
 * Whether a price is to be quarantined: there is a mark in an open market, the price is further from
 * it than outlierPpm, and the last quarantined price does not confirm it.
 */
export function isOutlier(state: HouseState, instrument: number, priceTicks: PriceTicks): boolean {
  const { instruments } = state;
  const limitPpm = instruments.get(instrument, I.outlierPpm);
  const mark = instruments.get(instrument, I.markTicks);
  if (limitPpm === 0 || mark === 0) return false;
  if (instruments.get(instrument, I.marketState) !== OPEN) return false;
  if (!isFar(priceTicks, mark, limitPpm)) return false;
  const quarantined = instruments.get(instrument, I.quarantinedTicks);
  return quarantined === 0 || isFar(priceTicks, quarantined, limitPpm);
}

function isFar(priceTicks: PriceTicks, fromTicks: PriceTicks, limitPpm: Ppm): boolean {
  invariant(fromTicks > 0, 'a price is far from a price');
  return compareProducts(Math.abs(priceTicks - fromTicks), 1_000_000, fromTicks, limitPpm) > 0;
}
