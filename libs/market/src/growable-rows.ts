import { invariant, type Unit } from '#libs/units';
import type { Column, PlainColumn } from './columns.js';

/**
 * Fixed-stride rows of doubles, addressed by a dense id from 1. What one event touches lies in one
 * or two cache lines. Grows by doubling; `data` must be re-read after `append`.
 */
export class GrowableRows {
  data: Float64Array;
  count = 0;

  constructor(
    readonly stride: number,
    initialRows = 64,
  ) {
    invariant(stride >= 1 && initialRows >= 1, 'a table has columns and room');
    this.data = new Float64Array(stride * (initialRows + 1));
  }

  /** Appends a zeroed row and returns its id. */
  append(): number {
    this.count += 1;
    const needed = (this.count + 1) * this.stride;
    if (needed > this.data.length) {
      const grown = new Float64Array(Math.max(needed, this.data.length * 2));
      grown.set(this.data);
      this.data = grown;
    }
    invariant(needed <= this.data.length, 'an appended row has room');
    return this.count;
  }

  /** Offset of a row in `data`. */
  at(id: number): number {
    return id * this.stride;
  }

  has(id: number): boolean {
    return id >= 1 && id <= this.count;
  }

  /** A field in the unit of its column. */
  get<U extends Unit>(id: number, field: Column<U>): U;
  get(id: number, field: PlainColumn): number;
  get(id: number, field: number): number {
    return this.data[id * this.stride + field] ?? 0;
  }

  set<U extends Unit>(id: number, field: Column<U>, value: NoInfer<U>): void;
  set(id: number, field: PlainColumn, value: number): void;
  set(id: number, field: number, value: number): void {
    invariant(id >= 1 && id <= this.count, 'a row that exists is written');
    invariant(Number.isSafeInteger(value), 'a stored number is a safe integer');
    this.data[id * this.stride + field] = value;
  }
}
