/**
 * The stored form of a frame: a fixed little-endian header, then the body, with nothing between.
 *
 * | at  | size | field            | meaning |
 * |-----|------|------------------|---------|
 * | 0   | 8    | magic            | `NVLFRAME` |
 * | 8   | u16  | headerVersion    | 1 |
 * | 10  | u16  | kind             | 1 event, 2 log records, 3 claim |
 * | 12  | u32  | bodyLength       | bytes after the header |
 * | 16  | i64  | epoch            | of the writer |
 * | 24  | i64  | frameNumber      | dense from 1: kind 1 has its own count, kinds 2 and 3 share one |
 * | 32  | i64  | firstSequence    | of the first event record; kinds 2, 3: the next event's |
 * | 40  | i64  | count            | records in the body |
 * | 48  | i64  | frameTimeUs      | log time; kinds 2 and 3 repeat the head's |
 * | 56  | 8    | reserved         | zero |
 * | 64  | 32   | previousHash     | hash of the event frame before |
 * | 96  | 32   | previousLogHash  | kinds 2, 3: hash of the log frame before; kind 1: zero |
 * | 128 | 32   | recordsRoot      | zero in header version 1 |
 * | 160 | 32   | hash             | SHA-256 over bytes 0..159 and the body |
 *
 * Two chains on purpose: what an engine logs about itself must not change an event frame, so that
 * one sequencer schedule yields the same event frames, byte for byte, on every engine. A log frame
 * commits to both chains.
 */
export const FRAME_HEADER_BYTES = 192;
export const HASH_BYTES = 32;

/** Largest stored frame, header included: just under NATS' largest message, the smallest limit. */
export const MAX_FRAME_BYTES = 8 * 1024 * 1024 - 8 * 1024;
export const MAX_BODY_BYTES = MAX_FRAME_BYTES - FRAME_HEADER_BYTES;

export const HEADER_VERSION = 1;

/** 'NVLFRAME' read as two little-endian u32. */
export const MAGIC = new TextEncoder().encode('NVLFRAME');
export const MAGIC_LOW = 0x464c564e;
export const MAGIC_HIGH = 0x454d4152;

export const AT = {
  magic: 0,
  headerVersion: 8,
  kind: 10,
  bodyLength: 12,
  epoch: 16,
  frameNumber: 24,
  firstSequence: 32,
  count: 40,
  frameTimeUs: 48,
  reserved: 56,
  previousHash: 64,
  previousLogHash: 96,
  recordsRoot: 128,
  hash: 160,
} as const;

export const KIND_EVENT = 1;
export const KIND_LOG = 2;
export const KIND_CLAIM = 3;

export type FrameKind = typeof KIND_EVENT | typeof KIND_LOG | typeof KIND_CLAIM;

/** What stands where there is no frame before. */
export const ZERO_HASH = new Uint8Array(HASH_BYTES);

/** One frame of any kind as it is stored. */
export interface StoredFrame {
  readonly kind: FrameKind;
  readonly epoch: number;
  readonly frameNumber: number;
  readonly firstSequence: number;
  readonly count: number;
  readonly frameTimeUs: number;
  readonly previousHash: Uint8Array;
  readonly previousLogHash: Uint8Array;
  readonly hash: Uint8Array;
  /** A view into the bytes it was opened from. */
  readonly body: Uint8Array;
}

/**
 * Equality of two byte strings; node:buffer's compare needs no allocation. Hashes that differ do so in
 * their first byte, mostly, and a reader compares each frame's with those of many.
 */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a[0] === b[0] && Buffer.compare(a, b) === 0;
}
