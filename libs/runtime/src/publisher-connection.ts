import { OUTCOME } from '#libs/clearing-house';
import { MalformedRecord, offsetsOf, RECORD_HEADER_BYTES, UnknownRecord } from '#libs/events';
import { getInt64 } from '#libs/units';
import {
  BATCH_HEAD_BYTES,
  decodeHello,
  encodeRefused,
  encodeReleased,
  encodeWelcome,
  PROTOCOL_VERSION,
  STREAM,
  STREAM_HEADER_BYTES,
  STREAM_MESSAGE_BYTES_MAX,
} from '#libs/wire';
import type { FrameRelease } from './release.js';
import { BUSY, type Sequencer, TimeJumpPending } from './sequencer.js';
import type { StreamSocket } from './stream-socket.js';

const HEAD = offsetsOf('PriceObserved');
const RECORD_BYTES_MAX = 1 << 16;
/** A subscriber that has not read so much is dropped: it costs bounded memory. */
const UNREAD_BYTES_MAX = 32 * 1024 * 1024;

/** Why a connection is ended by the node; sent as the code of `refused`. */
export const REFUSED = {
  protocol: 1,
  unknownPublisher: 2,
  sequenceGap: 3,
  malformed: 4,
  timeJump: 5,
  slow: 6,
  history: 7,
} as const;

/** One publisher on the binary stream: takes batches, gets acknowledgements and decisions. */
export class PublisherConnection {
  publisher = 0;
  subscribeFrom = 0;
  lastPublisherSequence = 0;
  /** Live: released frames are sent as they come; before that it is caught up from the log. */
  isLive = false;
  private isOpen = true;
  private held: Buffer = Buffer.alloc(0);
  private batchBytes = 0;
  private batchTimeUs = 0;

