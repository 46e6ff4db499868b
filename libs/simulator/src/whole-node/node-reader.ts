import type { HouseState } from '#libs/clearing-house';
import type { Frame, FrameDraft } from '#libs/event-log';
import {
  type DurableSignal,
  FileEventLog,
  type FileLog,
  type FileSystemPort,
  type FrameIndex,
  type SimulatedDisk,
} from '#libs/event-log-file';
import { foldFrame } from '#libs/replay';
import type { Random } from '../market/random.js';
import type { Corruption } from './corruption.js';
import type { FaultCounts } from './fault-counts.js';
import { ProcessDisk } from './process-disk.js';
import type { Process, Scheduler } from './scheduler.js';
import type { Violations } from './violations.js';

const HISTORY_PAUSE_US_MAX = 1_500_000;
const HISTORY_FRAMES = 4;

export interface NodeReaderOptions {
  readonly scheduler: Scheduler;
  readonly random: Random;
  /** Lives and dies with the node's. */
  readonly process: Process;
  readonly fs: FileSystemPort;
  readonly violations: Violations;
  /** Whether a wrong byte that this life read explains what is said. */
  readonly explains: (reason: string) => boolean;
}

/** Where the log is, and what the node's readers note about it. */
export interface ReaderPlace {
  readonly directory: string;
  readonly index: FrameIndex;
}

/**
 * What thread 3 of a node does: it follows the log as far as the writer tells, in one buffer for all
 * frames, notes places, and now and then reads history from such a place. Its draws are its own, so
 * that nothing else of a seed's run depends on it.
 */
export class NodeReader {
  private readonly stopping = new AbortController();
  private readonly told: ToldHead;
  /** By first sequence, what this life released. */
  private readonly released = new Map<number, Uint8Array>();

  constructor(
    /** The fold of what it was given. */
    readonly state: HouseState,
    private readonly options: NodeReaderOptions & ReaderPlace,
    /** It cannot go on, and the node must not without it. */
    onFailed: (reason: string) => void,
  ) {
    this.told = new ToldHead(state.clock.sequence, options);
    this.follow().catch((error: unknown) => onFailed(String(error)));
    this.readLater();
  }

  /** The node lets a frame out. */
  release({ firstSequence, count, records }: FrameDraft): void {
    this.released.set(firstSequence, records.slice());
    this.told.advance(firstSequence + count - 1);
  }

  /** The process is over: what waits is let go of, or the runtime keeps it for ever. */
  stop(): void {
    this.stopping.abort();
  }

  private open(isTransient: boolean): Promise<FileLog> {
    const { fs, directory, index, scheduler, process } = this.options;
    return FileEventLog.open({
      ...{ readOnly: true, directory, fs, index, durable: this.told, isTransient },
      schedule: (delayMs, action) => scheduler.after(delayMs * 1000, action, process),
    });
  }

  private async follow(): Promise<void> {
    const { state, stopping } = this;
    const log = await this.open(true);
    for await (const frame of log.follow(state.clock.sequence + 1, stopping.signal)) {
      this.compare(frame, state.clock.sequence + 1);
      foldFrame(state, frame);
    }
    await log.close();
  }

  private readLater(): void {
    const { scheduler, random, process, violations, explains } = this.options;
    const read = (): void => {
      if (this.stopping.signal.aborted) return;
      this.readHistory().then(
        () => this.readLater(),
        (error: unknown) => {
          const text = String(error);
          violations.check(explains(text), () => `history cannot be read: ${text}`);
          this.readLater();
        },
      );
    };
    scheduler.after(random.below(HISTORY_PAUSE_US_MAX), read, process);
  }

  /** From any event that is durable on, for some frames, as a request for events does. */
  private async readHistory(): Promise<void> {
    const { random, violations } = this.options;
    const last = this.told.sequence();
    if (last === 0) return;
    const from = 1 + random.below(last);
    const log = await this.open(false);
    let next = from;
    let count = 0;
    for await (const frame of log.read(from)) {
      this.compare(frame, next);
      next = frame.firstSequence + frame.count;
      if (++count === HISTORY_FRAMES) break;
    }
    violations.check(count > 0, () => `history from ${String(from)} on gave nothing`, from);
    await log.close();
  }

  /** It must be the frame that holds the sequence, and what was let out under it. */
  private compare({ firstSequence, count, records }: Frame, sequence: number): void {
    const { violations } = this.options;
    violations.check(
      firstSequence <= sequence && sequence < firstSequence + count,
      () => 'a reader was given another frame than the one it asked for',
      sequence,
    );
    const released = this.released.get(firstSequence);
    violations.check(
      released === undefined || Buffer.compare(released, records) === 0,
      () => 'a reader was given other bytes than were released',
      firstSequence,
    );
  }
}

/** The writer's word on its durable head, in virtual time. */
class ToldHead implements DurableSignal {
  private readonly waiting = new Set<() => void>();

  constructor(
    private last: number,
    private readonly options: Pick<NodeReaderOptions, 'scheduler' | 'process'>,
  ) {}

  sequence(): number {
    return this.last;
  }

  advance(sequence: number): void {
    this.last = sequence;
    for (const wake of [...this.waiting]) wake();
  }

  changed(since: number, patienceMs: number, signal: AbortSignal): Promise<void> {
    if (this.last > since || signal.aborted) return Promise.resolve();
    const { scheduler, process } = this.options;
    return new Promise((resolve) => {
      const done = (): void => {
        this.waiting.delete(wake);
        signal.removeEventListener('abort', done);
        cancel();
        resolve();
      };
      // Another thread hears of it a moment later.
      const wake = (): void => {
        scheduler.after(1, done, process);
      };
      const cancel = scheduler.after(patienceMs * 1000, done, process);
      this.waiting.add(wake);
      signal.addEventListener('abort', done, { once: true });
    });
  }
}

export interface ReaderWorld {
  readonly scheduler: Scheduler;
  readonly disk: SimulatedDisk;
  readonly counts: FaultCounts;
  readonly corruption: Corruption;
  readonly violations: Violations;
}

/** How the reader of a node's life sees the world: as part of that process, with draws of its own. */
export function readerOptions(
  world: ReaderWorld,
  node: Process,
  random: Random,
): NodeReaderOptions {
  const { scheduler, disk, counts, corruption, violations } = world;
  const process: Process = {
    get isAlive() {
      return node.isAlive;
    },
    ties: random,
  };
  const fs = new ProcessDisk({
    ...{ scheduler, process, random, counts, disk: disk.reader(), onDeath: () => undefined },
    corruption: { noteRead: (_, read) => corruption.noteRead(node, read) },
  });
  const explains = (reason: string): boolean => corruption.explains(node, reason);
  return { scheduler, random, process, fs, violations, explains };
}
