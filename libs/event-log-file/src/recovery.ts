import { EMPTY_CHAIN, LogCorruption, ordinalOf, type ChainState } from '#libs/event-log';
import { readAll, writeAll } from './file-system.js';
import { HEAD_NAME, HeadFile, type HeadReading, type HeadRecord } from './head-file.js';
import { LogWalker, type LogPlace } from './log-walker.js';
import { checkSegments, listSegments } from './segment-directory.js';
import { SegmentWriter, resumeSegment } from './segment-writer.js';
import { scanTail, type TailScan } from './tail-scan.js';

/** A log that is ready to be written: everything up to `state` is durable. */
export interface Recovered {
  readonly place: LogPlace;
  readonly head: HeadFile;
  readonly writer: SegmentWriter;
  readonly state: ChainState;
  /** What was found and put right, in sentences for the operator. */
  readonly notices: readonly string[];
}

/** Name of a log that was given none. */
export const DEFAULT_LOG_NAME = 'novate';

/**
 * Brings the directory, whose lock the caller holds, to a state in which frames can be appended:
 * makes a new log, or checks the old one and cuts a torn tail.
 *
 * @throws LogCorruption when anything that was acknowledged is missing or wrong; nothing is cut then
 */
export async function recover(
  where: Omit<LogPlace, 'logName'>,
  logName: string | undefined,
): Promise<Recovered> {
  const names = await where.fs.list(where.directory);
  for (const name of names.filter((n) => n.endsWith('.new'))) {
    await where.fs.remove(`${where.directory}/${name}`);
  }
  if (!names.includes(HEAD_NAME)) return start(where, logName ?? DEFAULT_LOG_NAME);
  const { file, reading } = await HeadFile.open(where.fs, where.directory, 'update');
  try {
    return await resume(where, file, reading, logName);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function start(where: Omit<LogPlace, 'logName'>, logName: string): Promise<Recovered> {
  const place = { ...where, logName };
  if ((await listSegments(place)).length > 0) {
    throw new LogCorruption('segments are there but HEAD is not', where.directory, 0);
  }
  const head = await HeadFile.create(where.fs, where.directory, logName, EMPTY_CHAIN);
  const writer = await SegmentWriter.create(place, EMPTY_CHAIN, 0);
  return { place, head, writer, state: EMPTY_CHAIN, notices: [] };
}

async function resume(
  where: Omit<LogPlace, 'logName'>,
  head: HeadFile,
  reading: HeadReading,
  logName: string | undefined,
): Promise<Recovered> {
  const record = checkHead(reading, where.directory, logName);
  const notices = reading.damagedSlots.map((n) => damagedSlotNotice(n));
  const place = { ...where, logName: record.logName };
  const ordinals = await listSegments(place);
  await checkSegments(place, ordinals);
  const last = ordinals.at(-1);
  if (last === undefined) {
    if (record.clean || ordinalOf(record.state) > 0) {
      throw new LogCorruption('HEAD names frames but there is no segment', where.directory, 0);
    }
    const writer = await SegmentWriter.create(place, EMPTY_CHAIN, 0);
    return { place, head, writer, state: EMPTY_CHAIN, notices };
  }
  const scan = await scanFrom(place, last, record);
  if (scan.stop.bytesLeft > 0) {
    notices.push(
      `cut ${String(scan.stop.bytesLeft)} bytes of an unacknowledged frame from ` +
        `${scan.stop.file} at byte ${String(scan.stop.at)}`,
    );
  }
  await settle(place, scan, record);
  await head.write({ clean: false, logName: place.logName, state: scan.state });
  const writer = await resumeSegment(place, scan.stop.file, scan.stop.at);
  return { place, head, writer, state: scan.state, notices };
}

/** @throws LogCorruption when HEAD cannot be read or is another log's */
export function checkHead(
  reading: HeadReading,
  directory: string,
  logName: string | undefined,
): HeadRecord {
  const { record } = reading;
  const where = `${directory}/${HEAD_NAME}`;
  if (record === undefined) throw new LogCorruption('neither slot can be read', where, 0);
  if (logName !== undefined && record.logName !== logName) {
    throw new LogCorruption(`this is log '${record.logName}', not '${logName}'`, where, 0);
  }
  return record;
}

export function damagedSlotNotice(slot: number): string {
  return `slot ${String(slot)} of HEAD is torn or damaged; the other slot is good and was used`;
}

async function scanFrom(place: LogPlace, ordinal: number, head: HeadRecord): Promise<TailScan> {
  const walker = await LogWalker.from(place, ordinal);
  try {
    return await scanTail(walker, head);
  } finally {
    await walker.close();
  }
}

/**
 * Makes what was found durable before anybody may build on it. What is read here may stand in the
 * page cache only: the last writer was killed before its fdatasync, or its fdatasync failed and the
 * kernel calls the lost pages clean. So the last frame, the only one that can have been in flight,
 * is written again, in place, with the same bytes.
 */
async function settle(place: LogPlace, scan: TailScan, head: HeadRecord): Promise<void> {
  const handle = await place.fs.open(`${place.directory}/${scan.stop.file}`, 'update');
  try {
    if (scan.stop.bytesLeft > 0) await handle.truncate(scan.stop.at);
    const { last } = scan;
    if (last !== undefined && ordinalOf(scan.state) > ordinalOf(head.state)) {
      const bytes = new Uint8Array(last.bytes);
      await readAll(handle, bytes, last.at);
      await writeAll(handle, bytes, last.at);
    }
    await handle.fdatasync();
  } finally {
    await handle.close();
  }
  await place.fs.fsyncDirectory(place.directory);
}
