import { LogUnavailable, ordinalOf, type ChainState } from '#libs/event-log';
import { createWhole, isDiskFull, messageOf, writeAll } from './file-system.js';
import type { FileHandlePort } from './file-system.js';
import type { LogPlace } from './log-walker.js';
import { SEGMENT_HEADER_BYTES, encodeSegmentHeader, segmentName } from './segment-header.js';

/** Why a frame was not stored, and what that means for the writer. */
export interface WriteFailure {
  readonly kind: 'unavailable' | 'unknown';
  readonly detail: string;
  /** Nothing may be written any more by this process. */
  readonly closes: boolean;
}

/** Appends frames to the last segment: one write at a known offset, then fdatasync. */
export class SegmentWriter {
  readonly #handle: FileHandlePort;
  #bytes: number;

  /** `bytes`: where the next frame goes; everything before it is durable. */
  constructor(handle: FileHandlePort, bytes: number) {
    this.#handle = handle;
    this.#bytes = bytes;
  }

  /** Makes the segment whose first frame follows `before`; whole and durable or not there at all. */
  static async create(
    place: LogPlace,
    before: ChainState,
    previousBytes: number,
  ): Promise<SegmentWriter> {
    const name = segmentName(ordinalOf(before) + 1);
    const header = encodeSegmentHeader({ logName: place.logName, previousBytes, before });
    const handle = await createWhole(place.fs, place.directory, name, header);
    return new SegmentWriter(handle, SEGMENT_HEADER_BYTES);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Whether a frame of `frameBytes` should go to a new segment. */
  isFullFor(frameBytes: number, segmentBytes: number): boolean {
    return this.#bytes > SEGMENT_HEADER_BYTES && this.#bytes + frameBytes > segmentBytes;
  }

  /**
   * Stores one frame; undefined when it is durable. After a failed write what is there of it is cut
   * off again; when that is durable, the frame is certainly not stored. After a failed fdatasync
   * nothing is certain: the kernel may have dropped the pages and call them clean.
   */
  async append(frame: Uint8Array, sync: boolean): Promise<WriteFailure | undefined> {
    try {
      await writeAll(this.#handle, frame, this.#bytes);
    } catch (error) {
      return this.#cutBack(error);
    }
    if (sync) {
      try {
        await this.#handle.fdatasync();
      } catch (error) {
        return { kind: 'unknown', detail: `fdatasync: ${messageOf(error)}`, closes: true };
      }
    }
    this.#bytes += frame.length;
    return undefined;
  }

  async sync(): Promise<void> {
    await this.#handle.fdatasync();
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  async #cutBack(cause: unknown): Promise<WriteFailure> {
    const detail = `write: ${messageOf(cause)}`;
    try {
      await this.#handle.truncate(this.#bytes);
      await this.#handle.fdatasync();
    } catch (error) {
      return { kind: 'unknown', detail: `${detail}; then ${messageOf(error)}`, closes: true };
    }
    return { kind: 'unavailable', detail, closes: !isDiskFull(cause) };
  }
}

/** Opens the last segment for appending at `bytes`, where its good frames end. */
export async function resumeSegment(
  place: LogPlace,
  file: string,
  bytes: number,
): Promise<SegmentWriter> {
  const handle = await place.fs.open(`${place.directory}/${file}`, 'update');
  if ((await handle.size()) !== bytes) {
    await handle.close();
    throw new LogUnavailable(`${file} changed while it was opened`);
  }
  return new SegmentWriter(handle, bytes);
}
