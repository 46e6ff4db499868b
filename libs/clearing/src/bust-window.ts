import { invariant } from '#libs/units';
import { type LogicalTable, type Row, type RowSink, TABLES } from '#libs/market';

/** How many novated trades are remembered for busts. */
export const BUST_WINDOW = 65_536;

/** Whether a remembered trade may be busted. */
export const BUST = { possible: 0, done: 1, never: 2 } as const;

/**
 * The last trades by ascending sequence, each with a 64-bit digest of its economics in two 32-bit
 * lanes. A ring of plain numbers: remembering a trade is four stores.
 */
export class BustWindow implements LogicalTable {
  readonly table = TABLES.busts;
  private readonly sequences = new Float64Array(BUST_WINDOW);
  private readonly lanes = new Int32Array(2 * BUST_WINDOW);
  private readonly states = new Uint8Array(BUST_WINDOW);
  /** Trades ever remembered. */
  private total = 0;
  /** Slot of the next one: `total` modulo BUST_WINDOW, a power of two. */
  private next = 0;

  remember(sequence: number, laneA: number, laneB: number, state: number): void {
    const slot = this.next;
    const before = (slot - 1) & (BUST_WINDOW - 1);
    invariant(sequence > (this.sequences[before] ?? 0), 'trades are remembered in their order');
    this.sequences[slot] = sequence;
    this.lanes[slot * 2] = laneA;
    this.lanes[slot * 2 + 1] = laneB;
    this.states[slot] = state;
    this.next = (slot + 1) & (BUST_WINDOW - 1);
    this.total += 1;
  }

  /** Slot of the trade, or -1 when it is unknown or too old. Bisection over the ring. */
  find(sequence: number): number {
    let low = Math.max(0, this.total - BUST_WINDOW);
    let high = this.total - 1;
    while (low <= high) {
      const middle = Math.floor((low + high) / 2);
      const found = this.sequences[middle % BUST_WINDOW] ?? 0;
      if (found === sequence) return middle % BUST_WINDOW;
      if (found < sequence) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  matches(slot: number, laneA: number, laneB: number): boolean {
    return this.lanes[slot * 2] === laneA && this.lanes[slot * 2 + 1] === laneB;
  }

  /** One of BUST. */
  stateOf(slot: number): number {
    return this.states[slot] ?? BUST.never;
  }

  markDone(slot: number): void {
    invariant(
      slot >= 0 && slot < Math.min(this.total, BUST_WINDOW),
      'a busted trade is remembered',
    );
    invariant(this.states[slot] === BUST.possible, 'a trade is busted once');
    this.states[slot] = BUST.done;
  }

  writeRows(sink: RowSink): void {
    for (let place = Math.max(0, this.total - BUST_WINDOW); place < this.total; place++) {
      const slot = place % BUST_WINDOW;
      sink.row(this.table, this.sequences[slot] ?? 0, 0);
      sink.number(1, this.lanes[slot * 2] ?? 0);
      sink.number(2, this.lanes[slot * 2 + 1] ?? 0);
      sink.number(3, this.states[slot] ?? 0);
    }
  }

  restoreRow(row: Row): void {
    this.remember(row.keyA, row.number(1), row.number(2), row.number(3));
  }
}
