import { amountMinor, invariant, lots, type Unit } from '#libs/units';
import {
  type Column,
  type LogicalTable,
  type LotsColumn,
  type MinorColumn,
  type PlainColumn,
  type Row,
  type RowSink,
  TABLES,
} from '#libs/market';
import type { AccountTable } from './accounts.js';

/** Columns of a position row: half a cache line. */
export const P = {
  instrument: 0,
  lots: 1 as LotsColumn,
  costMinor: 2 as MinorColumn,
  /** Number of the instrument's sweep that last reached it. */
  sweepOrdinal: 3,
} as const;

const STRIDE = 4;
const SMALLEST_BLOCK = 4;
/** Up to here a block is searched from its start; beyond, by bisection. */
const SCANNED = 16;

/**
 * All positions. Those of an account lie side by side in a block, ordered by instrument, because
 * judging an account reads them all: measured, 13 times faster than following a chain of rows. A
 * full block moves to one of twice the size; what it leaves is used again. A row number is valid
 * until the next `open`. An empty position does not exist logically.
 */
export class PositionTable implements LogicalTable {
  readonly table = TABLES.positions;
  readonly stride = STRIDE;
  data = new Float64Array(STRIDE * 4096);
  /** Instrument of each row once more: what a search reads lies 16 to a cache line. */
  private keys = new Int32Array(4096);
  /** By account: first row of its block, and rows in it. */
  private blocks = new Int32Array(2 * 1024);
  /** First row never used; row 0 stands for "none". */
  private end = 1;
  /** Free blocks by size, as first rows. */
  private readonly freeBlocks = new Map<number, number[]>();

  constructor(private readonly accounts: AccountTable) {}

  /** A field in the unit of its column. */
  get<U extends Unit>(row: number, column: Column<U>): U;
  get(row: number, column: PlainColumn): number;
  get(row: number, column: number): number {
    return this.data[row * STRIDE + column] ?? 0;
  }

  set<U extends Unit>(row: number, column: Column<U>, value: NoInfer<U>): void;
  set(row: number, column: PlainColumn, value: number): void;
  set(row: number, column: number, value: number): void {
    invariant(row > 0 && row < this.end, 'a row that exists is written');
    invariant(Number.isSafeInteger(value), 'a stored number is a safe integer');
    this.data[row * STRIDE + column] = value;
  }

  /** First row of an account's block; 0 when it never had a position. */
  first(account: number): number {
    return 2 * account < this.blocks.length ? (this.blocks[2 * account] ?? 0) : 0;
  }

  /** Rows in an account's block. */
  countOf(account: number): number {
    return 2 * account < this.blocks.length ? (this.blocks[2 * account + 1] ?? 0) : 0;
  }

  /** Row of (account, instrument), or 0. */
  find(account: number, instrument: number): number {
    const first = this.first(account);
    const place = this.place(first, this.countOf(account), instrument);
    return place >= 0 ? (first + place) | 0 : 0;
  }

  /** Reads the keys of an account's block, so that they are in the cache when they are searched. */
  touchKeys(account: number): number {
    return this.keys[this.first(account)] ?? 0;
  }

  /** Reads the row of (account, instrument), if there is one, for the same reason. */
  touch(account: number, instrument: number): number {
    return this.data[this.find(account, instrument) * STRIDE + P.lots] ?? 0;
  }

  /** Place of an instrument in a block (all 32-bit integers), or -(place to insert at + 1). */
  private place(first: number, count: number, instrument: number): number {
    const { keys } = this;
    let low = first | 0;
    let high = (first + count) | 0;
    while (high - low > SCANNED) {
      const middle = (low + high) >> 1;
      if ((keys[middle] ?? 0) <= instrument) low = middle;
      else high = middle;
    }
    for (; low < high; low = (low + 1) | 0) {
      const found = keys[low] ?? 0;
      if (found === instrument) return low - first;
      if (found > instrument) break;
    }
    return first - low - 1;
  }

