import { randomBytes } from 'node:crypto';
import {
  CLAIMANT_BYTES,
  LogUnavailable,
  MAX_FRAME_BYTES,
  chainAfter,
  claimFrame,
  headOf,
  isDraft,
  openSealed,
  ordinalOf,
  refuseFrame,
  refuseLogRecords,
  rejected,
  sealFrame,
  sealLogFrame,
  type AppendOutcome,
  type ChainState,
  type Frame,
  type FrameDraft,
  type Head,
  type LogRecord,
} from '#libs/event-log';
import {
  ENGINE,
  HEAD_INTERVAL_MS_DEFAULT,
  SEGMENT_BYTES_DEFAULT,
  processTimer,
  type FileLog,
  type FileLogOptions,
} from './file-log-options.js';
import { isDiskFull, messageOf, type LockPort } from './file-system.js';
import { followFrames, readFrames, readRecords, type DurableEnd } from './frame-streams.js';
import { FileLogReader } from './file-log-reader.js';
import { NodeFileSystem } from './node-file-system.js';
import { recover, type Recovered } from './recovery.js';
import { SegmentWriter } from './segment-writer.js';

const LOCK_NAME = 'LOCK';
/** The buffer in which frames are sealed grows by doubling from here to MAX_FRAME_BYTES. */
const BUFFER_BYTES_MIN = 256 * 1024;

/** The embedded engine: segment files in one directory, one writer under a lock. */
export class FileEventLog implements FileLog, DurableEnd {
  readonly durability: 'fsync' | 'os-cache';
  readonly engine = ENGINE;
  readonly notices: readonly string[];
  readonly #options: FileLogOptions;
  readonly #recovered: Recovered;
  readonly #lock: LockPort;
  readonly #closing = new AbortController();
  readonly #waiting = new Set<() => void>();
  #writer: SegmentWriter;
  #state: ChainState;
  #buffer = new Uint8Array(0);
  #pending: Promise<AppendOutcome> | undefined;
  /** Why nothing may be written any more, and whether the last frame's fate is unknown. */
  #failure: { readonly detail: string; readonly isUnknown: boolean } | undefined;
  #mustRoll = false;
  #cancelHeadWrite: (() => void) | undefined;
  #closed: Promise<void> | undefined;

  private constructor(options: FileLogOptions, recovered: Recovered, lock: LockPort) {
    this.durability = options.durability ?? 'fsync';
    this.notices = recovered.notices;
    this.#options = options;
    this.#recovered = recovered;
    this.#lock = lock;
    this.#writer = recovered.writer;
    this.#state = recovered.state;
  }

  /**
   * Opens the log for writing, making it when there is none, or for reading.
   *
   * @throws LogLocked when another process writes it; LogCorruption when something acknowledged is
   *   missing or wrong
   */
  static async open(options: FileLogOptions): Promise<FileLog> {
    if (options.readOnly === true) return FileLogReader.open(options);
    const { directory, fs = new NodeFileSystem() } = options;
    await fs.makeDirectory(directory);
    const lock = await fs.lock(`${directory}/${LOCK_NAME}`);
    try {
      return new FileEventLog(options, await recover({ fs, directory }, options.logName), lock);
    } catch (error) {
      await lock.release();
      throw error;
    }
  }

  append(frame: FrameDraft, expectedHead: number): Promise<AppendOutcome> {
    return this.#write(
      (state) => refuseFrame(state, frame, expectedHead),
      (state) =>
        sealFrame(frame, state.frameNumber + 1, state.hash, this.#bufferFor(frame.records.length)),
    );
  }

