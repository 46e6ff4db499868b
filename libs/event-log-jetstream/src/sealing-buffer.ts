import { FRAME_HEADER_BYTES, MAX_FRAME_BYTES } from '#libs/event-log';

const BYTES_MIN = 256 * 1024;

/**
 * Memory in which frames are sealed one after another. The client may still hold a frame whose
 * answer was lost, to send it when the connection is back: its memory is never written again.
 */
export class SealingBuffer {
  private bytes = new Uint8Array(0);

  /** Memory for a frame with so many bytes of records. */
  for(recordBytes: number): Uint8Array {
    const needed = Math.min(recordBytes + FRAME_HEADER_BYTES, MAX_FRAME_BYTES);
    if (needed > this.bytes.length) {
      let length = Math.max(BYTES_MIN, this.bytes.length);
      while (length < needed) length *= 2;
      this.bytes = Buffer.allocUnsafeSlow(Math.min(length, MAX_FRAME_BYTES));
    }
    return this.bytes;
  }

  /** Leaves the memory to whoever holds it. */
  giveAway(): void {
    this.bytes = new Uint8Array(0);
  }
}
