import type { Batch, FeedScope, FeedSubscriber } from './feed.js';

/** Where a subscription's events go. */
export interface EventSink {
  /** Whether a message may be added to what waits to be read. */
  readonly hasRoom: boolean;
  sendEvents(head: string, body: string | Buffer): void;
  /** A live subscription got no more, because there was no room. */
  overflowed(subscription: Subscription): void;
}

/**
 * - `waiting`: behind the head; it gets its events out of the log when it can take them.
 * - `passing`: it is getting events out of the log.
 * - `live`: it gets every frame as it becomes durable.
 */
export type SubscriptionPlace = 'waiting' | 'passing' | 'live' | 'ended';

/** One subscriber's place in the log, and the numbering of what it gets. */
export class Subscription implements FeedSubscriber {
  place: SubscriptionPlace = 'waiting';
  /** Number of the next event. */
  private number = 1;

  constructor(
    readonly id: number,
    readonly scope: FeedScope,
    readonly sink: EventSink,
    /** First sequence that it has not got; while live it is kept by the stream hub. */
    public next: number,
  ) {}

  /** Sends a batch, or when there is no room stops before it: the log has it, too. */
  deliver(batch: Batch): void {
    if (this.place !== 'passing' && this.place !== 'live') return;
    if (!this.sink.hasRoom) {
      const wasLive = this.place === 'live';
      this.next = batch.firstSequence;
      this.place = 'waiting';
      if (wasLive) this.sink.overflowed(this);
      return;
    }
    const head = `{"op":"events","subscription":${this.id},"number":${this.number},"events":[`;
    this.number += batch.count;
    this.next = batch.lastSequence + 1;
    this.sink.sendEvents(head, batch.body);
  }
}
