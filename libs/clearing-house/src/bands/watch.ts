import type { AmountMinor, Lots, PriceTicks } from '#libs/units';
import type { Evaluation } from '../decide/evaluation.js';
import type { HouseState } from '../state/house-state.js';

/**
 * Whom a price or a trade can concern. Two implementations: `SafeBands`, and `WatchEverybody`, its
 * naive twin; a property test shows that both lead to the same bytes.
 */
export interface Watch {
  /** What was known of the unit no longer holds. */
  release(unit: number): void;
  releaseAll(): void;
  /** Units to judge when an instrument's price is now `priceTicks`. */
  touched(instrument: number, priceTicks: PriceTicks): number[];
  /** Whether a trade leaves the unit where it need not be judged; amounts as in the trade. */
  absorb(
    unit: number,
    instrument: number,
    lots: Lots,
    priceTicks: PriceTicks,
    feeMinor: AmountMinor,
    lotsAfter: Lots,
  ): boolean;
  /** Whether judging the unit now would lead to nothing, so that a sweep may pass over it. */
  isInside(unit: number): boolean;
  /** The unit evaluated last was judged, and nothing followed. */
  settle(unit: number): void;
  /** Reads what a trade of the unit will read, so that it is in the cache. */
  touch(unit: number): number;
}

/** Makes the watch of a house; tests and benchmarks give one of their own. */
export type WatchMaker = (state: HouseState, evaluation: Evaluation) => Watch;
