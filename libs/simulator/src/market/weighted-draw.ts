import { invariant } from '#libs/units';
import type { Random } from './random.js';

/** Draws places by weight in constant time: the alias method (Walker 1977, in Vose's form). */
export class WeightedDraw {
  private readonly threshold: Float64Array;
  private readonly alias: Uint32Array;

  /** `weights` are not negative and not all zero. */
  constructor(weights: Float64Array) {
    const n = weights.length;
    let total = 0;
    for (const weight of weights) total += weight;
    invariant(total > 0, 'something has a weight');
    this.threshold = new Float64Array(n).fill(1);
    this.alias = new Uint32Array(n);
    const scaled = weights.map((weight) => (weight * n) / total);
    const small: number[] = [];
    const large: number[] = [];
    for (let k = 0; k < n; k++) (scaled[k]! < 1 ? small : large).push(k);
    while (small.length > 0 && large.length > 0) {
      const low = small.pop()!;
      const high = large.pop()!;
      this.threshold[low] = scaled[low]!;
      this.alias[low] = high;
      scaled[high] = scaled[high]! + scaled[low]! - 1;
      (scaled[high] < 1 ? small : large).push(high);
    }
    // What is left over by rounding stands for itself; a weightless one must never.
    const heaviest = weights.indexOf(Math.max(...weights));
    for (const k of small) {
      if (weights[k] !== 0) continue;
      this.threshold[k] = 0;
      this.alias[k] = heaviest;
    }
  }

  /** A place, 0 .. length - 1. */
  draw(random: Random): number {
    const place = random.below(this.alias.length);
    return random.unit() < this.threshold[place]! ? place : this.alias[place]!;
  }
}
