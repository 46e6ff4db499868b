import { invariant } from '#libs/units';

/** Entries are pairs: the edge, and unit x STAMPS + stamp modulo STAMPS. */
const PAIR = 2;
export const STAMPS = 1 << 26;
const UNITS_MAX = 1 << 26;
/** Children of a heap entry: four pairs are one cache line. */
const ARITY = 4;
/** Width of a bucket, as a share of the first edge. */
const BUCKET_SHARE = 0.005;
/** A part is cleaned when it holds twice what it held after the last time, and so many more. */
const SMALLEST = 4096;
const SMALLEST_BUCKET = 256;

/**
 * Edges of safe bands on one instrument's price, least first (upper edges as they are, lower edges
 * negated). What the price has come near to is a heap; the others, nearly all, lie unordered in buckets
 * of half a percent until it does: measured, a heap of all edges of a million accounts was half the cost
 * of a price. Entries of bands that no longer hold are left in and dropped when they surface, or when
 * their part is cleaned.
 */
export class EdgeHeap {
  private near = new Float64Array(PAIR * 64);
  private nearCount = 0;
  private nearCleaned = 0;
  private readonly far = new Map<number, Bucket>();
  private width = 0;
  /** Buckets up to this one are in the heap. */
  private horizon = -Infinity;
  private limit = -Infinity;

  /** `isValid` tells whether the band (unit, stamp modulo STAMPS) still holds. */
  constructor(private readonly isValid: (unit: number, stamp: number) => boolean) {}

  push(edge: number, unit: number, stamp: number): void {
    invariant(edge - edge === 0, 'an edge is a number');
    invariant(unit < UNITS_MAX, 'a unit fits into an entry');
    if (this.width === 0) this.width = Math.max(1, Math.abs(edge) * BUCKET_SHARE);
    const tag = unit * STAMPS + (stamp % STAMPS);
    if (this.nearCount > 2 * this.nearCleaned + SMALLEST) this.cleanNear();
    this.put(edge, tag);
  }

  /** Takes out and visits every valid band whose edge is below `limit`. */
  popBelow(limit: number, visit: (unit: number) => void): void {
    this.limit = limit;
    if (this.width > 0) this.approach(Math.floor(limit / this.width));
    while (this.nearCount > 0 && (this.near[0] ?? 0) < limit) {
      const tag = this.near[1] ?? 0;
      this.pop();
      if (this.isKept(tag)) visit(Math.floor(tag / STAMPS));
    }
  }

  /** The buckets up to this one go into the heap. */
  private approach(bucket: number): void {
    if (bucket <= this.horizon) return;
    this.horizon = bucket;
    for (const [key, { entries, count }] of this.far) {
      if (key > bucket) continue;
      this.far.delete(key);
      for (let k = 0; k < count; k++) {
        const tag = entries[k * PAIR + 1] ?? 0;
        if (this.isKept(tag)) this.insert(entries[k * PAIR] ?? 0, tag);
      }
    }
  }

  private isKept(tag: number): boolean {
    const unit = Math.floor(tag / STAMPS);
    return this.isValid(unit, tag - unit * STAMPS);
  }

  /** Drops heap entries that no longer hold, and heaps anew those near the present price. */
  private cleanNear(): void {
    const { near, nearCount } = this;
    this.horizon = Math.floor(this.limit / this.width);
    this.nearCount = 0;
    for (let k = 0; k < nearCount; k++) {
      const tag = near[k * PAIR + 1] ?? 0;
      // Inserted again at a place <= k: nothing is overwritten that is still to be read.
      if (this.isKept(tag)) this.put(near[k * PAIR] ?? 0, tag);
    }
    invariant(this.nearCount <= nearCount, 'cleaning adds no edge');
    this.nearCleaned = this.nearCount;
  }

  private put(edge: number, tag: number): void {
    const bucket = Math.floor(edge / this.width);
    if (bucket <= this.horizon) this.insert(edge, tag);
    else this.append(bucket, edge, tag);
  }

  private append(key: number, edge: number, tag: number): void {
    let bucket = this.far.get(key);
    if (bucket === undefined) {
      bucket = { entries: new Float64Array(PAIR * 16), count: 0, cleaned: 0 };
      this.far.set(key, bucket);
    }
    if (bucket.count > 2 * bucket.cleaned + SMALLEST_BUCKET) this.cleanBucket(bucket);
    const at = PAIR * bucket.count++;
    if (at >= bucket.entries.length) bucket.entries = grown(bucket.entries);
    bucket.entries[at] = edge;
    bucket.entries[at + 1] = tag;
  }

  private cleanBucket(bucket: Bucket): void {
    const { entries, count } = bucket;
    let kept = 0;
    for (let k = 0; k < count; k++) {
      const tag = entries[k * PAIR + 1] ?? 0;
      if (!this.isKept(tag)) continue;
      entries[kept * PAIR] = entries[k * PAIR] ?? 0;
      entries[kept * PAIR + 1] = tag;
      kept += 1;
    }
    invariant(kept <= count, 'cleaning adds no edge');
    bucket.count = kept;
    bucket.cleaned = kept;
  }

  private insert(edge: number, tag: number): void {
    let at = this.nearCount++;
    if (PAIR * at >= this.near.length) this.near = grown(this.near);
    const { near } = this;
    while (at > 0) {
      const parent = ((at - 1) / ARITY) | 0;
      if ((near[parent * PAIR] ?? 0) <= edge) break;
      near[at * PAIR] = near[parent * PAIR] ?? 0;
      near[at * PAIR + 1] = near[parent * PAIR + 1] ?? 0;
      at = parent;
    }
    near[at * PAIR] = edge;
    near[at * PAIR + 1] = tag;
  }

  private pop(): void {
    const { near } = this;
    const last = --this.nearCount;
    invariant(last >= 0, 'an edge is taken from a heap that has one');
    const edge = near[last * PAIR] ?? 0;
    const tag = near[last * PAIR + 1] ?? 0;
    let at = 0;
    for (;;) {
      const first = at * ARITY + 1;
      if (first >= last) break;
      let least = first;
      const end = Math.min(first + ARITY, last);
      for (let child = first + 1; child < end; child++) {
        if ((near[child * PAIR] ?? 0) < (near[least * PAIR] ?? 0)) least = child;
      }
      if ((near[least * PAIR] ?? 0) >= edge) break;
      near[at * PAIR] = near[least * PAIR] ?? 0;
      near[at * PAIR + 1] = near[least * PAIR + 1] ?? 0;
      at = least;
    }
    near[at * PAIR] = edge;
    near[at * PAIR + 1] = tag;
  }
}

/** Entries whose edges lie in one stretch of prices, in no order. */
interface Bucket {
  entries: Float64Array<ArrayBuffer>;
  count: number;
  cleaned: number;
}

function grown(pairs: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const more = new Float64Array(pairs.length * 2);
  more.set(pairs);
  return more;
}
