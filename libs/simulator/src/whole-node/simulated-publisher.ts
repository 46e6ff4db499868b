import { type InputMessage, recordLengthOf, writeRecord } from '#libs/events';
import { type Ack, encodeBatchHead, forEachAck, type Released, type Welcome } from '#libs/wire';
import { type ClientOptions, StreamClient } from './stream-client.js';
import type { Violations } from './violations.js';

const BATCH_MAX = 8;
const IN_FLIGHT_MAX = 24;

/** What a caller leaves out of an input: the publisher numbers it. */
export type Draft = InputMessage extends infer M
  ? M extends InputMessage
    ? Omit<M, 'publisher' | 'publisherSequence'>
    : never
  : never;

/**
 * A publisher with a dense session: it keeps what it sent until the end, sends it again from the
 * last number that the node calls durable, and never takes an acknowledgement back.
 */
export class SimulatedPublisher extends StreamClient {
  /** Records by session number less one, as they were sent. */
  readonly records: Uint8Array[] = [];
  acknowledged = 0;
  /** What was said about each number. */
  readonly acks = new Map<number, Ack>();
  /** Up to here every number was told, in order. */
  private told = 0;
  private sent = 0;
  /** Largest number that ever left: nothing above it can be acknowledged. */
  private sentEver = 0;

  constructor(
    options: ClientOptions,
    /** Id under which the clearing house knows it. */
    readonly id: number,
    private readonly violations: Violations,
  ) {
    super(options);
  }

  get isDone(): boolean {
    return this.told === this.records.length;
  }

  enqueue(draft: Draft): void {
    const head = { publisher: this.id, publisherSequence: this.records.length + 1 };
    const message = { ...draft, ...head };
    const record = new Uint8Array(recordLengthOf(message));
    writeRecord(new DataView(record.buffer), 0, message, 0);
    this.records.push(record);
    this.pump();
  }

  protected subscribeFrom(): number {
    return 0;
  }

  protected ackFrom(): number {
    return this.told + 1;
  }

  protected welcomed({ lastPublisherSequence, ackFrom }: Welcome): void {
    this.violations.check(
      lastPublisherSequence >= this.acknowledged,
      () => `the node welcomes a publisher at a number below what it had acknowledged`,
    );
    this.violations.check(
      ackFrom === this.told + 1 || lastPublisherSequence < this.acknowledged,
      () => 'the node does not tell a publisher again what it had not been told',
    );
    this.acknowledge(lastPublisherSequence);
    this.sent = lastPublisherSequence;
    this.pump();
  }

  protected released(released: Released): void {
    this.acknowledge(released.lastPublisherSequence);
    forEachAck(released, (ack) => this.tell(ack));
    this.pump();
  }

  private tell(ack: Ack): void {
    const before = this.acks.get(ack.number);
    this.violations.check(
      before === undefined || (before.sequence === ack.sequence && before.reason === ack.reason),
      () => 'an input was acknowledged twice, and not alike',
    );
    this.violations.check(ack.number <= this.told + 1, () => 'an acknowledgement was left out');
    this.acks.set(ack.number, ack);
    this.told = Math.max(this.told, ack.number);
  }

  private acknowledge(last: number): void {
    this.violations.check(last <= this.sentEver, () => 'an input was acknowledged but never sent');
    this.acknowledged = Math.max(this.acknowledged, last);
  }

  private pump(): void {
    if (this.link === undefined || !this.isWelcome) return;
    while (this.sent < this.records.length && this.sent - this.acknowledged < IN_FLIGHT_MAX) {
      const size = 1 + this.options.random.below(BATCH_MAX);
      const batch = this.records.slice(this.sent, this.sent + size);
      const bytes = Buffer.concat(batch);
      this.sent += batch.length;
      this.sentEver = Math.max(this.sentEver, this.sent);
      this.link.send(Buffer.concat([encodeBatchHead(bytes.length, 0), bytes]));
    }
  }
}
