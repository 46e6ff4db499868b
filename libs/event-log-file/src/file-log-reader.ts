import {
  EMPTY_CHAIN,
  LogCorruption,
  LogUnavailable,
  headOf,
  ordinalOf,
  rejected,
  type AppendOutcome,
  type ChainState,
  type Frame,
  type Head,
  type LogRecord,
} from '#libs/event-log';
import { ENGINE, POLL_MS_DEFAULT, processTimer } from './file-log-options.js';
import type { FileLog, FileLogOptions } from './file-log-options.js';
import { followFrames, readFrames, readRecords, type DurableEnd } from './frame-streams.js';
import type { FrameIndex } from './frame-index.js';
import { HEAD_NAME, HeadFile, type HeadReading } from './head-file.js';
import { LogWalker, type LogPlace } from './log-walker.js';
import { NodeFileSystem } from './node-file-system.js';
import { checkHead, damagedSlotNotice } from './recovery.js';
import { checkSegments, listSegments } from './segment-directory.js';
import { scanTail, type TailScan } from './tail-scan.js';

/** A writer that tells its head is looked at this often all the same: log records have no sequence. */
const PATIENCE_MS = 1000;

/**
 * The file log opened for reading, also while another process writes it. It gives a frame only when
 * it is known to be durable: HEAD covers it, or a later frame proves it. So behind an idle writer
 * the last frame is seen after at most the head interval, behind a busy one at the next frame; and
 * at once where the writer itself tells (`durable`).
 */
export class FileLogReader implements FileLog, DurableEnd {
  readonly durability = 'fsync';
  readonly engine = ENGINE;
  readonly notices: readonly string[];
  readonly #place: LogPlace;
  readonly #head: HeadFile;
  readonly #options: FileLogOptions;
  readonly #closing = new AbortController();
  #walker: LogWalker | undefined;
  #durable: ChainState = EMPTY_CHAIN;
  #looking: Promise<ChainState> | undefined;

  private constructor(
    place: LogPlace,
    head: HeadFile,
    options: FileLogOptions,
    notices: readonly string[],
  ) {
    this.#place = place;
    this.#head = head;
    this.#options = options;
    this.notices = notices;
  }

  /** @throws LogUnavailable when there is no log; LogCorruption */
  static async open(options: FileLogOptions): Promise<FileLogReader> {
    const { directory, fs = new NodeFileSystem(), logName } = options;
    const names = await fs.list(directory);
    if (!names.includes(HEAD_NAME)) throw new LogUnavailable(`there is no log in ${directory}`);
    const { file, reading } = await HeadFile.open(fs, directory, 'read');
    try {
      const record = checkHead(reading, directory, logName);
      if (options.strict === true && record.clean) refuseDamagedSlots(reading, directory);
      const place = { fs, directory, logName: record.logName };
      await checkSegments(place, await listSegments(place));
      const notices = reading.damagedSlots.map((n) => damagedSlotNotice(n));
      const reader = new FileLogReader(place, file, options, notices);
      await reader.current();
      return reader;
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  append(): Promise<AppendOutcome> {
    return Promise.resolve(rejected('the log is open for reading only'));
  }

  appendLogRecords(): Promise<AppendOutcome> {
    return this.append();
  }

  resolve(): Promise<AppendOutcome> {
    return this.append();
  }

  claim(): Promise<{ readonly epoch: number; readonly head: Head }> {
    return Promise.reject(new LogUnavailable('the log is open for reading only'));
  }

  read(fromSequence: number): AsyncIterable<Frame> {
    return readFrames(this.#place, this, fromSequence);
  }

  follow(fromSequence: number, signal: AbortSignal): AsyncIterable<Frame> {
    const until = AbortSignal.any([signal, this.#closing.signal]);
    const { isTransient = false } = this.#options;
    return followFrames(this.#place, this, fromSequence, until, isTransient);
  }

  readLogRecords(): AsyncIterable<LogRecord> {
    return readRecords(this.#place, this);
  }

  async head(): Promise<Head> {
    return headOf(await this.current());
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#looking?.catch(() => undefined);
    await this.#walker?.close();
    this.#walker = undefined;
    await this.#head.close();
  }

  /** Looks at the files anew; looks at the same time share one. */
  current(): Promise<ChainState> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  get index(): FrameIndex | undefined {
    return this.#options.index;
  }

  told(): number | undefined {
    return this.#options.durable?.sequence();
  }

  changed(since: ChainState, signal: AbortSignal): Promise<void> {
    const { durable } = this.#options;
    if (durable !== undefined) return durable.changed(since.sequence, PATIENCE_MS, signal);
    const schedule = this.#options.schedule ?? processTimer;
    return new Promise((resolve) => {
      if (signal.aborted) {
        resolve();
        return;
      }
      const done = (): void => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = schedule(this.#options.pollMs ?? POLL_MS_DEFAULT, done);
      signal.addEventListener('abort', done, { once: true });
    });
  }

  async #look(): Promise<ChainState> {
    let seen = '';
    for (;;) {
      const told = this.#options.durable?.sequence() ?? 0;
      const record = checkHead(await this.#readHead(), this.#place.directory, undefined);
      this.#walker ??= await this.#walkerAtLast();
      if (this.#walker === undefined) {
        if (ordinalOf(record.state) === 0) return this.#durable;
        // The writer may have made the first segment since: wrong is only what is wrong twice.
        const now = `none ${String(record.generation)}`;
        if (now === seen) {
          throw new LogCorruption(
            'HEAD names frames but there is no segment',
            this.#place.directory,
            0,
          );
        }
        seen = now;
        continue;
      }
      try {
        const scan = await scanTail(this.#walker, record);
        return this.#advance(scan, record.state, told);
      } catch (error) {
        // The writer may have gone on between two reads: wrong is only what is wrong twice.
        const now = `${String(record.generation)} ${this.#walker.where()}`;
        if (!(error instanceof LogCorruption) || now === seen) throw error;
        seen = now;
      }
    }
  }

  /** One slot is written at a time, so a reading without any is looked at once more. */
  async #readHead(): Promise<HeadReading> {
    const reading = await this.#head.read();
    return reading.record === undefined ? this.#head.read() : reading;
  }

  /** `told`: the sequence up to which the writer said that it is durable, before the scan began. */
  #advance(scan: TailScan, recorded: ChainState, told: number): ChainState {
    const isTold = scan.last !== undefined && scan.last.before.sequence < scan.state.sequence;
    const last = isTold && scan.state.sequence <= told ? scan.state : undefined;
    for (const state of [scan.last?.before, recorded, last]) {
      if (state !== undefined && ordinalOf(state) > ordinalOf(this.#durable)) this.#durable = state;
    }
    return this.#durable;
  }

  async #walkerAtLast(): Promise<LogWalker | undefined> {
    const last = (await listSegments(this.#place)).at(-1);
    if (last === undefined) return undefined;
    const walker = await LogWalker.from(this.#place, last);
    this.#durable = walker.state;
    return walker;
  }
}

/** After a clean stop both slots were whole: nothing was being written. */
function refuseDamagedSlots({ damagedSlots }: HeadReading, directory: string): void {
  const [slot] = damagedSlots;
  if (slot === undefined) return;
  throw new LogCorruption(damagedSlotNotice(slot), `${directory}/${HEAD_NAME}`, 0);
}
