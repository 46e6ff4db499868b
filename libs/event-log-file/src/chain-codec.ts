import { createHash } from 'node:crypto';
import { HASH_BYTES, sameBytes, type ChainState } from '#libs/event-log';
import { getInt64, putInt64 } from '#libs/units';

/** Bytes of a chain state in a file: five i64, then both hashes. */
export const CHAIN_BYTES = 5 * 8 + 2 * HASH_BYTES;

export function putChain(bytes: Uint8Array, at: number, state: ChainState): void {
  const view = viewOf(bytes);
  putInt64(view, at, state.epoch);
  putInt64(view, at + 8, state.frameNumber);
  putInt64(view, at + 16, state.sequence);
  putInt64(view, at + 24, state.frameTimeUs);
  putInt64(view, at + 32, state.logFrameNumber);
  bytes.set(state.hash, at + 40);
  bytes.set(state.logHash, at + 40 + HASH_BYTES);
}

export function getChain(bytes: Uint8Array, at: number): ChainState {
  const view = viewOf(bytes);
  return {
    epoch: getInt64(view, at),
    frameNumber: getInt64(view, at + 8),
    sequence: getInt64(view, at + 16),
    frameTimeUs: getInt64(view, at + 24),
    logFrameNumber: getInt64(view, at + 32),
    hash: Uint8Array.from(bytes.subarray(at + 40, at + 40 + HASH_BYTES)),
    logHash: Uint8Array.from(bytes.subarray(at + 40 + HASH_BYTES, at + CHAIN_BYTES)),
  };
}

export function sameChain(a: ChainState, b: ChainState): boolean {
  return (
    a.epoch === b.epoch &&
    a.frameNumber === b.frameNumber &&
    a.sequence === b.sequence &&
    a.frameTimeUs === b.frameTimeUs &&
    a.logFrameNumber === b.logFrameNumber &&
    sameBytes(a.hash, b.hash) &&
    sameBytes(a.logHash, b.logHash)
  );
}

/** Puts SHA-256 of everything after the first 32 bytes into the first 32 bytes. */
export function putChecksum(block: Uint8Array): void {
  block.set(createHash('sha256').update(block.subarray(HASH_BYTES)).digest());
}

export function hasChecksum(block: Uint8Array): boolean {
  const found = createHash('sha256').update(block.subarray(HASH_BYTES)).digest();
  return sameBytes(found, block.subarray(0, HASH_BYTES));
}

/** Log names stand in 32 bytes, padded with zeros. */
export const LOG_NAME_BYTES = 32;

export function putLogName(bytes: Uint8Array, at: number, logName: string): void {
  const encoded = new TextEncoder().encode(logName);
  if (encoded.length === 0 || encoded.length > LOG_NAME_BYTES || encoded.includes(0)) {
    throw new RangeError('the name of a log is 1 to 32 bytes of text');
  }
  bytes.set(encoded, at);
}

export function getLogName(bytes: Uint8Array, at: number): string {
  const field = bytes.subarray(at, at + LOG_NAME_BYTES);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
