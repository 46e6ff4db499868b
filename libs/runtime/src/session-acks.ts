/** Runs and refusals as plain numbers, in the order of the session. */
export interface AckNumbers {
  /** First number, first sequence, count; and again. */
  readonly runs: readonly number[];
  /** Number, reason; and again. */
  readonly refusals: readonly number[];
}

/** What one frame acknowledges to one publisher. Costs a few numbers a run, nothing a trade. */
export class SessionAcks implements AckNumbers {
  readonly runs: number[] = [];
  readonly refusals: number[] = [];
  /** Last number of the session in the frame. */
  last = 0;
  private lastSequence = 0;

  constructor(readonly publisher: number) {}

  /** First number of the session in the frame. */
  get first(): number {
    return this.runs[0] ?? 0;
  }

  /** `reason` is 0 when the input was accepted. */
  note(number: number, sequence: number, reason: number): void {
    const { runs } = this;
    if (number === this.last + 1 && sequence === this.lastSequence + 1 && runs.length > 0) {
      runs[runs.length - 1] = (runs[runs.length - 1] ?? 0) + 1;
    } else {
      runs.push(number, sequence, 1);
    }
    if (reason !== 0) this.refusals.push(number, reason);
    this.last = number;
    this.lastSequence = sequence;
  }

  /** Without what lies before a number. */
  from(number: number): AckNumbers {
    if (this.first >= number) return this;
    const runs: number[] = [];
    for (let k = 0; k < this.runs.length; k += 3) {
      const [first = 0, sequence = 0, count = 0] = this.runs.slice(k, k + 3);
      const left = Math.max(0, number - first);
      if (left < count) runs.push(first + left, sequence + left, count - left);
    }
    const refusals: number[] = [];
    for (let k = 0; k < this.refusals.length; k += 2) {
      const [refused = 0, reason = 0] = this.refusals.slice(k, k + 2);
      if (refused >= number) refusals.push(refused, reason);
    }
    return { runs, refusals };
  }
}
