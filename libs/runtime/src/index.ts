export {
  ClearingNode,
  type NodeOptions,
  type NodeStatistics,
  refuseWeakDurability,
} from './clearing-node.js';
export { type Clock, systemClock } from './clock.js';
export { DurableHead } from './durable-head.js';
export {
  directoryOf,
  fileLocation,
  locateLog,
  type LogLocation,
  type LogTarget,
  type OpenedLog,
  openLog,
} from './log-location.js';
export { REFUSED } from './publisher-connection.js';
export { PublisherServer } from './publisher-server.js';
export {
  type FrameListener,
  ReadModel,
  type ReadModelOptions,
  type SnapshotNotice,
} from './read-model.js';
export {
  type NodeStanding,
  Reader,
  type ReaderContext,
  type ReaderData,
  type ReaderOptions,
  type ReaderServer,
  runReader,
} from './reader.js';
export { FrameRelease } from './release.js';
export {
  BUSY,
  type ReleasedFrame,
  Sequencer,
  type SequencerOptions,
  sharedFrame,
  TimeJumpPending,
} from './sequencer.js';
export type { StreamSocket } from './stream-socket.js';
export { SubmissionDesk } from './submission-desk.js';
export { SubmissionPort, TooManySubmissions } from './submission-port.js';
export type {
  Submission,
  SubmissionAnswer,
  SubmissionFault,
  SubmissionResult,
} from './submissions.js';
export { ThreadedEventLog } from './threaded-log.js';
