import { LogCorruption } from '#libs/event-log';
import type { LogPlace } from './log-walker.js';
import {
  readSegmentHeader,
  segmentName,
  segmentOrdinals,
  type SegmentHeader,
} from './segment-header.js';

/** First ordinals of the segments in the directory, ascending. */
export async function listSegments(place: LogPlace): Promise<number[]> {
  return segmentOrdinals(await place.fs.list(place.directory));
}

/**
 * Checks every segment's header and that each segment is as long as the next one's header says.
 * The frames of all but the last are verified when they are read.
 *
 * @throws LogCorruption
 */
export async function checkSegments(place: LogPlace, ordinals: readonly number[]): Promise<void> {
  let lengthBefore = 0;
  let before: SegmentHeader | undefined;
  for (const ordinal of ordinals) {
    const { header, bytes } = await look(place, ordinal);
    const good = before?.before.sequence ?? 0;
    const where = `${segmentName(ordinal)} at byte 0`;
    if (before === undefined && ordinal !== 1) {
      throw new LogCorruption('the first segment is missing', where, 0);
    }
    if (header.previousBytes !== lengthBefore) {
      throw new LogCorruption(
        `the segment before should have ${String(header.previousBytes)} bytes, ` +
          `it has ${String(lengthBefore)}, or one is missing`,
        where,
        good,
      );
    }
    lengthBefore = bytes;
    before = header;
  }
}

/**
 * First ordinal of the segment in which event `sequence` stands or will stand: the last one that
 * begins at or before it. Undefined when there is no segment.
 */
export async function segmentOf(place: LogPlace, sequence: number): Promise<number | undefined> {
  const ordinals = await listSegments(place);
  let low = 0;
  let high = ordinals.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    const { header } = await look(place, ordinals[middle] ?? 0);
    if (header.before.sequence < sequence) low = middle;
    else high = middle - 1;
  }
  return ordinals[low];
}

async function look(
  place: LogPlace,
  ordinal: number,
): Promise<{ readonly header: SegmentHeader; readonly bytes: number }> {
  const handle = await place.fs.open(`${place.directory}/${segmentName(ordinal)}`, 'read');
  try {
    const header = await readSegmentHeader(handle, ordinal, place.logName);
    return { header, bytes: await handle.size() };
  } finally {
    await handle.close();
  }
}
