import { type HouseState, HouseState as FreshState, restoreState } from '#libs/clearing-house';
import {
  type AppendOutcome,
  type EventLog,
  findFrame,
  FRAME_HEADER_BYTES,
  type FrameDraft,
  isFault,
  openFrame,
  sealFrame,
  storedBytes,
} from '#libs/event-log';
import { type FileSystemPort, FrameIndex, readAll, writeAll } from '#libs/event-log-file';
import { getInt64 } from '#libs/units';
import { foldFrame, listSnapshots } from '#libs/replay';
import { diskOf, logOf } from './ports.js';

/** Offsets in the header of a stored frame. */
const AT = { bodyLength: 12, epoch: 16, frameNumber: 24, firstSequence: 32, timeUs: 48, hash: 64 };
const HASH_BYTES = 32;
const EVENTS_BEHIND = 40;

/** Answers at once and stores in the background. */
export function releasingEarly(log: EventLog): EventLog {
  let stored: Promise<unknown> = Promise.resolve();
  return {
    ...logOf(log),
    append: (frame: FrameDraft, expectedHead: number): Promise<AppendOutcome> => {
      const { epoch, firstSequence, count, frameTimeUs } = frame;
      const copy = { ...frame, records: frame.records.slice() };
      stored = stored.then(() => log.append(copy, expectedHead));
      const sequence = firstSequence + count - 1;
      const head = { sequence, frameNumber: 0, frameTimeUs, epoch, hash: new Uint8Array(32) };
      return Promise.resolve({ kind: 'committed', head });
    },
    appendLogRecords: async (records, epoch) => {
      await stored;
      return log.appendLogRecords(records, epoch);
    },
  };
}

/** Takes an append whose fate is unknown for stored. */
export function trustingAfterFailure(log: EventLog): EventLog {
  return {
    ...logOf(log),
    append: async (frame, expectedHead): Promise<AppendOutcome> => {
      const outcome = await log.append(frame, expectedHead);
      if (outcome.kind !== 'unknown') return outcome;
      const sequence = frame.firstSequence + frame.count - 1;
      return { kind: 'committed', head: { ...(await log.head()), sequence } };
    },
  };
}

/** Goes on under the epoch that it finds. */
export function claimingNothing(log: EventLog): EventLog {
  return {
    ...logOf(log),
    claim: async () => {
      const head = await log.head();
      return head.epoch === 0 ? log.claim() : { epoch: head.epoch, head };
    },
  };
}

/** Keeps of a torn frame the records that are whole, and seals it again. */
export function keepingTornTails(disk: FileSystemPort): FileSystemPort {
  const seen = new Set<string>();
  return {
    ...diskOf(disk),
    open: async (path, mode) => {
      if (path.endsWith('.nvl') && mode !== 'create' && !seen.has(path)) await mend(disk, path);
      seen.add(path);
      return disk.open(path, mode);
    },
  };
}

async function mend(disk: FileSystemPort, path: string): Promise<void> {
  const handle = await disk.open(path, 'update');
  const bytes = new Uint8Array(await handle.size());
  await readAll(handle, bytes, 0);
  let at = findFrame(bytes, 0);
  if (at < 0) return;
  for (let frame = openFrame(bytes, at); !isFault(frame); frame = openFrame(bytes, at)) {
    at += storedBytes(frame);
  }
  const sealed = bytes.length - at > FRAME_HEADER_BYTES ? sealedAgain(bytes.slice(at)) : undefined;
  if (sealed === undefined) return;
  await writeAll(handle, sealed, at);
  await handle.truncate(at + sealed.length);
}

function sealedAgain(torn: Uint8Array): Uint8Array | undefined {
  const view = new DataView(torn.buffer, torn.byteOffset, torn.byteLength);
  if (view.getUint32(0, true) !== 0x464c564e || view.getUint16(10, true) !== 1) return undefined;
  const end = Math.min(torn.length, FRAME_HEADER_BYTES + view.getUint32(AT.bodyLength, true));
  let count = 0;
  let at = FRAME_HEADER_BYTES;
  while (at + 16 <= end) {
    const length = view.getUint32(at, true);
    if (length < 16 || at + length > end) break;
    at += length;
    count += 1;
  }
  if (count === 0) return undefined;
  const draft = {
    epoch: getInt64(view, AT.epoch),
    firstSequence: getInt64(view, AT.firstSequence),
    count,
    frameTimeUs: getInt64(view, AT.timeUs),
    records: torn.subarray(FRAME_HEADER_BYTES, at),
  };
  const previousHash = torn.slice(AT.hash, AT.hash + HASH_BYTES);
  return sealFrame(draft, getInt64(view, AT.frameNumber), previousHash);
}

/** Takes the newest snapshot as it is: neither its rows nor its root are looked at. */
export async function trustingSnapshots(
  log: EventLog,
  directory: string,
  disk: FileSystemPort,
): Promise<HouseState> {
  const [newest] = await listSnapshots(directory, disk);
  const state =
    newest === undefined ? new FreshState() : await read(disk, `${directory}/${newest}`);
  state.timers.isActive = false;
  for await (const frame of log.read(state.clock.sequence + 1)) foldFrame(state, frame);
  state.timers.isActive = true;
  return state;
}

async function read(disk: FileSystemPort, path: string): Promise<HouseState> {
  const handle = await disk.open(path, 'read');
  const bytes = Buffer.alloc(await handle.size());
  await readAll(handle, bytes, 0);
  const rows = bytes.indexOf(10, bytes.indexOf(10) + 1) + 1;
  return restoreState(bytes.subarray(rows));
}

/** Knows a place for an event that is behind the event. */
export class MisleadingIndex extends FrameIndex {
  override before(sequence: number): ReturnType<FrameIndex['before']> {
    return super.before(sequence + EVENTS_BEHIND);
  }
}
