import { invariant, negated, type PriceTicks } from '#libs/units';
import { EdgeHeap } from './edge-heap.js';

/** The edges of all bands, above and below the price of each instrument. */
export class BandEdges {
  private readonly above: EdgeHeap[] = [];
  private readonly below: EdgeHeap[] = [];

  /** `isValid` tells whether the band (unit, stamp) still holds. */
  constructor(private readonly isValid: (unit: number, stamp: number) => boolean) {}

  /** Visits every unit with a band that holds and that a price of the instrument leaves. */
  cross(instrument: number, priceTicks: PriceTicks, visit: (unit: number) => void): void {
    invariant(priceTicks >= 1, 'a price that touches is above 0');
    this.above[instrument]?.popBelow(priceTicks, visit);
    this.below[instrument]?.popBelow(negated(priceTicks), visit);
  }

  /** An edge at so large a share of the mark above it. */
  putAbove(instrument: number, mark: PriceTicks, width: number, unit: number, stamp: number): void {
    invariant(mark > 0 && width > 0, 'a band lies around a price');
    const heap = (this.above[instrument] ??= new EdgeHeap(this.isValid));
    heap.push(Math.floor(mark + mark * width), unit, stamp);
  }

  /** An edge at so large a share of the mark below it. */
  putBelow(instrument: number, mark: PriceTicks, width: number, unit: number, stamp: number): void {
    invariant(mark > 0 && width > 0 && width < 1, 'a band lies around a price');
    const heap = (this.below[instrument] ??= new EdgeHeap(this.isValid));
    heap.push(-Math.ceil(mark - mark * width), unit, stamp);
  }
}