  appendLogRecords(records: readonly Uint8Array[], epoch: number): Promise<AppendOutcome> {
    return this.#write(
      (state) => refuseLogRecords(state, records, epoch),
      (state) => sealLogFrame(state, records),
    );
  }

  /** After a failed fdatasync this process cannot tell: the page cache proves nothing. Restart. */
  async resolve(frame?: FrameDraft): Promise<AppendOutcome> {
    if (this.#failure?.isUnknown === true) {
      return { kind: 'unknown', detail: `${this.#failure.detail}; restart to recover` };
    }
    if (frame === undefined) return rejected('no append of log records is unresolved');
    for await (const stored of this.read(frame.firstSequence)) {
      if (isDraft(stored, frame)) return { kind: 'committed', head: headOf(this.#state) };
      break;
    }
    return { kind: 'unavailable', detail: 'the frame is not in the log' };
  }

  async claim(): Promise<{ readonly epoch: number; readonly head: Head }> {
    const claimant = this.#options.claimant?.() ?? randomBytes(CLAIMANT_BYTES);
    const outcome = await this.#write(
      () => undefined,
      (state) => claimFrame(state, claimant),
    );
    if (outcome.kind !== 'committed') {
      const detail = 'detail' in outcome ? outcome.detail : outcome.kind;
      throw new LogUnavailable(`the claim was not stored in ${this.#options.directory}: ${detail}`);
    }
    return { epoch: outcome.head.epoch, head: outcome.head };
  }

  read(fromSequence: number): AsyncIterable<Frame> {
    return readFrames(this.#recovered.place, this, fromSequence);
  }

  follow(fromSequence: number, signal: AbortSignal): AsyncIterable<Frame> {
    const until = AbortSignal.any([signal, this.#closing.signal]);
    return followFrames(this.#recovered.place, this, fromSequence, until);
  }

  readLogRecords(): AsyncIterable<LogRecord> {
    return readRecords(this.#recovered.place, this);
  }

  head(): Promise<Head> {
    return Promise.resolve(headOf(this.#state));
  }

  /** @throws LogUnavailable when the clean stop could not be recorded; the log is released anyway */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  current(): Promise<ChainState> {
    return Promise.resolve(this.#state);
  }

  changed(since: ChainState, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted || ordinalOf(this.#state) > ordinalOf(since)) {
        resolve();
        return;
      }
      const done = (): void => {
        this.#waiting.delete(done);
        signal.removeEventListener('abort', done);
        resolve();
      };
      this.#waiting.add(done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  async #write(
    refuse: (state: ChainState) => AppendOutcome | undefined,
    seal: (state: ChainState) => Uint8Array,
  ): Promise<AppendOutcome> {
    if (this.#closing.signal.aborted) return { kind: 'unavailable', detail: 'the log is closed' };
    if (this.#pending !== undefined) return rejected('another append is pending');
    if (this.#failure !== undefined) {
      const detail = `closed for writing: ${this.#failure.detail}`;
      return { kind: 'unavailable', detail };
    }
    const refused = refuse(this.#state);
    if (refused !== undefined) return refused;
    this.#pending = this.#store(seal(this.#state));
    try {
      return await this.#pending;
    } finally {
      this.#pending = undefined;
    }
  }

  async #store(frame: Uint8Array): Promise<AppendOutcome> {
    const notRolled = await this.#rollBefore(frame.length);
    if (notRolled !== undefined) return notRolled;
    const failed = await this.#writer.append(frame, this.durability === 'fsync');
    if (failed !== undefined) {
      if (failed.closes) this.#fail(failed.detail, failed.kind === 'unknown');
      return { kind: failed.kind, detail: failed.detail };
    }
    this.#state = chainAfter(this.#state, openSealed(frame));
    for (const wake of [...this.#waiting]) wake();
    this.#scheduleHeadWrite();
    return { kind: 'committed', head: headOf(this.#state) };
  }

  /** Goes to a new segment when the frame needs one; nothing of the frame is written yet. */
  async #rollBefore(frameBytes: number): Promise<AppendOutcome | undefined> {
    const limit = this.#options.segmentBytes ?? SEGMENT_BYTES_DEFAULT;
    if (!this.#mustRoll && !this.#writer.isFullFor(frameBytes, limit)) return undefined;
    // Once begun it must succeed before the next frame: the new name may already be there.
    this.#mustRoll = true;
    try {
      if (this.durability !== 'fsync') await this.#writer.sync();
      await this.#writeHead(false);
      const { place } = this.#recovered;
      const next = await SegmentWriter.create(place, this.#state, this.#writer.bytes);
      const previous = this.#writer;
      this.#writer = next;
      this.#mustRoll = false;
      await previous.close();
      return undefined;
    } catch (error) {
      const detail = `new segment: ${messageOf(error)}`;
      if (!isDiskFull(error)) this.#fail(detail, false);
      return { kind: 'unavailable', detail };
    }
  }

  #bufferFor(recordBytes: number): Uint8Array {
    if (this.#buffer.length < MAX_FRAME_BYTES) {
      let bytes = Math.max(BUFFER_BYTES_MIN, this.#buffer.length);
      while (bytes < recordBytes * 2) bytes *= 2;
      bytes = Math.min(bytes, MAX_FRAME_BYTES);
      if (bytes > this.#buffer.length) this.#buffer = Buffer.allocUnsafeSlow(bytes);
    }
    return this.#buffer;
  }

  #scheduleHeadWrite(): void {
    if (this.#cancelHeadWrite !== undefined || this.durability !== 'fsync') return;
    const schedule = this.#options.schedule ?? processTimer;
    const delayMs = this.#options.headIntervalMs ?? HEAD_INTERVAL_MS_DEFAULT;
    this.#cancelHeadWrite = schedule(delayMs, () => {
      this.#cancelHeadWrite = undefined;
      if (this.#closing.signal.aborted || this.#failure !== undefined) return;
      this.#writeHead(false).catch((error: unknown) => {
        this.#fail(`HEAD: ${messageOf(error)}`, false);
      });
    });
  }

  #writeHead(clean: boolean): Promise<void> {
    const { head, place } = this.#recovered;
    return head.write({ clean, logName: place.logName, state: this.#state });
  }

  #fail(detail: string, isUnknown: boolean): void {
    this.#failure ??= { detail, isUnknown };
  }

  async #close(): Promise<void> {
    this.#closing.abort();
    this.#cancelHeadWrite?.();
    await this.#pending;
    try {
      if (this.#failure === undefined) await this.#stopCleanly();
    } catch (error) {
      const { directory } = this.#options;
      const detail = `in ${directory}: ${messageOf(error)}`;
      throw new LogUnavailable(
        `the clean stop was not recorded ${detail}; nothing acknowledged is lost`,
      );
    } finally {
      await this.#writer.close().catch(() => undefined);
      await this.#recovered.head.close().catch(() => undefined);
      await this.#lock.release();
    }
  }

  /** Both slots say the same, so that one damaged byte in either is seen and harmless. */
  async #stopCleanly(): Promise<void> {
    if (this.durability !== 'fsync') await this.#writer.sync();
    await this.#writeHead(true);
    await this.#writeHead(true);
  }
}
