import { type InputMessage, recordLengthAt, recordLengthOf, writeRecord } from '#libs/events';

/** Records are kept in chunks of so many bytes: the largest input is an eighth, a batch holds 16. */
const CHUNK_BYTES = 64 * 1024;

interface Chunk {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly firstNumber: number;
  count: number;
  length: number;
  /** Bytes of it that went out on the present connection. */
  sent: number;
}

/** Records that are not acknowledged, in the order of their numbers, as they are sent. */
export class Outbox {
  private chunks: Chunk[] = [];
  /** First chunk that may have something to send. */
  private sending = 0;

  /** The next record takes the number behind `lastNumber`. */
  constructor(public lastNumber: number) {}

  /** Bytes of the last chunk that were not sent yet. */
  get pendingBytes(): number {
    const last = this.chunks.at(-1);
    return last === undefined ? 0 : last.length - last.sent;
  }

  /** Encodes an input under the next number, and returns it. @throws RecordTooLong */
  add(message: InputMessage): number {
    const chunk = this.chunkFor(recordLengthOf(message));
    chunk.length += writeRecord(chunk.view, chunk.length, message, 0);
    chunk.count += 1;
    this.lastNumber += 1;
    return this.lastNumber;
  }

  /** The next bytes to send, as one batch; they count as sent. */
  takeUnsent(): Uint8Array | undefined {
    for (; this.sending < this.chunks.length; this.sending += 1) {
      const chunk = this.chunks[this.sending];
      if (chunk === undefined || chunk.sent === chunk.length) continue;
      const unsent = chunk.bytes.subarray(chunk.sent, chunk.length);
      chunk.sent = chunk.length;
      return unsent;
    }
    this.sending = Math.max(0, this.chunks.length - 1);
    return undefined;
  }

  /** Numbers up to this one need not be kept. */
  acknowledge(number: number): void {
    let whole = 0;
    while (whole < this.chunks.length && lastOf(this.chunks[whole]) <= number) whole += 1;
    if (whole === 0) return;
    this.chunks.splice(0, whole);
    this.sending = Math.max(0, this.sending - whole);
  }

  /** A new connection: everything above `number` is to be sent again. */
  rewind(number: number): void {
    this.sending = 0;
    for (const chunk of this.chunks) chunk.sent = bytesUpTo(chunk, number);
  }

  private chunkFor(bytes: number): Chunk {
    const last = this.chunks.at(-1);
    if (last !== undefined && last.length + bytes <= CHUNK_BYTES) return last;
    const bytesOf = new Uint8Array(CHUNK_BYTES);
    const chunk: Chunk = {
      bytes: bytesOf,
      view: new DataView(bytesOf.buffer),
      firstNumber: this.lastNumber + 1,
      ...{ count: 0, length: 0, sent: 0 },
    };
    this.chunks.push(chunk);
    return chunk;
  }
}

function lastOf(chunk: Chunk | undefined): number {
  return chunk === undefined ? Infinity : chunk.firstNumber + chunk.count - 1;
}

function bytesUpTo(chunk: Chunk, number: number): number {
  let at = 0;
  for (let k = chunk.firstNumber; k <= Math.min(number, lastOf(chunk)); k++) {
    at += recordLengthAt(chunk.view, at);
  }
  return at;
}
