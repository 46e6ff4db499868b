import { HouseState } from '#libs/clearing-house';
import { readRecord } from '#libs/events';
import type { EventLog } from '#libs/event-log';
import { type FileSystemPort, NodeFileSystem } from '#libs/event-log-file';
import { foldFrame } from './fold.js';
import { hex } from './roots.js';
import { listSnapshots, readSnapshot, type SnapshotHeader } from './snapshot-file.js';

/** Where and when to stop folding. */
export interface StopAt {
  /** Last sequence to apply (its whole frame is applied only if it ends there or before). */
  readonly sequence?: number;
  readonly timeUs?: number;
}

export interface Recovered {
  readonly state: HouseState;
  /** Sequence of the snapshot it began from; 0 when from the beginning. */
  readonly snapshotSequence: number;
  readonly frames: number;
}

/**
 * The state at the head of the log, or at an earlier point: newest usable snapshot at or before it,
 * then the tail. A snapshot counts only if its root stands in the log too, and its header is what the
 * log says of it.
 */
export async function recover(
  log: EventLog,
  snapshotDirectory: string | undefined,
  stopAt: StopAt = {},
  fs: FileSystemPort = new NodeFileSystem(),
): Promise<Recovered> {
  const start =
    snapshotDirectory === undefined
      ? undefined
      : await newestSnapshot(log, { directory: snapshotDirectory, fs }, stopAt);
  const state = start ?? new HouseState();
  state.timers.isActive = false;
  const snapshotSequence = state.clock.sequence;
  let frames = 0;
  for await (const frame of log.read(snapshotSequence + 1)) {
    if (stopAt.timeUs !== undefined && frame.frameTimeUs > stopAt.timeUs) break;
    const end = stopAt.sequence ?? Infinity;
    if (frame.firstSequence > end) break;
    foldFrame(state, frame.firstSequence + frame.count - 1 > end ? cutFrame(frame, end) : frame);
    frames += 1;
  }
  state.timers.isActive = true;
  return { state, snapshotSequence, frames };
}

/** The part of a frame up to and including a sequence. */
function cutFrame<F extends { firstSequence: number; count: number; records: Uint8Array }>(
  frame: F,
  lastSequence: number,
): F {
  const count = lastSequence - frame.firstSequence + 1;
  const { records } = frame;
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  let at = 0;
  for (let k = 0; k < count; k++) at += view.getUint32(at, true);
  return { ...frame, count, records: records.subarray(0, at) };
}

async function newestSnapshot(
  log: EventLog,
  { directory, fs }: { readonly directory: string; readonly fs: FileSystemPort },
  stopAt: StopAt,
): Promise<HouseState | undefined> {
  const files = await listSnapshots(directory, fs);
  if (files.length === 0) return undefined;
  const recorded = await recordedSnapshots(log);
  for (const file of files) {
    const sequence = Number(file.slice(0, 16));
    const record = recorded.get(sequence);
    if (sequence > (stopAt.sequence ?? Infinity) || record === undefined) continue;
    const read = await readSnapshot(directory, file, fs).catch(() => 'damaged' as const);
    if (typeof read === 'string' || !isRecorded(read.header, record)) continue;
    if (stopAt.timeUs !== undefined && read.state.clock.timeUs > stopAt.timeUs) continue;
    return read.state;
  }
  return undefined;
}

/** What the log says about a snapshot: all of its header, where the roots were recorded too. */
type SnapshotRecord = Partial<SnapshotHeader>;

/** Snapshots by sequence, as SnapshotTaken and RootRecorded of the log name them. */
async function recordedSnapshots(log: EventLog): Promise<Map<number, SnapshotRecord>> {
  const taken = new Map<number, SnapshotRecord>();
  const businessRoots = new Map<number, string>();
  for await (const { record } of log.readLogRecords()) {
    const view = new DataView(record.buffer, record.byteOffset, record.byteLength);
    const message = readRecord(view, 0);
    if (message.type === 'RootRecorded') {
      businessRoots.set(message.sequence, hex(message.businessRoot));
    }
    if (message.type !== 'SnapshotTaken') continue;
    const { sequence, logicVersion, layoutVersion } = message;
    const businessRoot = businessRoots.get(sequence);
    taken.set(sequence, {
      ...{ sequence, logicVersion, layoutVersion, stateRoot: hex(message.stateRoot) },
      ...(businessRoot === undefined ? {} : { businessRoot }),
    });
  }
  return taken;
}

function isRecorded(header: SnapshotHeader, record: SnapshotRecord): boolean {
  const { sequence, logicVersion, layoutVersion, stateRoot, businessRoot } = record;
  return (
    header.sequence === sequence &&
    header.logicVersion === logicVersion &&
    header.layoutVersion === layoutVersion &&
    header.stateRoot === stateRoot &&
    (businessRoot === undefined || header.businessRoot === businessRoot)
  );
}
