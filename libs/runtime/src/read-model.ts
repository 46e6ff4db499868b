import { type HouseState, recount } from '#libs/clearing-house';
import type { Frame } from '#libs/event-log';
import { FrameIndex } from '#libs/event-log-file';
import { foldFrame, recover, type SnapshotHeader, writeSnapshot } from '#libs/replay';
import { DurableHead } from './durable-head.js';
import { fileLocation, type LogLocation, type OpenedLog, openLog } from './log-location.js';

export interface ReadModelOptions {
  /** Where snapshots are, and the embedded log. */
  readonly directory: string;
  /** A log elsewhere than in the directory. */
  readonly log?: LogLocation;
  /** Events between snapshots; 0 for none. */
  readonly snapshotEvery: number;
  /** Memory of the writer's DurableHead, so that the last frame is seen at once. */
  readonly durableHead?: SharedArrayBuffer;
}

/** A snapshot that was written and is to be recorded in the log. */
export interface SnapshotNotice {
  readonly kind: 'snapshot';
  readonly header: SnapshotHeader;
  readonly file: string;
}

/** Called with each frame after it was folded; must not keep its records. */
export type FrameListener = (frame: Frame) => void;

/**
 * The read model: the fold of durable frames, and nothing that is not durable. Follows the log from
 * another thread than the writer, recounts conservation and takes snapshots with both roots.
 */
export class ReadModel {
  private readonly listeners = new Set<FrameListener>();
  private readonly index = new FrameIndex();
  private waiting: { readonly sequence: number; readonly resolve: () => void }[] = [];
  /** Number of the last frame folded; 0 before the first one that came while it ran. */
  frameNumber = 0;

  private constructor(
    readonly state: HouseState,
    private readonly options: ReadModelOptions,
  ) {}

  /** Recovers to the durable head; `run` goes on from there. */
  static async open(options: ReadModelOptions): Promise<ReadModel> {
    const log = await openReader(options);
    const { state } = await recover(log, options.directory);
    const { frameNumber } = await log.head();
    await log.close();
    state.timers.isActive = false;
    const model = new ReadModel(state, options);
    model.frameNumber = frameNumber;
    return model;
  }

  /** A reader of the same log, for history. The caller closes it. */
  openLog(): Promise<OpenedLog> {
    return openReader(this.options, { index: this.index });
  }

  /** Tells of every frame from now on, until the returned function is called. */
  listen(listener: FrameListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Resolves when the model has come to `sequence`. */
  reached(sequence: number): Promise<void> {
    if (this.state.clock.sequence >= sequence) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push({ sequence, resolve }));
  }

  /** Follows the log until `signal` aborts. @throws LogCorruption and what folding throws */
  async run(onSnapshot: (notice: SnapshotNotice) => void, signal: AbortSignal): Promise<void> {
    const { directory, snapshotEvery } = this.options;
    const { state } = this;
    const log = await openReader(this.options, { index: this.index, isTransient: true });
    let lastSnapshot = state.clock.sequence;
    for await (const frame of log.follow(state.clock.sequence + 1, signal)) {
      this.fold(frame);
      if (snapshotEvery === 0 || state.clock.sequence - lastSnapshot < snapshotEvery) continue;
      lastSnapshot = state.clock.sequence;
      recount(state);
      onSnapshot({ kind: 'snapshot', ...(await writeSnapshot(directory, state)) });
    }
    await log.close();
  }

  private fold(frame: Frame): void {
    foldFrame(this.state, frame);
    this.frameNumber = frame.frameNumber;
    for (const listener of this.listeners) listener(frame);
    const { sequence } = this.state.clock;
    if (this.waiting.length === 0) return;
    const arrived = this.waiting.filter((one) => one.sequence <= sequence);
    this.waiting = this.waiting.filter((one) => one.sequence > sequence);
    for (const { resolve } of arrived) resolve();
  }
}

function openReader(
  { directory, log, durableHead }: ReadModelOptions,
  how: { readonly index?: FrameIndex; readonly isTransient?: boolean } = {},
): Promise<OpenedLog> {
  const location = log ?? fileLocation(directory);
  const durable = durableHead === undefined ? {} : { durable: new DurableHead(durableHead) };
  return openLog({ location, dataDir: directory, readOnly: true, ...how, ...durable });
}
