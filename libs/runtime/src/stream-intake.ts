import { OUTCOME } from '#libs/clearing-house';
import {
  causeDistanceAt,
  layoutByTemplate,
  MalformedRecord,
  offsetsOf,
  RECORD_HEADER_BYTES,
  templateIdAt,
  UnknownRecord,
} from '#libs/events';
import { getInt64 } from '#libs/units';
import {
  BATCH_HEAD_BYTES,
  HELLO_BYTES_MAX,
  isCountAt,
  REFUSED,
  STREAM,
  STREAM_HEADER_BYTES,
  STREAM_MESSAGE_BYTES_MAX,
} from '#libs/wire';
import type { IntakeBuffer } from './intake-buffer.js';
import { BUSY, type Sequencer, TimeJumpPending } from './sequencer.js';

const HEAD = offsetsOf('PriceObserved');
/** Of 2^53 - 1. */
const HIGH_WORD_MAX = 0x1fffff;
const RECORD_BYTES_MIN = RECORD_HEADER_BYTES + 12;
/** Largest record of an input; also what a connection may hold of an incomplete one. */
const RECORD_BYTES_MAX = 8192;

/** The connection whose bytes these are. */
export interface IntakeOwner {
  /** Bytes are taken. */
  readonly isTaking: boolean;
  /** A welcome was sent: batches may come. */
  readonly isWelcome: boolean;
  readonly publisher: number;
  /** By template id: 1 where such a record may be sent. */
  readonly templates: Uint8Array;
  /** The first message, as bytes. */
  onHello(message: Uint8Array): void;
  /** The bytes break a rule: nothing of what follows is taken. */
  onFault(code: number, text: string): void;
}

/**
 * Cuts a connection's bytes into messages and records, and offers the records to the sequencer as
 * they come: a batch is never held as a whole. What is held between two chunks is less than one
 * record; while the sequencer is full, less than that and one chunk.
 */
export class StreamIntake {
  private held: Uint8Array = new Uint8Array(0);
  private batchBytes = 0;
  private batchTimeUs = 0;
  private isGreeted = false;

  constructor(
    private readonly sequencer: Sequencer,
    private readonly owner: IntakeOwner,
    /** Shared by all connections. */
    private readonly buffer: IntakeBuffer,
  ) {}

  /** False when the sequencer is full: call `process` again when it may have room. */
  take(chunk: Uint8Array): boolean {
    this.buffer.take(this.held, chunk);
    return this.cut();
  }

  /** Takes what was held; false when the sequencer is full. */
  process(): boolean {
    this.buffer.take(this.held);
    return this.cut();
  }

  /** Takes every complete record and message. */
  private cut(): boolean {
    const { buffer, owner } = this;
    const { view, end } = buffer;
    let at = 0;
    let lookedAt = 0;
    let isTaken = true;
    try {
      while (owner.isTaking) {
        if (at >= lookedAt && this.batchBytes > 0) {
          const last = Math.min(end, at + this.batchBytes);
          lookedAt = Math.max(at + 1, this.sequencer.house.lookAhead(view, at, last));
        }
        const rest = end - at;
        const taken =
          this.batchBytes > 0 ? this.record(view, at, rest) : this.message(view, at, rest);
        if (taken === 0) break;
        if (taken === BUSY) {
          isTaken = false;
          break;
        }
        at += taken;
      }
    } finally {
      this.held = buffer.giveBack(owner.isTaking ? at : end);
    }
    return isTaken;
  }

  /** Offers the record at `at`; bytes taken, 0 when it is not complete, BUSY when it must wait. */
  private record(view: DataView, at: number, rest: number): number {
    if (this.batchBytes < RECORD_BYTES_MIN) {
      const text = `${String(this.batchBytes)} bytes of a batch are no record`;
      return this.fail(REFUSED.malformed, text);
    }
    if (rest < 4) return 0;
    const length = view.getUint32(at, true);
    if (length < RECORD_BYTES_MIN || length > RECORD_BYTES_MAX || length > this.batchBytes) {
      return this.fail(REFUSED.malformed, `a record of ${String(length)} bytes`);
    }
    if (rest < length) return 0;
    if (!this.isHeadSound(view, at)) return 0;
    const outcome = this.offer(view, at);
    if (outcome === BUSY) return BUSY;
    if (outcome >= OUTCOME.duplicate) return this.misnumbered(view, at, outcome);
    this.batchBytes -= length;
    return length;
  }

