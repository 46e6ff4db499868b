export {
  EMPTY_CHAIN,
  chainAfter,
  headOf,
  ordinalOf,
  type ChainLink,
  type ChainState,
} from './chain-state.js';
export { CLAIMANT_BYTES, claimFrame, engineDeclared } from './claim.js';
export { isDraft, refuseFrame, refuseLogRecords, rejected } from './draft-rules.js';
export {
  FRAME_HEADER_BYTES,
  HASH_BYTES,
  KIND_CLAIM,
  KIND_EVENT,
  KIND_LOG,
  MAX_BODY_BYTES,
  MAX_FRAME_BYTES,
  ZERO_HASH,
  sameBytes,
  type FrameKind,
  type StoredFrame,
} from './frame-layout.js';
export {
  findFrame,
  isFault,
  openFrame,
  openSealed,
  storedBytes,
  type FrameFault,
} from './frame-opening.js';
export { sealClaim, sealFrame, sealLogFrame, type LogFramePlace } from './frame-sealing.js';
export { FrameVerifier, type Verdict } from './frame-verifier.js';
export { MemoryEventLog, type MemoryEventLogOptions } from './memory-event-log.js';
export { MemoryLogStore, type Landing, type MemoryFault } from './memory-log-store.js';
export {
  DURABILITIES,
  LogCorruption,
  LogLocked,
  LogUnavailable,
  LogUrlError,
  type AppendOutcome,
  type Durability,
  type EventLog,
  type Frame,
  type FrameDraft,
  type Head,
  type LogRecord,
} from './port.js';
export { eventFrame, logRecords } from './stored-views.js';
export { Wakeup } from './wakeup.js';
