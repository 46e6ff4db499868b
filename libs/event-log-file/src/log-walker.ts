import {
  FrameVerifier,
  LogCorruption,
  findFrame,
  isFault,
  openFrame,
  ordinalOf,
  storedBytes,
  type ChainState,
  type StoredFrame,
} from '#libs/event-log';
import { sameChain } from './chain-codec.js';
import type { FrameIndex, FrameMark } from './frame-index.js';
import { codeOf, readAll, type FileHandlePort, type FileSystemPort } from './file-system.js';
import { SEGMENT_HEADER_BYTES, readSegmentHeader, segmentName } from './segment-header.js';

const CHUNK_BYTES = 1024 * 1024;

export interface LogPlace {
  readonly fs: FileSystemPort;
  readonly directory: string;
  readonly logName: string;
}

/** The walk cannot go on here: the log ends, or what follows is not a whole frame. */
export interface Stop {
  readonly stop: string;
  /** Name of the segment, and the offset of the first byte after the last good frame. */
  readonly file: string;
  readonly at: number;
  /** Bytes behind `at`; 0 when the log simply ends. */
  readonly bytesLeft: number;
}

/** Walks the frames from a segment's start onward, over segment borders, and verifies each. */
export class LogWalker {
  readonly #place: LogPlace;
  #handle: FileHandlePort;
  #file: string;
  /** First ordinal of the segment. */
  #segment: number;
  #verifier: FrameVerifier;
  #at = SEGMENT_HEADER_BYTES;
  #buffer = new Uint8Array(0);
  /** File offset of the buffer's first byte. */
  #bufferAt = SEGMENT_HEADER_BYTES;
  /** The one buffer of a transient walk. */
  #reused: Uint8Array<ArrayBuffer> | undefined;

  private constructor(
    place: LogPlace,
    handle: FileHandlePort,
    segment: number,
    before: ChainState,
  ) {
    this.#place = place;
    this.#handle = handle;
    this.#segment = segment;
    this.#file = segmentName(segment);
    this.#verifier = new FrameVerifier(before);
  }

  /**
   * Starts at the segment whose first frame has this ordinal. In a transient walk a frame is valid
   * until the next one is asked for.
   */
  static async from(
    place: LogPlace,
    firstOrdinal: number,
    isTransient = false,
  ): Promise<LogWalker> {
    const file = segmentName(firstOrdinal);
    const handle = await place.fs.open(`${place.directory}/${file}`, 'read');
    try {
      const header = await readSegmentHeader(handle, firstOrdinal, place.logName);
      const walker = new LogWalker(place, handle, firstOrdinal, header.before);
      if (isTransient) walker.#reused = new Uint8Array(CHUNK_BYTES);
      return walker;
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** Goes on at a place that was walked past before. */
  static async resume(place: LogPlace, { segment, at, state }: FrameMark): Promise<LogWalker> {
    const walker = await LogWalker.from(place, segment);
    walker.#at = at;
    walker.#bufferAt = at;
    walker.#verifier = new FrameVerifier(state);
    return walker;
  }

  /** Tells an index where the walk is. */
  mark(index: FrameIndex): void {
    index.note(this.#segment, this.#at, this.state);
  }

  /** Both chains after the last frame that `next` gave. */
  get state(): ChainState {
    return this.#verifier.state;
  }

  /** Offset behind the last frame, in the present segment. */
  get at(): number {
    return this.#at;
  }

  where(at = this.#at): string {
    return `${this.#file} at byte ${String(at)}`;
  }

  /**
   * The next frame, or why there is none. After a stop it may be called again: it looks anew, since
   * a writer may have gone on.
   *
   * @throws LogCorruption when a whole frame breaks the order
   */
  async next(): Promise<StoredFrame | Stop> {
    let opened = openFrame(this.#buffer, this.#at - this.#bufferAt);
    if (isFault(opened)) {
      // What the buffer holds may be older than the disk: judge only what was just read.
      await this.#fill(Math.max(CHUNK_BYTES, opened.needBytes));
      opened = openFrame(this.#buffer);
      if (isFault(opened) && opened.needBytes > this.#buffer.length) {
        await this.#fill(opened.needBytes);
        opened = openFrame(this.#buffer);
      }
    }
    if (!isFault(opened)) return this.#accept(opened);
    const bytesLeft = (await this.#handle.size()) - this.#at;
    if (bytesLeft <= 0 && (await this.#enterNextSegment())) return this.next();
    return { stop: opened.detail, file: this.#file, at: this.#at, bytesLeft };
  }

  /** Whether a whole frame stands somewhere behind the present place: then this is no torn tail. */
  async isFollowedByFrame(): Promise<boolean> {
    const rest = new Uint8Array(Math.max(0, (await this.#handle.size()) - this.#at));
    const read = await readAll(this.#handle, rest, this.#at);
    return findFrame(rest.subarray(0, read), 0) >= 0;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  #accept(frame: StoredFrame): StoredFrame {
    const verdict = this.#verifier.accept(frame, this.where());
    if (verdict !== 'accepted') {
      // One writer under a lock stores neither duplicates nor frames of a past epoch.
      throw new LogCorruption(`a frame that is ${verdict}`, this.where(), this.state.sequence);
    }
    this.#at += storedBytes(frame);
    return frame;
  }

  async #fill(bytes: number): Promise<void> {
    const buffer = await this.#bufferFor(bytes);
    const read = await readAll(this.#handle, buffer, this.#at);
    this.#buffer = buffer.subarray(0, read);
    this.#bufferAt = this.#at;
  }

  async #bufferFor(bytes: number): Promise<Uint8Array<ArrayBuffer>> {
    if (this.#reused === undefined) {
      // Frames are views into the buffer and may be kept by the reader, so it is never reused.
      const left = (await this.#handle.size()) - this.#at;
      return Buffer.allocUnsafeSlow(Math.max(0, Math.min(bytes, left)));
    }
    if (this.#reused.length < bytes) this.#reused = new Uint8Array(bytes);
    return this.#reused.subarray(0, bytes);
  }

  async #enterNextSegment(): Promise<boolean> {
    const ordinal = ordinalOf(this.state) + 1;
    const file = segmentName(ordinal);
    if (file === this.#file) return false;
    let handle: FileHandlePort;
    try {
      handle = await this.#place.fs.open(`${this.#place.directory}/${file}`, 'read');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return false;
      throw error;
    }
    const previous = this.#handle;
    this.#handle = handle;
    await previous.close();
    const header = await readSegmentHeader(handle, ordinal, this.#place.logName);
    if (!sameChain(header.before, this.state) || header.previousBytes !== this.#at) {
      throw new LogCorruption(
        'the segment does not follow the one before',
        `${file} at byte 0`,
        this.state.sequence,
      );
    }
    this.#file = file;
    this.#segment = ordinal;
    this.#at = SEGMENT_HEADER_BYTES;
    this.#buffer = new Uint8Array(0);
    this.#bufferAt = SEGMENT_HEADER_BYTES;
    return true;
  }
}

export function isStop(step: StoredFrame | Stop): step is Stop {
  return 'stop' in step;
}
