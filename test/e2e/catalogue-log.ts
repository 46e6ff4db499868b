import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type FrameDraft,
  isFault,
  openFrame,
  sameBytes,
  storedBytes,
  type StoredFrame,
} from '#libs/event-log';
import { FileEventLog, type FileLog, SimulatedDisk } from '#libs/event-log-file';
import { catalogue, readRecord } from '#libs/events';
import { forEachRecord } from '#libs/replay';

export const DIRECTORY = '/log';
const SEGMENT_BYTES = 22 * 1024;
const BODIES_BYTES = 56 * 1024;
const FRAME_BYTES = 1500;
/** Frames stored after HEAD was written for the last time, with their log records. */
export const FRAMES_ABOVE_HEAD = 3;
const golden = fileURLToPath(new URL('../golden/', import.meta.url));

/** Types that stand in a log: a reported trade is recorded as novated or rejected. */
export const recordedTypes: readonly string[] = Object.values(catalogue)
  .filter(({ kind }) => kind !== 'trade')
  .map(({ name }) => name);

type Body = Pick<FrameDraft, 'count' | 'records'>;

function goldenFrames(day: string): Body[] {
  const bytes = readFileSync(`${golden}log/${day}.nvl`);
  const bodies: Body[] = [];
  for (let at = 0; at < bytes.length;) {
    const frame = openFrame(bytes, at);
    if (isFault(frame)) throw new Error(`${day}, byte ${String(at)}: ${frame.detail}`);
    bodies.push({ count: frame.count, records: frame.body });
    at += storedBytes(frame satisfies StoredFrame);
  }
  return bodies;
}

function goldenRecords(name: string): Uint8Array[] {
  const file = `${golden}records/${name}.v1.hex`;
  if (!existsSync(file)) throw new Error(`${file} is missing`);
  return [Buffer.from(readFileSync(file, 'utf8').replace(/\s/g, ''), 'hex')];
}

export function typesIn({ count, records }: Body): string[] {
  const types: string[] = [];
  const frame = { epoch: 1, firstSequence: 1, frameTimeUs: 0, count, records };
  forEachRecord(frame, (view, at) => types.push(readRecord(view, at).type));
  return types;
}

/**
 * Records of the golden days: those of every frame that has an event not seen before, and more until
 * it is enough. Joined to larger frames, since a small one is mostly header.
 */
function chosenFrames(): Body[] {
  const all = [
    'cascade-day',
    'index-day',
    'scenario-day',
    'plan-day',
    'venue-day',
    'report-day',
    'trading-day',
  ].flatMap(goldenFrames);
  const seen = new Set<string>();
  const chosen = new Set<Body>();
  for (const body of all) {
    const types = typesIn(body);
    if (types.some((type) => !seen.has(type))) chosen.add(body);
    for (const type of types) seen.add(type);
  }
  for (const body of all) if (bytesOf(chosen) < BODIES_BYTES) chosen.add(body);
  const frames: Body[] = [];
  let open: Body[] = [];
  for (const body of chosen) {
    open.push(body);
    if (bytesOf(open) < FRAME_BYTES) continue;
    frames.push(joined(open));
    open = [];
  }
  return open.length === 0 ? frames : [...frames, joined(open)];
}

function bytesOf(bodies: Iterable<Body>): number {
  let bytes = 0;
  for (const { records } of bodies) bytes += records.length;
  return bytes;
}

function joined(bodies: readonly Body[]): Body {
  return {
    count: bodies.reduce((sum, { count }) => sum + count, 0),
    records: Buffer.concat(bodies.map(({ records }) => records)),
  };
}

export function openOn(
  fs: SimulatedDisk,
  readOnly: boolean,
  onHeadDue: (write: () => void) => void = () => undefined,
): Promise<FileLog> {
  const schedule = (_delayMs: number, write: () => void): (() => void) => {
    onHeadDue(write);
    return () => undefined;
  };
  const options = { directory: DIRECTORY, fs, schedule, segmentBytes: SEGMENT_BYTES };
  return FileEventLog.open({ ...options, readOnly, strict: readOnly });
}

/**
 * A log that holds a record of every type, of two writers after one another; stopped cleanly, or
 * killed a few frames after HEAD was written for the last time.
 */
export async function catalogueLog(end: 'clean' | 'killed'): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk(() => 0.5);
  const bodies = chosenFrames();
  const half = Math.floor(bodies.length / 2);
  await append(disk, bodies.slice(0, half), 'clean');
  await append(disk, bodies.slice(half), end);
  return disk;
}

async function append(disk: SimulatedDisk, bodies: readonly Body[], end: string): Promise<void> {
  const due: (() => void)[] = [];
  const log = await openOn(disk, false, (write) => due.push(write));
  const { epoch, head } = await log.claim();
  await log.appendLogRecords(goldenRecords('EngineDeclared'), epoch);
  let { sequence } = head;
  for (const [place, { count, records }] of bodies.entries()) {
    const firstSequence = sequence + 1;
    const draft = { epoch, firstSequence, count, frameTimeUs: firstSequence, records };
    const outcome = await log.append(draft, sequence);
    if (outcome.kind !== 'committed') throw new Error(outcome.kind);
    sequence = outcome.head.sequence;
    if (place === bodies.length - FRAMES_ABOVE_HEAD) for (const write of due) write();
    const roots = [...goldenRecords('RootRecorded'), ...goldenRecords('SnapshotTaken')];
    if (place % 5 === 2) await log.appendLogRecords(roots, epoch);
  }
  if (end === 'clean') await log.close();
  else disk.killProcess();
}

/** What a reading gave: how many frames, and whether each is the one that was written. */
export class Original {
  private constructor(
    readonly frames: readonly { readonly hash: Uint8Array; readonly records: Uint8Array }[],
    readonly logRecords: readonly Uint8Array[],
  ) {}

  static async of(log: FileLog): Promise<Original> {
    const frames = [];
    for await (const { hash, records } of log.read(1)) frames.push({ hash, records });
    const logRecords = [];
    for await (const { record } of log.readLogRecords()) logRecords.push(record);
    return new Original(frames, logRecords);
  }

  /** Frames read when all of them are the original ones, in order; undefined for anything else. */
  async matching(log: FileLog): Promise<number | undefined> {
    let count = 0;
    for await (const { hash, records } of log.read(1)) {
      const wanted = this.frames[count];
      if (wanted === undefined) return undefined;
      if (!sameBytes(hash, wanted.hash) || !sameBytes(records, wanted.records)) return undefined;
      count += 1;
    }
    return count;
  }

  /** Log records read when all of them are the original ones; undefined for anything else. */
  async matchingLogRecords(log: FileLog): Promise<number | undefined> {
    let count = 0;
    for await (const { record } of log.readLogRecords()) {
      const wanted = this.logRecords[count];
      if (wanted === undefined || !sameBytes(record, wanted)) return undefined;
      count += 1;
    }
    return count;
  }
}
