/** How a fill moves the price: with its size against the depth, or with the square root of that. */
export type ImpactModel = 'linear' | 'square-root';

/** Price impact of a fill as large as the depth of a step, ppm. */
const IMPACT_PPM = 3_000;

/**
 * The order book of one contract: liquidity on both sides around the mark, in proportion to what
 * the market trades at that time. What is taken comes back by half in each step. The square root
 * follows Almgren et al., Direct Estimation of Equity Market Impact (2005).
 */
export class BookDepth {
  private depthLots = 1;
  /** Taken and not yet come back: from the bids (by sells), from the asks (by buys). */
  private takenBids = 0;
  private takenAsks = 0;

  constructor(private readonly model: ImpactModel) {}

  /** A new step: half of what was taken is back, and the depth is another. */
  renew(depthLots: number): void {
    this.depthLots = Math.max(1, depthLots);
    this.takenBids = Math.floor(this.takenBids / 2);
    this.takenAsks = Math.floor(this.takenAsks / 2);
  }

  /** Lots that can trade now at prices no worse than the limit. */
  availableLots(isBuy: boolean, markTicks: number, limitTicks: number): number {
    const room = isBuy ? limitTicks - markTicks : markTicks - limitTicks;
    if (room < 0) return 0;
    const ratio = (room * 1_000_000) / markTicks / IMPACT_PPM;
    const share = this.model === 'linear' ? ratio : ratio * ratio;
    const taken = isBuy ? this.takenAsks : this.takenBids;
    return Math.max(0, Math.floor(this.depthLots * share) - taken);
  }

  /** Takes lots and returns their price in ticks, never worse than the limit. */
  take(isBuy: boolean, lots: number, markTicks: number, limitTicks: number): number {
    if (isBuy) this.takenAsks += lots;
    else this.takenBids += lots;
    const share = (isBuy ? this.takenAsks : this.takenBids) / this.depthLots;
    const ppm = IMPACT_PPM * (this.model === 'linear' ? share : Math.sqrt(share));
    const move = Math.round((markTicks * ppm) / 1_000_000);
    return isBuy
      ? Math.min(limitTicks, markTicks + move)
      : Math.max(1, limitTicks, markTicks - move);
  }
}
