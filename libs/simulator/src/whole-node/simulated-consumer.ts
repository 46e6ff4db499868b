import { type Message, readRecord, recordLengthAt } from '#libs/events';
import { getInt64 } from '#libs/units';
import type { Released, Welcome } from '#libs/wire';
import { isEqual } from './durability-check.js';
import type { FaultCounts } from './fault-counts.js';
import { type ClientOptions, StreamClient } from './stream-client.js';
import type { Violations } from './violations.js';

const FORGOTTEN_MAX = 80;

export interface ConsumerOptions extends ClientOptions {
  readonly violations: Violations;
  readonly counts: FaultCounts;
  /** Whether it may forget what it saw last. */
  readonly isFaulty: () => boolean;
  /** Called for each record once, in the order of the log. */
  readonly onRecord: (message: Message, sequence: number) => void;
}

/**
 * A subscriber of all decisions, and so of the liquidation commands. Frames must come without a gap;
 * after a broken connection it goes on from the last sequence it has seen, or from an earlier one
 * when it lost its notes: what it is sent again must be what it was sent before.
 */
export class SimulatedConsumer extends StreamClient {
  /** What it was given, by sequence. */
  readonly received = new Map<number, Uint8Array>();
  /** Last sequence of the last frame. */
  sequence = 0;
  private frameOfLink = 0;
  private readonly violations: Violations;

  constructor(private readonly consumer: ConsumerOptions) {
    super(consumer);
    this.violations = consumer.violations;
  }

  protected subscribeFrom(): number {
    const { random, isFaulty, counts } = this.consumer;
    const next = this.sequence + 1;
    if (next === 1 || !isFaulty() || random.below(3) !== 0) return next;
    counts.consumerForgot += 1;
    return Math.max(1, next - 1 - random.below(FORGOTTEN_MAX));
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
      this.take(sequence, records.slice(at + 8, at + 8 + length));
      at += 8 + length;
    }
    this.sequence = Math.max(this.sequence, firstSequence + count - 1);
  }

  private take(sequence: number, bytes: Uint8Array): void {
    const known = this.received.get(sequence);
    const isNew = sequence > this.sequence;
    this.violations.check(
      isNew === (known === undefined) && (known === undefined || isEqual(known, bytes)),
      () => 'a decision that is sent again is not the same decision',
    );
    if (!isNew || known !== undefined) return;
    this.received.set(sequence, bytes);
    this.consumer.onRecord(readRecord(new DataView(bytes.buffer), 0), sequence);
  }
}
