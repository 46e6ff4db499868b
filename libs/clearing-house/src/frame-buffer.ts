import { invariant } from '#libs/units';

/** Bytes of records in one frame at most; the smallest engine limit (NATS, 8 MiB) less headers. */
export const FRAME_BYTES_MAX = 8 * 1024 * 1024 - 64 * 1024;

/** The frame being cut: records back to back, as they will stand in the log. */
export class FrameBuffer {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  length = 0;
  count = 0;
  firstSequence = 1;

  constructor(buffer: ArrayBufferLike = new ArrayBuffer(FRAME_BYTES_MAX)) {
    this.bytes = new Uint8Array(buffer);
    this.view = new DataView(buffer);
  }

  /** Empties it; the next record takes `firstSequence`. */
  begin(firstSequence: number): void {
    invariant(firstSequence >= 1, 'sequences count from 1');
    this.length = 0;
    this.count = 0;
    this.firstSequence = firstSequence;
  }

  /** Sequence that the next record takes. */
  nextSequence(): number {
    return this.firstSequence + this.count;
  }

  /** Copies a record behind the last one, uncommitted; neither `set` nor `subarray`, which allocate. */
  copy(from: DataView, at: number, bytes: number): void {
    const { view, length } = this;
    let k = 0;
    for (; k + 4 <= bytes; k += 4) view.setInt32(length + k, from.getInt32(at + k, true), true);
    for (; k < bytes; k++) view.setUint8(length + k, from.getUint8(at + k));
  }

  /** Counts a record of so many bytes that was written at `length`. */
  commit(bytes: number): void {
    this.length += bytes;
    this.count += 1;
    invariant(this.length <= this.bytes.length, 'a frame stays within its limit');
  }
}
