import {
  greater,
  invariant,
  type Lots,
  lots as wholeLots,
  minus,
  multiplyDivideCeil,
  multiplyDivideFloor,
  type Ppm,
  priceTicks,
  sizeOf,
  ZERO,
} from '#libs/units';
import type { PlannedOrder, PriceBand } from '#libs/default-management';
import type { Portfolio } from '#libs/margin';
import { I, type MarketDepth } from '#libs/market';
import type { HouseState } from '../state/house-state.js';
import type { ExecutionTerms } from './execution-terms.js';

const MILLION = 1_000_000;
const ONE_LOT = wholeLots(1);
/** Least time after which it is looked again whether something may be ordered, microseconds. */
const RETRY_US = 1_000_000;

/** Rules that limit an order, in the order of the catalogue's enumeration. */
const BOUND = { openInterest: 0, depth: 1, window: 2, indexGap: 3, priceBand: 4 } as const;

/** Of which position less than all may be ordered, and why. */
export interface OrderLimit {
  readonly instrument: number;
  readonly limitLots: Lots;
  readonly boundBy: number;
}

/**
 * What a rulebook's execution terms let a tranche order of each position of a portfolio (docs/rules.md 8b):
 * shares of open interest, of the depth last seen and of a window; nothing while the mark is too far
 * from the index. Computed once a plan, so that a planner may ask as often as it likes.
 */
export class Throttle {
  readonly limits: OrderLimit[] = [];
  /** Beginning of the present window; 0 without windows. */
  readonly windowFromUs: number;
  private readonly executable: Lots[] = [];
  private readonly bands: (PriceBand | undefined)[] = [];

  constructor(
    private readonly state: HouseState,
    private readonly terms: ExecutionTerms,
    private readonly pool: number,
    portfolio: Portfolio,
  ) {
    const { timeUs } = state.clock;
    const { windowUs } = terms;
    this.windowFromUs = windowUs === 0 ? 0 : Math.floor(timeUs / windowUs) * windowUs;
    invariant(this.windowFromUs <= timeUs, 'a window has begun');
    for (let k = 0; k < portfolio.count; k++) this.limit(portfolio, k);
  }

  readonly executableLots = (k: number): Lots => this.executable[k] ?? ZERO;
  readonly bandTicks = (k: number): PriceBand | undefined => this.bands[k];

  /** When it is worth asking again: at the next window if only that is used up, else after the delay. */
  retryAtUs(): number {
    const { trancheDelayUs, windowUs } = this.terms;
    const nothing = this.limits.filter(({ limitLots }) => limitLots === 0);
    if (nothing.every(({ boundBy }) => boundBy === BOUND.window))
      return this.windowFromUs + windowUs;
    return this.state.clock.timeUs + Math.max(trancheDelayUs, RETRY_US);
  }

  /** Whether orders take more of an instrument than is left in the window. */
  exceedsWindow(orders: readonly PlannedOrder[]): boolean {
    const left = new Map<number, number>();
    for (const { instrument, quantityLots } of orders) {
      const share = this.leftOf(instrument);
      if (share === undefined) continue;
      left.set(instrument, (left.get(instrument) ?? share) - quantityLots);
    }
    return [...left.values()].some((lots) => lots < 0);
  }

  private limit(portfolio: Portfolio, k: number): void {
    const instrument = portfolio.instruments[k] ?? 0;
    const held: Lots = portfolio.lots[k] ?? ZERO;
    const { depths, clock } = this.state;
    const depth = depths.freshOf(instrument, clock.timeUs, this.terms.depthMaxAgeUs);
    let limitLots = sizeOf(held);
    let boundBy = -1;
    const bind = (most: Lots, rule: number): void => {
      invariant(most >= 0, 'no less than nothing may be ordered');
      if (most >= limitLots) return;
      limitLots = most;
      boundBy = rule;
    };
    this.bindSize(instrument, held, depth, bind);
    bind(this.leftInWindow(portfolio, instrument, limitLots), BOUND.window);
    if (this.isTooFar(instrument, depth)) bind(ZERO, BOUND.indexGap);
    const band = this.bandOf(depth);
    this.bands[k] = band;
    if (band !== undefined && !this.holdsMark(instrument, held, band)) bind(ZERO, BOUND.priceBand);
    invariant(limitLots <= sizeOf(held), 'no more may be ordered than is held');
    this.executable[k] = limitLots;
    if (boundBy >= 0) this.limits.push({ instrument, limitLots, boundBy });
  }

