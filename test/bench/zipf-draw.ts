import { invariant } from '#libs/units';
import type { Xorshift32 } from './measure.js';

/**
 * Draws places 0..count - 1 with Zipf's weights (the k-th most active has 1/k of the first's), by
 * bisection of their running sum.
 */
export class ZipfDraw {
  readonly #sums: Float64Array;

  constructor(count: number) {
    invariant(count > 0, 'something can be drawn');
    this.#sums = new Float64Array(count);
    let sum = 0;
    for (let place = 0; place < count; place += 1) {
      sum += 1 / (place + 1);
      this.#sums[place] = sum;
    }
  }

  /** Share of all draws that fall on a place. */
  shareOf(place: number): number {
    return 1 / (place + 1) / (this.#sums.at(-1) ?? 1);
  }

  next(random: Xorshift32): number {
    const sums = this.#sums;
    const target = (random.next() / 2 ** 32) * (sums.at(-1) ?? 1);
    let low = 0;
    let high = sums.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) <= target) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
