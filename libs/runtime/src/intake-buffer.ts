import { MessageChannel } from 'node:worker_threads';
import { invariant } from '#libs/units';

const SMALLEST_BYTES = 128 * 1024;
/** Smaller chunks may be parts of a pool that others use; they are left to the garbage collector. */
const FREED_BYTES_MIN = 16 * 1024;
const NOTHING = new Uint8Array(0);

/**
 * Where the bytes of all connections are cut into records, one connection at a time: the rest of what
 * it sent before, then its new chunk. So a record never lies across two chunks, and every record of
 * every connection is read through one view.
 */
export class IntakeBuffer {
  private bytes = new Uint8Array(SMALLEST_BYTES);
  private isTaken = false;
  view = new DataView(this.bytes.buffer);
  /** Behind the last byte that counts. */
  end = 0;

  /** Takes it: it holds `rest`, then `chunk`. */
  take(rest: Uint8Array, chunk: Uint8Array = NOTHING): void {
    invariant(!this.isTaken, 'one connection at a time is cut into records');
    this.isTaken = true;
    this.end = rest.length + chunk.length;
    if (this.end > this.bytes.length) {
      this.bytes = new Uint8Array(2 * this.end);
      this.view = new DataView(this.bytes.buffer);
    }
    this.bytes.set(rest);
    this.bytes.set(chunk, rest.length);
  }

  /** Gives it back; a copy of what stands from `at` on. */
  giveBack(at: number): Uint8Array {
    this.isTaken = false;
    return at === this.end ? NOTHING : this.bytes.slice(at, this.end);
  }
}

/**
 * Frees chunks of a socket at once. Left to the garbage collector, their memory (not their number,
 * which is small) makes it mark the whole heap again and again: at full load measured as twice a
 * second, 15 ms each. A message to a closed port takes its buffers along to nowhere.
 */
export class ChunkDisposal {
  private readonly port;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    port2.close();
    port1.unref();
    this.port = port1;
  }

  /** The chunk must not be read any more; it has a buffer of its own, as a socket gives it. */
  free({ buffer, byteLength }: Buffer): void {
    if (byteLength < FREED_BYTES_MIN || byteLength !== buffer.byteLength) return;
    if (buffer instanceof ArrayBuffer) this.port.postMessage(undefined, [buffer]);
  }
}
