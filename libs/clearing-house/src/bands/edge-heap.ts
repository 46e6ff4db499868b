import { invariant } from '#libs/units';

/** An entry is an edge, rounded to single precision, and a tag: unit x STAMPS + stamp modulo STAMPS. */
const PAIR = 2;
const STAMP_BITS = 6;
export const STAMPS = 1 << STAMP_BITS;
const UNITS_MAX = 1 << (32 - STAMP_BITS);
/** More than rounding to single precision can add to an edge, as a share of it: 2^-23. */
const SINGLE = 1 / 8_388_608;
/** Children of a heap entry: four entries are half a cache line. */
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
 * their part is cleaned; one whose stamp is right by chance surfaces, which costs a judgement.
 */
export class EdgeHeap {
  private near = new Entries(64);
  private nearCount = 0;
  private nearCleaned = 0;
  private readonly far = new Map<number, Bucket>();
  private width = 0;
  /** Buckets up to this one are in the heap. */
  private horizon = -Infinity;
  private limit = -Infinity;

  /** `isValid` tells whether the band (unit, stamp modulo STAMPS) still holds. */
  constructor(private readonly isValid: (unit: number, stamp: number) => boolean) {}

  /** An edge that single precision cannot hold surfaces a little before it is crossed. */
  push(edge: number, unit: number, stamp: number): void {
    invariant(edge - edge === 0, 'an edge is a number');
    invariant(unit < UNITS_MAX, 'a unit fits into an entry');
    if (this.width === 0) this.width = Math.max(1, Math.abs(edge) * BUCKET_SHARE);
    const tag = (unit << STAMP_BITS) | (stamp & (STAMPS - 1));
    if (this.nearCount > 2 * this.nearCleaned + SMALLEST) this.cleanNear();
    const single = Math.fround(edge);
    this.put(single <= edge ? single : Math.fround(edge - Math.abs(edge) * SINGLE), tag);
  }

  /** Takes out and visits every valid band whose edge is below `limit`. */
  popBelow(limit: number, visit: (unit: number) => void): void {
    this.limit = limit;
    if (this.width > 0) this.approach(Math.floor(limit / this.width));
    while (this.nearCount > 0 && (this.near.edges[0] ?? 0) < limit) {
      const tag = this.near.tags[1] ?? 0;
      this.pop();
      if (this.isKept(tag)) visit(tag >>> STAMP_BITS);
    }
  }

  /** The buckets up to this one go into the heap. */
  private approach(bucket: number): void {
    if (bucket <= this.horizon) return;
    this.horizon = bucket;
    for (const [key, { entries, count }] of this.far) {
      if (key > bucket) continue;
      this.far.delete(key);
      const { edges, tags } = entries;
      for (let k = 0; k < count * PAIR; k += PAIR) {
        const tag = tags[k + 1] ?? 0;
        if (this.isKept(tag)) this.insert(edges[k] ?? 0, tag);
      }
    }
  }

  private isKept(tag: number): boolean {
    return this.isValid(tag >>> STAMP_BITS, tag & (STAMPS - 1));
  }

  /** Drops heap entries that no longer hold, and heaps anew those near the present price. */
  private cleanNear(): void {
    const { nearCount } = this;
    const { edges, tags } = this.near;
    this.horizon = Math.floor(this.limit / this.width);
    this.nearCount = 0;
    for (let k = 0; k < nearCount * PAIR; k += PAIR) {
      const tag = tags[k + 1] ?? 0;
      // Inserted again at a place <= k: nothing is overwritten that is still to be read.
      if (this.isKept(tag)) this.put(edges[k] ?? 0, tag);
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
      bucket = { entries: new Entries(16), count: 0, cleaned: 0 };
      this.far.set(key, bucket);
    }
    if (bucket.count > 2 * bucket.cleaned + SMALLEST_BUCKET) this.cleanBucket(bucket);
    const at = PAIR * bucket.count++;
    if (at >= bucket.entries.edges.length) bucket.entries = bucket.entries.grown();
    bucket.entries.edges[at] = edge;
    bucket.entries.tags[at + 1] = tag;
  }

  private cleanBucket(bucket: Bucket): void {
    const { count } = bucket;
    const { edges, tags } = bucket.entries;
    let kept = 0;
    for (let k = 0; k < count * PAIR; k += PAIR) {
      const tag = tags[k + 1] ?? 0;
      if (!this.isKept(tag)) continue;
      edges[kept] = edges[k] ?? 0;
      tags[kept + 1] = tag;
      kept += PAIR;
    }
    invariant(kept <= count * PAIR, 'cleaning adds no edge');
    bucket.count = kept / PAIR;
    bucket.cleaned = bucket.count;
  }

  private insert(edge: number, tag: number): void {
    let at = this.nearCount++;
    if (PAIR * at >= this.near.edges.length) this.near = this.near.grown();
    const { edges, tags } = this.near;
    while (at > 0) {
      const parent = ((at - 1) / ARITY) | 0;
      const above = edges[parent * PAIR] ?? 0;
      if (above <= edge) break;
      edges[at * PAIR] = above;
      tags[at * PAIR + 1] = tags[parent * PAIR + 1] ?? 0;
      at = parent;
    }
    edges[at * PAIR] = edge;
    tags[at * PAIR + 1] = tag;
  }

  private pop(): void {
    const { edges, tags } = this.near;
    const last = --this.nearCount;
    invariant(last >= 0, 'an edge is taken from a heap that has one');
    const edge = edges[last * PAIR] ?? 0;
    const tag = tags[last * PAIR + 1] ?? 0;
    let at = 0;
    for (;;) {
      const first = at * ARITY + 1;
      if (first >= last) break;
      let least = first;
      let below = edges[first * PAIR] ?? 0;
      const end = Math.min(first + ARITY, last);
      for (let child = first + 1; child < end; child++) {
        const other = edges[child * PAIR] ?? 0;
        if (other >= below) continue;
        below = other;
        least = child;
      }
      if (below >= edge) break;
      edges[at * PAIR] = below;
      tags[at * PAIR + 1] = tags[least * PAIR + 1] ?? 0;
      at = least;
    }
    edges[at * PAIR] = edge;
    tags[at * PAIR + 1] = tag;
  }
}

/** Pairs of an edge and a tag, eight bytes each, side by side in one buffer. */
class Entries {
  readonly edges: Float32Array;
  readonly tags: Int32Array;

  constructor(count: number) {
    const buffer = new ArrayBuffer(8 * count);
    this.edges = new Float32Array(buffer);
    this.tags = new Int32Array(buffer);
  }

  /** The same in twice the room. */
  grown(): Entries {
    const more = new Entries(this.tags.length);
    more.tags.set(this.tags);
    return more;
  }
}

/** Entries whose edges lie in one stretch of prices, in no order. */
interface Bucket {
  entries: Entries;
  count: number;
  cleaned: number;
}
