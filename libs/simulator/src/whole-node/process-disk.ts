import {
  type FileHandlePort,
  type FileSystemPort,
  type LockPort,
  SimulatedCrash,
} from '#libs/event-log-file';
import type { Random } from '../market/random.js';
import type { Corruption } from './corruption.js';
import type { FaultCounts } from './fault-counts.js';
import type { Process, Scheduler } from './scheduler.js';

const OPERATION_US_MAX = 20;
/** One operation in so many is slow, as a disk or a busy machine makes it. */
const SLOW_ONE_IN = 40;
const SLOW_US_MAX = 8_000;
const SYNC_US_MAX = 3_000;
/** One fdatasync in so many is slow, as on a disk that others use too. */
const SLOW_SYNC_ONE_IN = 20;
const SLOW_SYNC_US = 40_000;

export interface ProcessDiskOptions {
  readonly disk: FileSystemPort;
  readonly scheduler: Scheduler;
  readonly process: Process;
  readonly random: Random;
  readonly counts: FaultCounts;
  /** Is told what was read. */
  readonly corruption: Pick<Corruption, 'noteRead'>;
  /** The process died inside an operation. */
  readonly onDeath: () => void;
}

/**
 * The disk as one process sees it: every operation takes virtual time, so that anything may happen
 * while it waits; a dead process gets no answer any more.
 */
export class ProcessDisk implements FileSystemPort {
  constructor(private readonly options: ProcessDiskOptions) {}

  makeDirectory(path: string): Promise<void> {
    return this.timed(() => this.options.disk.makeDirectory(path));
  }

  list(directory: string): Promise<string[]> {
    return this.timed(() => this.options.disk.list(directory));
  }

  async open(path: string, mode: 'read' | 'update' | 'create'): Promise<FileHandlePort> {
    const handle = await this.timed(() => this.options.disk.open(path, mode));
    return {
      read: (target, position) => this.timed(() => this.read({ handle, path }, target, position)),
      write: (bytes, position) => this.timed(() => this.write(handle, bytes, position)),
      fdatasync: () => this.timed(() => handle.fdatasync(), this.syncUs()),
      truncate: (length) => this.timed(() => handle.truncate(length)),
      size: () => this.timed(() => handle.size()),
      close: () => this.timed(() => handle.close()),
    };
  }

  rename(from: string, to: string): Promise<void> {
    return this.timed(() => this.options.disk.rename(from, to));
  }

  remove(path: string): Promise<void> {
    return this.timed(() => this.options.disk.remove(path));
  }

  fsyncDirectory(path: string): Promise<void> {
    return this.timed(() => this.options.disk.fsyncDirectory(path), this.syncUs());
  }

  lock(path: string): Promise<LockPort> {
    return this.timed(() => this.options.disk.lock(path));
  }

  private async read(
    { handle, path }: { readonly handle: FileHandlePort; readonly path: string },
    target: Uint8Array,
    at: number,
  ): Promise<number> {
    const bytes = await handle.read(target, at);
    this.options.corruption.noteRead(this.options.process, { path, at, bytes });
    return bytes;
  }

  private async write(handle: FileHandlePort, bytes: Uint8Array, at: number): Promise<number> {
    const written = await handle.write(bytes, at);
    if (written < bytes.length) this.options.counts.shortWrite += 1;
    return written;
  }

  private syncUs(): number {
    const { random } = this.options;
    return random.below(SLOW_SYNC_ONE_IN) === 0 ? SLOW_SYNC_US : 200 + random.below(SYNC_US_MAX);
  }

  private operationUs(): number {
    const { random } = this.options;
    return 1 + random.below(random.below(SLOW_ONE_IN) === 0 ? SLOW_US_MAX : OPERATION_US_MAX);
  }

  private async timed<T>(operate: () => Promise<T>, delayUs = this.operationUs()): Promise<T> {
    const { scheduler, process, counts } = this.options;
    await scheduler.wait(delayUs, process);
    try {
      return await operate();
    } catch (error) {
      if (error instanceof SimulatedCrash) {
        this.options.onDeath();
        return await new Promise<T>(() => undefined);
      }
      const text = String(error);
      if (text.includes('of a directory')) counts.directorySyncError += 1;
      else if (text.includes('EIO')) counts.syncError += 1;
      if (text.includes('ENOSPC')) counts.diskFull += 1;
      throw error;
    }
  }
}
