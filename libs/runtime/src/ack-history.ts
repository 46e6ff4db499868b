/** Marks kept for each publisher, and events between two: together they reach over the window. */
const MARKS_MAX = 512;
const MARK_EVERY = 4_096;

interface Marks {
  /** Ascending; a frame that begins at `sequences[k]` holds `numbers[k]` first. */
  numbers: number[];
  sequences: number[];
}

/**
 * Where in the log a publisher's numbers stand, roughly: from a mark on the log is read forward. It
 * is empty after a restart, and then the whole window is read.
 */
export class AckHistory {
  private readonly publishers = new Map<number, Marks>();

  /** A frame that begins at `firstSequence` holds numbers of the publisher from `firstNumber` on. */
  note(publisher: number, firstNumber: number, firstSequence: number): void {
    const marks = this.publishers.get(publisher) ?? { numbers: [], sequences: [] };
    this.publishers.set(publisher, marks);
    if (firstSequence < (marks.sequences.at(-1) ?? -MARK_EVERY) + MARK_EVERY) return;
    marks.numbers.push(firstNumber);
    marks.sequences.push(firstSequence);
    if (marks.numbers.length < 2 * MARKS_MAX) return;
    marks.numbers = marks.numbers.slice(MARKS_MAX);
    marks.sequences = marks.sequences.slice(MARKS_MAX);
  }

  /** Sequence from which a number will be found; undefined when it is not remembered. */
  find(publisher: number, number: number): number | undefined {
    const marks = this.publishers.get(publisher);
    if (marks === undefined) return undefined;
    let k = marks.numbers.length - 1;
    while (k >= 0 && (marks.numbers[k] ?? 0) > number) k -= 1;
    return marks.sequences[k];
  }
}
