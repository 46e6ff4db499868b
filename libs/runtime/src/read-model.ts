import { type HouseState, recount } from '#libs/clearing-house';
import { foldFrame, recover, type SnapshotHeader, writeSnapshot } from '#libs/replay';
import { fileLocation, type LogLocation, type OpenedLog, openLog } from './log-location.js';

export interface ReadModelOptions {
  /** Where snapshots are, and the embedded log. */
  readonly directory: string;
  /** A log elsewhere than in the directory. */
  readonly log?: LogLocation;
  /** Events between snapshots; 0 for none. */
  readonly snapshotEvery: number;
}

/** A snapshot that was written and is to be recorded in the log. */
export interface SnapshotNotice {
  readonly kind: 'snapshot';
  readonly header: SnapshotHeader;
  readonly file: string;
}

/**
 * The read model: the fold of durable frames, and nothing that is not durable. Follows the log from
 * another thread than the writer, recounts conservation and takes snapshots with both roots.
 */
export class ReadModel {
  private constructor(
    readonly state: HouseState,
    private readonly options: ReadModelOptions,
  ) {}

  /** Recovers to the durable head; `run` goes on from there. */
  static async open(options: ReadModelOptions): Promise<ReadModel> {
    const log = await openReader(options);
    const { state } = await recover(log, options.directory);
    await log.close();
    state.timers.isActive = false;
    return new ReadModel(state, options);
  }

  /** Follows the log until `signal` aborts. @throws LogCorruption and what folding throws */
  async run(onSnapshot: (notice: SnapshotNotice) => void, signal: AbortSignal): Promise<void> {
    const { directory, snapshotEvery } = this.options;
    const { state } = this;
    const log = await openReader(this.options);
    let lastSnapshot = state.clock.sequence;
    for await (const frame of log.follow(state.clock.sequence + 1, signal)) {
      foldFrame(state, frame);
      if (snapshotEvery === 0 || state.clock.sequence - lastSnapshot < snapshotEvery) continue;
      lastSnapshot = state.clock.sequence;
      recount(state);
      onSnapshot({ kind: 'snapshot', ...(await writeSnapshot(directory, state)) });
    }
    await log.close();
  }
}

function openReader({ directory, log }: ReadModelOptions): Promise<OpenedLog> {
  const location = log ?? fileLocation(directory);
  return openLog({ location, dataDir: directory, readOnly: true });
}
