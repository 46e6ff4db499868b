import type { ChainState } from '#libs/event-log';

/** A place between two frames, with what a walk needs to go on from there. */
export interface FrameMark {
  /** First ordinal of the segment. */
  readonly segment: number;
  readonly at: number;
  /** Both chains before the place, verified on the way to it. */
  readonly state: ChainState;
}

const SPACING_BYTES = 1024 * 1024;
const MARKS_MAX = 32_768;

/**
 * Places that a follower has walked past, so that a reader who wants an event in the middle of a
 * segment need not verify the segment from its start. Kept in memory alone: what it says was verified
 * by this process. When it is full, every second place is forgotten and the spacing doubled.
 */
export class FrameIndex {
  private marks: FrameMark[] = [];

  constructor(private spacingBytes = SPACING_BYTES) {}

  /** Notes a place if it is far enough from the last one; places come in their order. */
  note(segment: number, at: number, state: ChainState): void {
    const last = this.marks.at(-1);
    if (last?.segment === segment && at - last.at < this.spacingBytes) return;
    if (last !== undefined && state.sequence <= last.state.sequence) return;
    this.marks.push({ segment, at, state });
    if (this.marks.length <= MARKS_MAX) return;
    this.marks = this.marks.filter((_, k) => k % 2 === 0);
    this.spacingBytes *= 2;
  }

  /** The last place before the event; undefined when none is known, or none of its own stretch. */
  before(sequence: number): FrameMark | undefined {
    let low = 0;
    let high = this.marks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.marks[middle]?.state.sequence ?? 0) < sequence) low = middle + 1;
      else high = middle;
    }
    return this.marks[low - 1];
  }
}