  /** Row of (account, instrument), made if need be as one that every sweep so far has reached. */
  open(account: number, instrument: number, sweepOrdinal: number): number {
    const count = this.countOf(account);
    const found = this.place(this.first(account), count, instrument);
    if (found >= 0) return this.first(account) + found;
    const place = -found - 1;
    invariant(instrument >= 1 && account >= 1, 'a position has an account and an instrument');
    const first = count === capacityOf(count) ? this.grow(account, count) : this.first(account);
    invariant(first > 0 && first + count < this.end, 'a position is opened inside a block');
    const at = (first + place) * STRIDE;
    this.data.copyWithin(at + STRIDE, at, (first + count) * STRIDE);
    this.keys.copyWithin(first + place + 1, first + place, first + count);
    this.keys[first + place] = instrument;
    this.data[at + P.instrument] = instrument;
    this.data[at + P.lots] = 0;
    this.data[at + P.costMinor] = 0;
    this.data[at + P.sweepOrdinal] = sweepOrdinal;
    this.blocks[2 * account + 1] = count + 1;
    this.assertOrdered(first, place, count + 1);
    return first + place;
  }

  /** The row at `place` stands between a smaller and a larger instrument. */
  private assertOrdered(first: number, place: number, count: number): void {
    const own = this.get(first + place, P.instrument);
    const isAfter = place === 0 || this.get(first + place - 1, P.instrument) < own;
    const isBefore = place + 1 === count || this.get(first + place + 1, P.instrument) > own;
    invariant(isAfter && isBefore, 'positions of an account ascend by instrument');
  }

  /** Moves an account's rows to a block with room for one more; returns its first row. */
  private grow(account: number, count: number): number {
    const from = this.first(account);
    const first = this.takeBlock(capacityOf(count + 1));
    invariant(first > 0 && first !== from, 'an account moves to another block');
    this.data.copyWithin(first * STRIDE, from * STRIDE, (from + count) * STRIDE);
    this.keys.copyWithin(first, from, from + count);
    this.growBlocks(account);
    this.blocks[2 * account] = first;
    if (count > 0) {
      const free = this.freeBlocks.get(count) ?? [];
      free.push(from);
      this.freeBlocks.set(count, free);
    }
    return first;
  }

  private growBlocks(account: number): void {
    if (2 * account + 1 < this.blocks.length) return;
    const grown = new Int32Array(Math.max(4 * account, this.blocks.length * 2));
    grown.set(this.blocks);
    this.blocks = grown;
  }

  private takeBlock(size: number): number {
    const free = this.freeBlocks.get(size)?.pop();
    if (free !== undefined) return free;
    const first = this.end;
    this.end += size;
    const needed = this.end * STRIDE;
    if (needed > this.data.length) {
      const grown = new Float64Array(Math.max(needed, this.data.length * 2));
      grown.set(this.data);
      this.data = grown;
      const keys = new Int32Array(Math.floor(grown.length / STRIDE));
      keys.set(this.keys);
      this.keys = keys;
    }
    return first;
  }

  /** Whether a row is an empty position, which does not exist logically. */
  isEmpty(row: number): boolean {
    return this.get(row, P.lots) === 0 && this.get(row, P.costMinor) === 0;
  }

  writeRows(sink: RowSink): void {
    for (let account = 1; account <= this.accounts.count; account++) {
      const first = this.first(account);
      for (let row = first; row < first + this.countOf(account); row++) {
        if (this.isEmpty(row)) continue;
        sink.row(this.table, account, this.get(row, P.instrument));
        sink.number(1, this.get(row, P.lots));
        sink.number(2, this.get(row, P.costMinor));
        sink.number(3, this.get(row, P.sweepOrdinal));
      }
    }
  }

  restoreRow(logical: Row): void {
    const count = this.countOf(logical.keyA);
    const row = this.open(logical.keyA, logical.keyB, logical.number(3));
    invariant(this.countOf(logical.keyA) === count + 1, 'a position is restored once');
    this.set(row, P.lots, lots(logical.number(1)));
    this.set(row, P.costMinor, amountMinor(logical.number(2)));
  }
}

/** Rows of the block that holds so many positions: 0, 4, 8, 16, … */
function capacityOf(count: number): number {
  if (count === 0) return 0;
  let capacity = SMALLEST_BLOCK;
  while (capacity < count) capacity *= 2;
  return capacity;
}
