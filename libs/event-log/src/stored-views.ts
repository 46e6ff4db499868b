import { CLAIMANT_BYTES } from './claim.js';
import { splitRecords } from './draft-rules.js';
import { KIND_CLAIM, type StoredFrame } from './frame-layout.js';
import { LogCorruption, type Frame, type LogRecord } from './port.js';

/** The port's view of an accepted event frame. */
export function eventFrame(stored: StoredFrame, cursor: number): Frame {
  return {
    epoch: stored.epoch,
    firstSequence: stored.firstSequence,
    count: stored.count,
    frameTimeUs: stored.frameTimeUs,
    records: stored.body,
    frameNumber: stored.frameNumber,
    previousHash: stored.previousHash,
    hash: stored.hash,
    cursor,
  };
}

/** The records of an accepted log or claim frame. */
export function logRecords(stored: StoredFrame, where: string): LogRecord[] {
  const bytes = stored.body.length - (stored.kind === KIND_CLAIM ? CLAIMANT_BYTES : 0);
  const headSequence = stored.firstSequence - 1;
  const records = splitRecords(stored.body.subarray(0, Math.max(0, bytes)), stored.count);
  if (records === undefined) {
    throw new LogCorruption('log records do not fill their frame', where, headSequence);
  }
  return records.map((record) => ({ epoch: stored.epoch, headSequence, record }));
}
