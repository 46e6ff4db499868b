import { STREAM_HEADER_BYTES } from './stream-messages.js';

/** Cuts a byte stream into whole messages, for the side that receives few and small ones. */
export class MessageSplitter {
  private held: Uint8Array = new Uint8Array(0);

  constructor(
    private readonly bytesMax: number,
    private readonly onMessage: (kind: number, message: Uint8Array) => void,
  ) {}

  /** Takes a chunk. Throws RangeError on a message that is shorter than a header or too long. */
  push(chunk: Uint8Array): void {
    let bytes = chunk;
    if (this.held.length > 0) {
      bytes = new Uint8Array(this.held.length + chunk.length);
      bytes.set(this.held);
      bytes.set(chunk, this.held.length);
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (bytes.length - at >= STREAM_HEADER_BYTES) {
      const length = view.getUint32(at, true);
      if (length < STREAM_HEADER_BYTES || length > this.bytesMax) {
        throw new RangeError(`a stream message of ${String(length)} bytes`);
      }
      if (bytes.length - at < length) break;
      this.onMessage(view.getUint8(at + 4), bytes.subarray(at, at + length));
      at += length;
    }
    this.held = new Uint8Array(bytes.subarray(at));
  }
}