  /** Whether the record is of a kind and a session that this connection may send. */
  private isHeadSound(view: DataView, at: number): boolean {
    const { owner } = this;
    const template = templateIdAt(view, at);
    if (owner.templates[template] !== 1) {
      const name = layoutByTemplate(template)?.name;
      if (name === undefined) this.fail(REFUSED.malformed, `no template ${String(template)}`);
      else this.fail(REFUSED.notPermitted, `${name} may not be sent on this connection`);
      return false;
    }
    if (causeDistanceAt(view, at) !== 0) {
      this.fail(REFUSED.malformed, 'the cause distance of an input is 0');
      return false;
    }
    if (view.getUint32(at + HEAD.publisher, true) !== owner.publisher) {
      this.fail(REFUSED.otherPublisher, `the publisher of this connection is ${owner.publisher}`);
      return false;
    }
    // Halves as they are: a number beyond 2^53 must not be put together.
    const low = view.getUint32(at + HEAD.publisherSequence, true);
    const high = view.getInt32(at + HEAD.publisherSequence + 4, true);
    if (high < 0 || high > HIGH_WORD_MAX) {
      this.fail(REFUSED.malformed, 'publisherSequence is not in 1..2^53 - 1');
      return false;
    }
    if (low === 0 && high === 0) {
      this.fail(REFUSED.unnumbered, 'publisherSequence is 0');
      return false;
    }
    return true;
  }

  private offer(view: DataView, at: number): number {
    try {
      return this.sequencer.offer(view, at, this.batchTimeUs);
    } catch (error) {
      return this.failed(error);
    }
  }

  private misnumbered(view: DataView, at: number, outcome: number): number {
    if (!this.owner.isTaking) return 0;
    const number = String(getInt64(view, at + HEAD.publisherSequence));
    return outcome === OUTCOME.gap
      ? this.fail(REFUSED.sequenceGap, `number ${number} leaves a gap`)
      : this.fail(REFUSED.sequenceRepeated, `number ${number} was handled before`);
  }

  /** Handles a message other than records; for a batch only its head. */
  private message(view: DataView, at: number, rest: number): number {
    if (rest < STREAM_HEADER_BYTES) return 0;
    const length = view.getUint32(at, true);
    const kind = view.getUint8(at + 4);
    if (kind === STREAM.batch && this.owner.isWelcome) return this.batch(view, at, length, rest);
    if (kind === STREAM.heartbeat && this.isGreeted && length === STREAM_HEADER_BYTES) {
      return length;
    }
    if (kind !== STREAM.hello || this.isGreeted) {
      return this.fail(REFUSED.protocol, `unexpected message kind ${String(kind)}`);
    }
    if (length < STREAM_HEADER_BYTES || length > HELLO_BYTES_MAX) {
      return this.fail(REFUSED.protocol, `a hello of ${String(length)} bytes`);
    }
    if (rest < length) return 0;
    this.isGreeted = true;
    this.owner.onHello(new Uint8Array(view.buffer, view.byteOffset + at, length).slice());
    return length;
  }

  private batch(view: DataView, at: number, length: number, rest: number): number {
    if (length < BATCH_HEAD_BYTES || length > STREAM_MESSAGE_BYTES_MAX) {
      return this.fail(REFUSED.protocol, `a batch of ${String(length)} bytes`);
    }
    if (rest < BATCH_HEAD_BYTES) return 0;
    if (!isCountAt(view, at + STREAM_HEADER_BYTES)) {
      return this.fail(REFUSED.malformed, 'the time of a batch is not in 0..2^53 - 1');
    }
    this.batchTimeUs = getInt64(view, at + STREAM_HEADER_BYTES);
    this.batchBytes = length - BATCH_HEAD_BYTES;
    return this.batchBytes > 0 ? BATCH_HEAD_BYTES : this.timeAlone();
  }

  /** A batch without records says what time it is. */
  private timeAlone(): number {
    try {
      return this.sequencer.advanceTo(this.batchTimeUs) ? BATCH_HEAD_BYTES : BUSY;
    } catch (error) {
      return this.failed(error);
    }
  }

  /** What the sequencer throws about an input is the input's fault; anything else is ours. */
  private failed(error: unknown): number {
    if (error instanceof TimeJumpPending) return this.fail(REFUSED.timeJump, error.message);
    if (error instanceof UnknownRecord || error instanceof MalformedRecord) {
      return this.fail(REFUSED.malformed, error.message);
    }
    throw error;
  }

  private fail(code: number, text: string): number {
    this.owner.onFault(code, text);
    return 0;
  }
}