  private bindSize(
    instrument: number,
    held: Lots,
    depth: MarketDepth | undefined,
    bind: (most: Lots, rule: number) => void,
  ): void {
    const { openInterestSharePpm, depthSharePpm } = this.terms;
    if (openInterestSharePpm > 0) {
      bind(this.shareOfInterest(instrument, openInterestSharePpm), BOUND.openInterest);
    }
    if (depthSharePpm === 0 || depth === undefined) return;
    const resting = held > 0 ? depth.bidLots : depth.askLots;
    bind(wholeLots(multiplyDivideFloor(resting, depthSharePpm, MILLION)), BOUND.depth);
  }

  /** A share of the open interest, at least one lot: what can never end would never end. */
  private shareOfInterest(instrument: number, sharePpm: Ppm): Lots {
    const interest = this.state.instruments.get(instrument, I.openInterestLots);
    return greater(ONE_LOT, wholeLots(multiplyDivideFloor(interest, sharePpm, MILLION)));
  }

  /** Clients of one unit that hold the same instrument share what is left of its window. */
  private leftInWindow(portfolio: Portfolio, instrument: number, otherwise: Lots): Lots {
    const left = this.leftOf(instrument);
    if (left === undefined) return otherwise;
    let holders = 0;
    for (let k = 0; k < portfolio.count; k++) {
      if (portfolio.instruments[k] === instrument && portfolio.lots[k] !== 0) holders += 1;
    }
    return wholeLots(Math.floor(left / Math.max(1, holders)));
  }

  /** Lots that are left of an instrument in the present window; undefined without windows. */
  private leftOf(instrument: number): Lots | undefined {
    const { windowUs, windowSharePpm } = this.terms;
    if (windowUs === 0) return undefined;
    const used = this.state.windows.usedLots(this.pool, instrument, this.windowFromUs);
    const share = this.shareOfInterest(instrument, windowSharePpm);
    return greater<Lots>(ZERO, minus(share, used));
  }

  private isTooFar(instrument: number, depth: MarketDepth | undefined): boolean {
    const { indexGapPpm } = this.terms;
    if (indexGapPpm === 0 || depth === undefined || depth.indexTicks === 0) return false;
    const mark = this.state.instruments.get(instrument, I.markTicks);
    const gap = Math.abs(mark - depth.indexTicks);
    return gap > multiplyDivideFloor(depth.indexTicks, indexGapPpm, MILLION);
  }

  private bandOf(depth: MarketDepth | undefined): PriceBand | undefined {
    const { priceBandPpm } = this.terms;
    if (priceBandPpm === 0 || depth === undefined || depth.indexTicks === 0) return undefined;
    const below = multiplyDivideCeil(depth.indexTicks, MILLION - priceBandPpm, MILLION);
    const above = multiplyDivideFloor(depth.indexTicks, MILLION + priceBandPpm, MILLION);
    invariant(below <= depth.indexTicks && above >= depth.indexTicks, 'a band holds its index');
    return { lowTicks: priceTicks(Math.max(1, below)), highTicks: priceTicks(above) };
  }

  /** Whether an order that reduces the position can be at the mark at all. */
  private holdsMark(instrument: number, held: Lots, band: PriceBand): boolean {
    const mark = this.state.instruments.get(instrument, I.markTicks);
    return held > 0 ? mark >= band.lowTicks : mark <= band.highTicks;
  }
}