  constructor(
    private readonly socket: StreamSocket,
    private readonly sequencer: Sequencer,
    private readonly onHello: (connection: PublisherConnection) => void,
    private readonly onClosed: (connection: PublisherConnection) => void,
  ) {
    socket.on('data', (chunk: Buffer) => this.take(chunk));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => {
      this.isOpen = false;
      this.onClosed(this);
    });
  }

  isAlive(): boolean {
    return this.isOpen;
  }

  /** Goes on with what could not be taken when the sequencer was full. */
  resume(): void {
    if (!this.isOpen || !this.socket.isPaused()) return;
    if (this.process()) this.socket.resume();
    this.sequencer.flush();
  }

  /** Sends what a durable frame says to this publisher. */
  release(release: FrameRelease): void {
    const last = release.lastSequenceOf(this.publisher);
    if (last !== undefined) this.lastPublisherSequence = last;
    const isSubscriber = this.subscribeFrom > 0;
    if (last === undefined && !isSubscriber) return;
    const { firstSequence, count, frameTimeUs } = release.frame;
    const { lastPublisherSequence } = this;
    const records = release.recordsFor(this.publisher, isSubscriber);
    this.send(
      encodeReleased({ firstSequence, count, frameTimeUs, lastPublisherSequence, records }),
    );
    if (this.isLive && this.socket.writableLength > UNREAD_BYTES_MAX) {
      this.refuse(REFUSED.slow, `too slow; go on from sequence ${String(firstSequence + count)}`);
    }
  }

  /** Whether what was sent is still waiting to be read; catching up stops meanwhile. */
  async drained(): Promise<void> {
    if (!this.isOpen || !this.socket.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        this.socket.off('drain', done);
        this.socket.off('close', done);
        resolve();
      };
      this.socket.on('drain', done);
      this.socket.on('close', done);
    });
  }

  refuse(code: number, text: string): void {
    this.isOpen = false;
    this.socket.end(encodeRefused(code, text));
  }

  private send(bytes: Uint8Array): void {
    if (this.isOpen) this.socket.write(bytes);
  }

  private take(chunk: Buffer): void {
    if (!this.isOpen) return;
    this.held = this.held.length === 0 ? chunk : Buffer.concat([this.held, chunk]);
    if (!this.process()) this.socket.pause();
    this.sequencer.flush();
  }

  /** Takes every complete record and message; false when the sequencer is full. */
  private process(): boolean {
    const { held } = this;
    const view = new DataView(held.buffer, held.byteOffset, held.byteLength);
    let at = 0;
    let lookedAt = 0;
    let isTaken = true;
    while (this.isOpen) {
      if (at >= lookedAt && this.batchBytes > 0) {
        const end = Math.min(view.byteLength, at + this.batchBytes);
        lookedAt = Math.max(at + 1, this.sequencer.house.lookAhead(view, at, end));
      }
      const taken = this.batchBytes > 0 ? this.record(view, at) : this.message(view, at);
      if (taken === 0) break;
      if (taken === BUSY) {
        isTaken = false;
        break;
      }
      at += taken;
    }
    this.held = held.subarray(at);
    return isTaken;
  }

  /** Offers the record at `at`; bytes taken, 0 when it is not complete, BUSY when it must wait. */
  private record(view: DataView, at: number): number {
    const rest = view.byteLength - at;
    if (rest < 4) return 0;
    const length = view.getUint32(at, true);
    const isLengthOk = length >= RECORD_HEADER_BYTES + 12 && length <= RECORD_BYTES_MAX;
    if (!isLengthOk || length > this.batchBytes)
      return this.fail(REFUSED.malformed, 'a record length is wrong');
    if (rest < length) return 0;
    if (view.getUint32(at + HEAD.publisher, true) !== this.publisher) {
      return this.fail(REFUSED.unknownPublisher, "a record is not of this connection's publisher");
    }
    const outcome = this.offer(view, at);
    if (outcome === BUSY) return BUSY;
    if (!this.isOpen) return 0;
    if (outcome === OUTCOME.gap) {
      const given = String(getInt64(view, at + HEAD.publisherSequence));
      return this.fail(REFUSED.sequenceGap, `publisherSequence ${given} leaves a gap`);
    }
    this.batchBytes -= length;
    return length;
  }

  private offer(view: DataView, at: number): number {
    try {
      return this.sequencer.offer(view, at, this.batchTimeUs);
    } catch (error) {
      if (error instanceof TimeJumpPending) return this.fail(REFUSED.timeJump, error.message);
      if (error instanceof UnknownRecord || error instanceof MalformedRecord) {
        return this.fail(REFUSED.malformed, error.message);
      }
      throw error;
    }
  }

  /** A batch without records says what time it is. */
  private timeAlone(): number {
    try {
      return this.sequencer.advanceTo(this.batchTimeUs) ? BATCH_HEAD_BYTES : BUSY;
    } catch (error) {
      if (error instanceof TimeJumpPending) return this.fail(REFUSED.timeJump, error.message);
      throw error;
    }
  }

  /** Handles a message other than records; for a batch only its head. */
  private message(view: DataView, at: number): number {
    const rest = view.byteLength - at;
    if (rest < STREAM_HEADER_BYTES) return 0;
    const length = view.getUint32(at, true);
    const kind = view.getUint8(at + 4);
    if (length < STREAM_HEADER_BYTES || length > STREAM_MESSAGE_BYTES_MAX) {
      return this.fail(REFUSED.protocol, `a message of ${String(length)} bytes`);
    }
    if (kind === STREAM.batch && this.publisher !== 0) {
      if (rest < BATCH_HEAD_BYTES) return 0;
      this.batchTimeUs = getInt64(view, at + STREAM_HEADER_BYTES);
      this.batchBytes = length - BATCH_HEAD_BYTES;
      return this.batchBytes > 0 ? BATCH_HEAD_BYTES : this.timeAlone();
    }
    if (kind !== STREAM.hello || this.publisher !== 0) {
      return this.fail(REFUSED.protocol, `unexpected message kind ${String(kind)}`);
    }
    if (rest < length) return 0;
    this.hello(new Uint8Array(view.buffer, view.byteOffset + at, length));
    return length;
  }

  private hello(message: Uint8Array): void {
    const hello = decodeHello(message);
    const { state } = this.sequencer.house;
    const publisher = state.names.idOf('publisher', hello.publisher) ?? 0;
    if (hello.protocol !== PROTOCOL_VERSION) {
      this.fail(REFUSED.protocol, `this node speaks protocol ${String(PROTOCOL_VERSION)}`);
      return;
    }
    if (publisher === 0) {
      this.fail(REFUSED.unknownPublisher, `${hello.publisher} is not a registered publisher`);
      return;
    }
    this.publisher = publisher;
    this.subscribeFrom = hello.subscribeFrom;
    this.onHello(this);
  }

  /** Answers the hello, with what is durable at this moment. */
  welcome(lastPublisherSequence: number, headSequence: number): void {
    this.lastPublisherSequence = this.subscribeFrom > 0 ? 0 : lastPublisherSequence;
    this.send(encodeWelcome({ publisher: this.publisher, lastPublisherSequence, headSequence }));
  }

  private fail(code: number, text: string): number {
    this.refuse(code, text);
    return 0;
  }
}
