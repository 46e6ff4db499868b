import { HASH_BYTES, LogCorruption, ordinalOf, type ChainState } from '#libs/event-log';
import { getInt64, putInt64 } from '#libs/units';
import {
  getChain,
  getLogName,
  hasChecksum,
  putChain,
  putChecksum,
  putLogName,
  viewOf,
} from './chain-codec.js';
import { readAll, type FileHandlePort } from './file-system.js';

/**
 * A segment file begins with 256 bytes: SHA-256 of the rest, `NVLSEGMT`, u32 format version, u32
 * zero, the log's name (32), i64 bytes of the segment before, both chains before the first frame.
 * Then frames, back to back. The file is named by the ordinal of its first frame: event frames and
 * log frames counted together, from 1.
 */
export const SEGMENT_HEADER_BYTES = 256;
const MAGIC = new TextEncoder().encode('NVLSEGMT');
const FORMAT_VERSION = 1;
const AT_MAGIC = HASH_BYTES;
const AT_VERSION = 40;
const AT_NAME = 48;
const AT_PREVIOUS_BYTES = 80;
const AT_CHAIN = 88;

export interface SegmentHeader {
  readonly logName: string;
  /** Length of the segment before; 0 for the first. */
  readonly previousBytes: number;
  /** Both chains before the first frame of the segment. */
  readonly before: ChainState;
}

export function segmentName(firstOrdinal: number): string {
  return `${String(firstOrdinal).padStart(16, '0')}.nvl`;
}

/** The first ordinals of the segments among these file names, ascending. */
export function segmentOrdinals(names: readonly string[]): number[] {
  return names
    .filter((name) => /^\d{16}\.nvl$/.test(name))
    .map((name) => Number(name.slice(0, 16)))
    .sort((a, b) => a - b);
}

export function encodeSegmentHeader(header: SegmentHeader): Uint8Array {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  bytes.set(MAGIC, AT_MAGIC);
  viewOf(bytes).setUint32(AT_VERSION, FORMAT_VERSION, true);
  putLogName(bytes, AT_NAME, header.logName);
  putInt64(viewOf(bytes), AT_PREVIOUS_BYTES, header.previousBytes);
  putChain(bytes, AT_CHAIN, header.before);
  putChecksum(bytes);
  return bytes;
}

/**
 * Reads and checks the header of the segment that should start with `firstOrdinal`. A segment gets
 * its name only when its header is durable, so a wrong header is never a torn one.
 *
 * @throws LogCorruption
 */
export async function readSegmentHeader(
  handle: FileHandlePort,
  firstOrdinal: number,
  logName: string,
): Promise<SegmentHeader> {
  const bytes = new Uint8Array(SEGMENT_HEADER_BYTES);
  const read = await readAll(handle, bytes, 0);
  const fail = (message: string): LogCorruption =>
    new LogCorruption(message, `${segmentName(firstOrdinal)} at byte 0`, 0);
  if (read < SEGMENT_HEADER_BYTES) throw fail('the segment header is cut off');
  if (!hasChecksum(bytes)) throw fail('the segment header is damaged');
  const version = viewOf(bytes).getUint32(AT_VERSION, true);
  if (version !== FORMAT_VERSION) throw fail(`format version ${String(version)} is not known`);
  const header = {
    logName: getLogName(bytes, AT_NAME),
    previousBytes: getInt64(viewOf(bytes), AT_PREVIOUS_BYTES),
    before: getChain(bytes, AT_CHAIN),
  };
  if (header.logName !== logName) throw fail(`this segment belongs to log '${header.logName}'`);
  if (ordinalOf(header.before) + 1 !== firstOrdinal) throw fail('the segment has a wrong name');
  return header;
}
