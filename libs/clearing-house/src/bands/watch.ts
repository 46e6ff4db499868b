import type { AmountMinor, Lots, PriceTicks } from '#libs/units';

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
  /** The unit evaluated last was judged, and nothing followed. */
  settle(unit: number): void;
  /** Reads what a trade of the unit will read, so that it is in the cache. */
  touch(unit: number): number;
}
