import { invariant } from '#libs/units';

/**
 * Edges of safe bands on one instrument's price, least first (upper edges as they are, lower edges
 * negated). Entries of bands that no longer hold are left in and dropped when they surface, or when
 * the heap has doubled since it was last cleaned.
 */
export class EdgeHeap {
  private edges = new Float64Array(256);
  private units = new Int32Array(256);
  private stamps = new Float64Array(256);
  private length = 0;
  private lengthCleaned = 0;

  /** `isValid` tells whether the band (unit, stamp) still holds. */
  constructor(private readonly isValid: (unit: number, stamp: number) => boolean) {}

  push(edge: number, unit: number, stamp: number): void {
    if (this.length > 2 * this.lengthCleaned + 4096) this.clean();
    if (this.length === this.edges.length) this.grow();
    invariant(edge - edge === 0, 'an edge is a number');
    let at = this.length++;
    const { edges } = this;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((edges[parent] ?? 0) <= edge) break;
      this.copy(parent, at);
      at = parent;
    }
    this.put(at, edge, unit, stamp);
  }

  /** Takes out and visits every valid band whose edge is below `limit`. */
  popBelow(limit: number, visit: (unit: number) => void): void {
    while (this.length > 0 && (this.edges[0] ?? 0) < limit) {
      const unit = this.units[0] ?? 0;
      const stamp = this.stamps[0] ?? 0;
      this.pop();
      if (this.isValid(unit, stamp)) visit(unit);
    }
  }

  private pop(): void {
    const { edges } = this;
    const last = --this.length;
    invariant(last >= 0, 'an edge is taken from a heap that has one');
    const edge = edges[last] ?? 0;
    const unit = this.units[last] ?? 0;
    const stamp = this.stamps[last] ?? 0;
    let at = 0;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= last) break;
      if (child + 1 < last && (edges[child + 1] ?? 0) < (edges[child] ?? 0)) child += 1;
      if ((edges[child] ?? 0) >= edge) break;
      this.copy(child, at);
      at = child;
    }
    if (last > 0) this.put(at, edge, unit, stamp);
  }

  /** Drops entries that no longer hold and heaps the rest anew. */
  private clean(): void {
    const { length } = this;
    this.length = 0;
    this.lengthCleaned = length;
    for (let k = 0; k < length; k++) {
      const unit = this.units[k] ?? 0;
      const stamp = this.stamps[k] ?? 0;
      // Re-inserting at a place <= k never overwrites an entry that is still to be read.
      if (this.isValid(unit, stamp)) this.push(this.edges[k] ?? 0, unit, stamp);
    }
    invariant(this.length <= length, 'cleaning adds no edge');
    this.lengthCleaned = this.length;
  }

  private grow(): void {
    const size = this.edges.length * 2;
    const edges = new Float64Array(size);
    const units = new Int32Array(size);
    const stamps = new Float64Array(size);
    edges.set(this.edges);
    units.set(this.units);
    stamps.set(this.stamps);
    this.edges = edges;
    this.units = units;
    this.stamps = stamps;
  }

  private copy(from: number, to: number): void {
    this.put(to, this.edges[from] ?? 0, this.units[from] ?? 0, this.stamps[from] ?? 0);
  }

  private put(at: number, edge: number, unit: number, stamp: number): void {
    this.edges[at] = edge;
    this.units[at] = unit;
    this.stamps[at] = stamp;
  }
}
