/** What the benchmark and its publisher's process say to each other. */

export type PublisherOrder =
  /** As fast as the node takes them, at most `inFlight` trades not acknowledged. */
  | {
      readonly kind: 'run';
      readonly trades: number;
      readonly batch: number;
      readonly inFlight: number;
    }
  /** Open loop: batches are due at their time, whether or not earlier ones are acknowledged. */
  | {
      readonly kind: 'rate';
      readonly trades: number;
      readonly batch: number;
      readonly perSecond: number;
    }
  /** Present prices by instrument. */
  | { readonly kind: 'marks'; readonly marks: readonly number[] }
  | { readonly kind: 'end' };

export interface PublisherDone {
  readonly kind: 'done';
  /** From the first byte to the last acknowledgement. */
  readonly seconds: number;
  /** Trades of this order that were refused, by reason. */
  readonly refused: Readonly<Record<number, number>>;
  /** `rate`: from when a batch was due to its acknowledgement, milliseconds. */
  readonly latenciesMs: readonly number[];
  /** CPU time of the publisher's process meanwhile. */
  readonly cpuSeconds: number;
  /** Last number of the session, all acknowledged. */
  readonly lastSequence: number;
}

export type PublisherReply = { readonly kind: 'ready' } | PublisherDone;
