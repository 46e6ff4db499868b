/** One side of a novated trade. */
export interface TradeLeg {
  readonly side: 'buy' | 'sell';
  readonly account: string;
  readonly uti: string;
  readonly feeMinor: string;
}

/** An input that is accepted and durable. */
export interface Accepted {
  readonly messageId: string;
  readonly status: 'accepted';
  readonly type: string;
  readonly sequence: string;
  readonly frame: string;
  readonly time: string;
  /** Of a trade. */
  readonly clearedAt?: string;
  readonly businessDate?: string;
  readonly tradeId?: string;
  readonly matchId?: string;
  readonly costMinor?: string;
  readonly legs?: readonly TradeLeg[];
}

/** A line of a batch; the others of a batch do not depend on it. */
export interface BatchAnswer extends Omit<Accepted, 'status'> {
  readonly line: number;
  /** error: nothing was recorded; with `retry` it may be sent again as it is. */
  readonly status: 'accepted' | 'rejected' | 'error';
  readonly repeated?: boolean;
  readonly retry?: boolean;
  readonly problem?: string;
  readonly detail?: string;
  readonly field?: string;
  readonly value?: string;
  readonly rule?: string;
  readonly reason?: number;
  readonly reasonName?: string;
}

/** The body of a problem (RFC 9457). */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly requestId?: string;
  readonly field?: string;
  readonly value?: string;
  readonly rule?: string;
  readonly remedy?: string;
  /** Number of the rejection, where the refusal stands in the log. */
  readonly reason?: number;
  readonly reasonName?: string;
  readonly sequence?: string;
}

/** The node answered that it will not do this; asking again gives the same. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(readonly problem: ProblemBody) {
    super(problem.detail);
  }

  get status(): number {
    return this.problem.status;
  }
}

/** What every answer says of the point at which it was given. */
export interface AnswerHead {
  readonly sequence: string;
  readonly asOf?: string;
  readonly businessDate?: string;
}
