import { getInt64, invariant } from '#libs/units';
import {
  AT,
  FRAME_HEADER_BYTES,
  HASH_BYTES,
  HEADER_VERSION,
  KIND_CLAIM,
  KIND_EVENT,
  MAGIC,
  MAGIC_HIGH,
  MAGIC_LOW,
  MAX_BODY_BYTES,
  ZERO_HASH,
  sameBytes,
  type FrameKind,
  type StoredFrame,
} from './frame-layout.js';
import { hashOf } from './frame-sealing.js';

/** Why bytes are not a frame: they end too early (maybe more is coming), or they are wrong. */
export interface FrameFault {
  readonly fault: 'short' | 'damaged';
  readonly detail: string;
  /** Bytes needed from the frame's start before it can be judged; 0 when damaged. */
  readonly needBytes: number;
}

export function isFault(opened: StoredFrame | FrameFault): opened is FrameFault {
  return 'fault' in opened;
}

/**
 * Opens the frame that starts at `at` and checks everything that can be checked without its
 * neighbours: magic, version, lengths, ranges, hash. `body` of the result is a view into `bytes`.
 * A wrong frame is an answer, not an exception: a scan for a torn tail meets them in normal work.
 */
export function openFrame(bytes: Uint8Array, at = 0): StoredFrame | FrameFault {
  const available = bytes.length - at;
  if (available < FRAME_HEADER_BYTES) return short(FRAME_HEADER_BYTES);
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, FRAME_HEADER_BYTES);
  const wrong = headerFault(view);
  if (wrong !== undefined) return damaged(wrong);
  const length = FRAME_HEADER_BYTES + view.getUint32(AT.bodyLength, true);
  if (available < length) return short(length);
  const whole = bytes.subarray(at, at + length);
  const hash = slice(whole, AT.hash);
  if (!sameBytes(hashOf(whole), hash)) return damaged('the hash of the frame does not match');
  return checked(decode(view, whole, hash));
}

/** Decodes a header whose numbers are in range, as sealed bytes always are. */
function decode(view: DataView, whole: Uint8Array, hash: Uint8Array): StoredFrame {
  return {
    kind: view.getUint16(AT.kind, true) as FrameKind,
    epoch: getInt64(view, AT.epoch),
    frameNumber: getInt64(view, AT.frameNumber),
    firstSequence: getInt64(view, AT.firstSequence),
    count: getInt64(view, AT.count),
    frameTimeUs: getInt64(view, AT.frameTimeUs),
    previousHash: slice(whole, AT.previousHash),
    previousLogHash: slice(whole, AT.previousLogHash),
    hash,
    body: whole.subarray(FRAME_HEADER_BYTES),
  };
}

/** The frame in bytes that were just sealed here: as `openFrame`, without hashing again. */
export function openSealed(bytes: Uint8Array): StoredFrame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, FRAME_HEADER_BYTES);
  invariant(headerFault(view) === undefined, 'sealed bytes have a good header');
  return decode(view, bytes, slice(bytes, AT.hash));
}

/** Bytes of a stored frame. */
export function storedBytes(frame: StoredFrame): number {
  return FRAME_HEADER_BYTES + frame.body.length;
}

/**
 * Where a whole, undamaged frame starts in `bytes` at or after `from`; -1 if none does. It tells a
 * torn tail from damage: behind a torn frame there is nothing.
 */
export function findFrame(bytes: Uint8Array, from: number): number {
  const haystack = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = haystack.indexOf(MAGIC, from); at >= 0; at = haystack.indexOf(MAGIC, at + 1)) {
    if (!isFault(openFrame(bytes, at))) return at;
  }
  return -1;
}

function headerFault(view: DataView): string | undefined {
  if (view.getUint32(0, true) !== MAGIC_LOW || view.getUint32(4, true) !== MAGIC_HIGH) {
    return 'no frame starts here';
  }
  const version = view.getUint16(AT.headerVersion, true);
  if (version !== HEADER_VERSION) return `header version ${String(version)} is not known`;
  const kind = view.getUint16(AT.kind, true);
  if (kind < KIND_EVENT || kind > KIND_CLAIM) return `frame kind ${String(kind)} is not known`;
  const length = view.getUint32(AT.bodyLength, true);
  if (length > MAX_BODY_BYTES) return `a body of ${String(length)} bytes is beyond the limit`;
  for (const at of [AT.epoch, AT.frameNumber, AT.firstSequence, AT.count, AT.frameTimeUs]) {
    if (view.getInt32(at + 4, true) < 0 || view.getInt32(at + 4, true) >= 0x200000) {
      return 'a number in the header is beyond 2^53';
    }
  }
  return undefined;
}

/** A frame whose hash is right and whose fields are not was sealed wrongly: damage all the same. */
function checked(frame: StoredFrame): StoredFrame | FrameFault {
  if (frame.epoch < 1 || frame.frameNumber < 1 || frame.firstSequence < 1 || frame.count < 1) {
    return damaged('epoch, frame number, sequence and count start at 1');
  }
  if (frame.kind === KIND_EVENT && !sameBytes(frame.previousLogHash, ZERO_HASH)) {
    return damaged('an event frame names no log frame');
  }
  return frame;
}

/** A copy: a frame may be kept longer than the buffer it was read into. */
function slice(bytes: Uint8Array, at: number): Uint8Array {
  return Uint8Array.prototype.slice.call(bytes, at, at + HASH_BYTES);
}

function short(needBytes: number): FrameFault {
  return { fault: 'short', detail: 'the frame is not complete', needBytes };
}

function damaged(detail: string): FrameFault {
  return { fault: 'damaged', detail, needBytes: 0 };
}
