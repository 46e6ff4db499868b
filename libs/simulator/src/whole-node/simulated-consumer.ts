import { type Message, readRecord, recordLengthAt } from '#libs/events';
import type { Released, Welcome } from '#libs/wire';
import { getInt64 } from '#libs/units';
import { type ClientOptions, StreamClient } from './stream-client.js';
import type { Violations } from './violations.js';

/** A record that the node released, at its sequence. */
export interface ReceivedRecord {
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

/**
 * A subscriber of all decisions. Frames must come without a gap; after a broken connection it goes
 * on from the last sequence it has seen.
 */
export class SimulatedConsumer extends StreamClient {
  readonly received: ReceivedRecord[] = [];
  /** Last sequence of the last frame. */
  sequence = 0;
  private frameOfLink = 0;

  constructor(
    options: ClientOptions,
    private readonly violations: Violations,
    private readonly onRecord: (message: Message, sequence: number) => void,
  ) {
    super(options);
  }

  protected subscribeFrom(): number {
    return this.sequence + 1;
  }

  protected ackFrom(): number {
    return 0;
  }

  protected welcomed({ headSequence }: Welcome): void {
    this.frameOfLink = 0;
    this.violations.check(
      headSequence >= this.sequence,
      () => 'the node welcomes a consumer at a head below what it had released',
    );
  }

  protected released({ firstSequence, count, records }: Released): void {
    this.violations.check(
      firstSequence <= this.sequence + 1,
      () => 'a consumer was given a frame and not the one before it',
    );
    this.violations.check(
      firstSequence > this.frameOfLink,
      () => 'a consumer was given a frame twice on one connection',
    );
    this.frameOfLink = firstSequence;
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    for (let at = 0; at < records.length;) {
      const sequence = getInt64(view, at);
      const length = recordLengthAt(view, at + 8);
      if (sequence > this.sequence) {
        this.received.push({ sequence, bytes: records.slice(at + 8, at + 8 + length) });
        this.onRecord(readRecord(view, at + 8), sequence);
      }
      at += 8 + length;
    }
    this.sequence = Math.max(this.sequence, firstSequence + count - 1);
  }
}
