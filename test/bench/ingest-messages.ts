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
  /** Open loop at `perSecond`; every `everyMs` as much as the node takes, for `burstMs`. */
  | {
      readonly kind: 'bursts';
      readonly batch: number;
      readonly perSecond: number;
      readonly bursts: number;
      readonly everyMs: number;
      readonly burstMs: number;
    }
  /** Present prices by instrument. */
  | { readonly kind: 'marks'; readonly marks: readonly number[] }
  | { readonly kind: 'end' };

/** One burst, from its first trade to the acknowledgement of its last. */
export interface BurstSample {
  readonly trades: number;
  /** Sent and not acknowledged when the burst ended. */
  readonly backlogTrades: number;
  readonly inFlightTradesMax: number;
  /** Of the burst, how long the socket took nothing: the node's back pressure. */
  readonly blockedMs: number;
  /** From the end of the burst until all that was sent by then was acknowledged. */
  readonly drainMs: number;
}

export interface PublisherDone {
  readonly kind: 'done';
  /** From the first byte to the last acknowledgement. */
  readonly seconds: number;
  /** Trades of this order that were refused, by reason. */
  readonly refused: Readonly<Record<number, number>>;
  /** `bursts`: each of them. */
  readonly bursts: readonly BurstSample[];
  /** `rate`, `bursts`: from when a batch was due to its acknowledgement, milliseconds. */
  readonly latenciesMs: readonly number[];
  /** `rate`: how long after it was due each batch was sent, milliseconds. */
  readonly sendLateMs: readonly number[];
  /** CPU time of the publisher's process meanwhile. */
  readonly cpuSeconds: number;
  /** Last number of the session, all acknowledged. */
  readonly lastSequence: number;
}

export type PublisherReply =
  | { readonly kind: 'ready'; readonly publisher: number }
  /** A burst begins. */
  | { readonly kind: 'burst' }
  | PublisherDone;
