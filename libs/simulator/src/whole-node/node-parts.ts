import { ClearingHouse, type HouseState } from '#libs/clearing-house';
import type { EventLog } from '#libs/event-log';
import type { FileSystemPort } from '#libs/event-log-file';
import { type EverySecond, PublisherServer, type Sequencer, sharedFrame } from '#libs/runtime';

/** What a simulated node is made of; a test that plants a bug replaces one part by a faulty one. */
export interface NodeParts {
  readonly disk: (disk: FileSystemPort) => FileSystemPort;
  readonly log: (log: EventLog) => EventLog;
  readonly house: (state: HouseState) => ClearingHouse;
  readonly server: (
    sequencer: Sequencer,
    log: EventLog,
    everySecond: EverySecond,
  ) => PublisherServer;
  /** Largest advance of log time without acceptance, microseconds. */
  readonly timeStepMaxUs: number;
}

export const realParts: NodeParts = {
  disk: (disk) => disk,
  log: (log) => log,
  house: (state) => new ClearingHouse(state, sharedFrame()),
  server: (sequencer, log, everySecond) => new PublisherServer(sequencer, log, { everySecond }),
  timeStepMaxUs: 20_000_000,
};
