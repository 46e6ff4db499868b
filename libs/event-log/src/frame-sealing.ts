import { createHash } from 'node:crypto';
import { invariant, putInt64 } from '#libs/units';
import {
  AT,
  FRAME_HEADER_BYTES,
  HASH_BYTES,
  HEADER_VERSION,
  KIND_CLAIM,
  KIND_EVENT,
  KIND_LOG,
  MAGIC,
  MAX_FRAME_BYTES,
  ZERO_HASH,
  type StoredFrame,
} from './frame-layout.js';
import type { FrameDraft } from './port.js';

type Unsealed = Omit<StoredFrame, 'hash'>;

/** Where a log frame goes: the heads of both chains, as a ChainState has them. */
export interface LogFramePlace {
  readonly epoch: number;
  readonly sequence: number;
  readonly frameTimeUs: number;
  readonly hash: Uint8Array;
  readonly logFrameNumber: number;
  readonly logHash: Uint8Array;
}

/**
 * Seals an event frame: header, body and hash. The records are copied once, into `target` when it
 * is long enough and into fresh memory otherwise; the result is a view of exactly the frame.
 */
export function sealFrame(
  draft: FrameDraft,
  frameNumber: number,
  previousHash: Uint8Array,
  target?: Uint8Array,
): Uint8Array {
  return seal(
    {
      kind: KIND_EVENT,
      epoch: draft.epoch,
      frameNumber,
      firstSequence: draft.firstSequence,
      count: draft.count,
      frameTimeUs: draft.frameTimeUs,
      previousHash,
      previousLogHash: ZERO_HASH,
      body: draft.records,
    },
    target,
  );
}

/** Seals log records, back to back, behind the frames that `after` names. */
export function sealLogFrame(after: LogFramePlace, records: readonly Uint8Array[]): Uint8Array {
  const body = Buffer.concat(records);
  return seal({ kind: KIND_LOG, count: records.length, body, ...behind(after) }, undefined);
}

/**
 * Seals a claim: it opens `after.epoch` + 1. The body is one EpochOpened record and the claimant's
 * own bytes, so that two claimants of one epoch never make the same frame and the one that came
 * second knows it.
 */
export function sealClaim(
  after: LogFramePlace,
  epochOpened: Uint8Array,
  claimant: Uint8Array,
): Uint8Array {
  const body = Buffer.concat([epochOpened, claimant]);
  const place = { ...behind(after), epoch: after.epoch + 1 };
  return seal({ kind: KIND_CLAIM, count: 1, body, ...place }, undefined);
}

function behind(after: LogFramePlace): Omit<Unsealed, 'kind' | 'count' | 'body'> {
  return {
    epoch: after.epoch,
    frameNumber: after.logFrameNumber + 1,
    firstSequence: after.sequence + 1,
    frameTimeUs: after.frameTimeUs,
    previousHash: after.hash,
    previousLogHash: after.logHash,
  };
}

function seal(frame: Unsealed, target: Uint8Array | undefined): Uint8Array {
  const length = FRAME_HEADER_BYTES + frame.body.length;
  invariant(length <= MAX_FRAME_BYTES, 'a frame is within MAX_FRAME_BYTES');
  invariant(frame.previousHash.length === HASH_BYTES, 'a hash has 32 bytes');
  invariant(frame.previousLogHash.length === HASH_BYTES, 'a hash has 32 bytes');
  const bytes =
    target !== undefined && target.length >= length
      ? target.subarray(0, length)
      : Buffer.allocUnsafeSlow(length);
  putHeader(bytes, frame);
  bytes.set(frame.body, FRAME_HEADER_BYTES);
  bytes.set(hashOf(bytes), AT.hash);
  return bytes;
}

function putHeader(bytes: Uint8Array, frame: Unsealed): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, FRAME_HEADER_BYTES);
  bytes.set(MAGIC, AT.magic);
  view.setUint16(AT.headerVersion, HEADER_VERSION, true);
  view.setUint16(AT.kind, frame.kind, true);
  view.setUint32(AT.bodyLength, frame.body.length, true);
  putInt64(view, AT.epoch, frame.epoch);
  putInt64(view, AT.frameNumber, frame.frameNumber);
  putInt64(view, AT.firstSequence, frame.firstSequence);
  putInt64(view, AT.count, frame.count);
  putInt64(view, AT.frameTimeUs, frame.frameTimeUs);
  putInt64(view, AT.reserved, 0);
  bytes.set(frame.previousHash, AT.previousHash);
  bytes.set(frame.previousLogHash, AT.previousLogHash);
  bytes.set(ZERO_HASH, AT.recordsRoot);
}

/** The hash of a stored frame: everything but the hash itself, in one pass without a copy. */
export function hashOf(bytes: Uint8Array): Uint8Array {
  return createHash('sha256')
    .update(bytes.subarray(0, AT.hash))
    .update(bytes.subarray(FRAME_HEADER_BYTES))
    .digest();
}
