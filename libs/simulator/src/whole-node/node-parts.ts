import { ClearingHouse, type FrameBuffer, type HouseState } from '#libs/clearing-house';
import type { EventLog } from '#libs/event-log';
import { type FileSystemPort, FrameIndex } from '#libs/event-log-file';
import { recover } from '#libs/replay';
import { type EverySecond, PublisherServer, type Sequencer } from '#libs/runtime';

/** What a simulated node is made of; a test that plants a bug replaces one part by a faulty one. */
export interface NodeParts {
  readonly disk: (disk: FileSystemPort) => FileSystemPort;
  readonly log: (log: EventLog) => EventLog;
  /** The state at the head of the log, from a snapshot in the directory if there is one. */
  readonly recover: (log: EventLog, directory: string, disk: FileSystemPort) => Promise<HouseState>;
  readonly house: (state: HouseState, frame: FrameBuffer) => ClearingHouse;
  readonly server: (
    sequencer: Sequencer,
    log: EventLog,
    everySecond: EverySecond,
  ) => PublisherServer;
  /** Where its reader notes places in the log. */
  readonly index: () => FrameIndex;
  /** Largest advance of log time without acceptance, microseconds. */
  readonly timeStepMaxUs: number;
}

export const realParts: NodeParts = {
  disk: (disk) => disk,
  log: (log) => log,
  recover: async (log, directory, disk) => (await recover(log, directory, {}, disk)).state,
  house: (state, frame) => new ClearingHouse(state, frame),
  server: (sequencer, log, everySecond) => new PublisherServer(sequencer, log, { everySecond }),
  // Close together, so that a small segment holds several.
  index: () => new FrameIndex(1_500),
  timeStepMaxUs: 20_000_000,
};
