/** Inputs that another thread hands to the core, as one unit of answering. */
export interface Submission {
  readonly kind: 'submission';
  readonly id: number;
  /** Records in the catalogue's layout, back to back. */
  readonly records: Uint8Array;
  /** One for each record; '' for none. */
  readonly messageIds: readonly string[];
}

/** What became of one input. Sent only when it, and all that it caused, is durable. */
export interface SubmissionAnswer {
  /** An OUTCOME. */
  readonly outcome: number;
  /** Sequence of the input's record, or of its first record when it is a duplicate. */
  readonly sequence: number;
  /** Rejection number; 0 when accepted. */
  readonly reason: number;
}

/** Why an input was not even offered; nothing was recorded of it and of those behind it. */
export interface SubmissionFault {
  readonly kind: 'time-jump' | 'malformed' | 'stopped';
  readonly detail: string;
}

export interface SubmissionResult {
  readonly kind: 'submitted';
  readonly id: number;
  /** One for each record that was taken, in their order. */
  readonly answers: readonly SubmissionAnswer[];
  /** Present when fewer were taken than given. */
  readonly fault?: SubmissionFault;
}
