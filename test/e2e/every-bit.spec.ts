import { jest } from '@jest/globals';
import { LogCorruption } from '#libs/event-log';
import type { FileLog, SimulatedDisk } from '#libs/event-log-file';
import {
  catalogueLog,
  DIRECTORY,
  FRAMES_ABOVE_HEAD,
  openOn,
  Original,
  recordedTypes,
  typesIn,
} from './catalogue-log.js';

/**
 * Damage to a log of more than 64 KB that holds every type of record: one flipped bit, or a file
 * cut at one length. `NOVATE_FLIPS=full` tries every bit and every length; otherwise every so
 * many-th, so that a byte's eight bits take turns.
 */
const isFull = process.env['NOVATE_FLIPS'] === 'full';
const FLIP_STEP = isFull ? 1 : 1201;
const CUT_STEP = isFull ? 1 : 211;
const chance = (): number => 0.5;

/** What became of a damaged log. */
type Finding =
  | 'reported' // LogCorruption
  | 'told' // a notice, and all of it read as written: the other slot of HEAD was used
  | 'torn' // a notice, and what stands before the cut read as written
  | 'silent';

async function examine(disk: SimulatedDisk, end: string, original: Original): Promise<Finding> {
  let log: FileLog | undefined;
  try {
    log = await openOn(disk, end === 'clean');
    const frames = await original.matching(log);
    const records = await original.matchingLogRecords(log);
    if (log.notices.length === 0 || frames === undefined || records === undefined) return 'silent';
    const isWhole = frames === original.frames.length && records === original.logRecords.length;
    const isCut = log.notices.some((notice) => /^cut \d+ bytes of an unacknow/.test(notice));
    return isWhole !== isCut ? (isCut ? 'torn' : 'told') : 'silent';
  } catch (error) {
    if (error instanceof LogCorruption) return 'reported';
    throw error;
  } finally {
    if (end === 'clean') await log?.close();
  }
}

describe.each(['clean', 'killed'] as const)('a log whose last stop was %s', (end) => {
  jest.setTimeout(isFull ? 3_600_000 : 60_000);
  let disk: SimulatedDisk;
  let original: Original;
  let files: string[];
  /** In the last segment: where its last frame starts, and where the frames above HEAD do. */
  let last: { readonly path: string; readonly frameAt: number; readonly aboveHead: number[] };

  /** A reader changes nothing; a writer, which recovers, works on a copy. */
  const damaged = (change: (disk: SimulatedDisk) => void, undo: (disk: SimulatedDisk) => void) => {
    const target = end === 'clean' ? disk : disk.copy(chance);
    change(target);
    const finding = examine(target, end, original);
    return end === 'clean' ? finding.finally(() => undo(target)) : finding;
  };

  beforeAll(async () => {
    disk = await catalogueLog(end);
    const log = await openOn(disk.copy(chance), false);
    original = await Original.of(log);
    files = (await disk.list(DIRECTORY)).map((name) => `${DIRECTORY}/${name}`);
    const path = files.filter((file) => file.endsWith('.nvl')).at(-1) ?? '';
    const starts = frameStarts(disk.bytesOf(path));
    last = { path, frameAt: starts.at(-1) ?? 0, aboveHead: starts.slice(-FRAMES_ABOVE_HEAD) };
  });

  it('holds every type of record, in at least three segments', () => {
    const types = new Set(original.frames.flatMap(({ records }) => typesOf(records)));
    for (const record of original.logRecords) types.add(typesIn({ count: 1, records: record })[0]!);
    expect(recordedTypes.filter((type) => !types.has(type))).toEqual([]);
    expect(files.filter((path) => path.endsWith('.nvl')).length).toBeGreaterThanOrEqual(3);
    let bytes = 0;
    for (const path of files) bytes += disk.bytesOf(path).length;
    expect(bytes).toBeGreaterThan(64 * 1024);
  });

  it('gives away every flipped bit', async () => {
    const counts: Record<Finding, number> = { reported: 0, told: 0, torn: 0, silent: 0 };
    const wrong: string[] = [];
    for (const path of files) {
      const bits = disk.bytesOf(path).length * 8;
      for (let bit = path.length % FLIP_STEP; bit < bits; bit += FLIP_STEP) {
        const flip = (on: SimulatedDisk): void => on.flipBit(path, bit >>> 3, bit & 7);
        const finding = await damaged(flip, flip);
        counts[finding] += 1;
        if (!isRight(finding, path, bit >>> 3, false))
          wrong.push(`${finding}: ${path} bit ${String(bit)}`);
      }
    }
    process.stderr.write(`flips, ${end}: ${JSON.stringify(counts)}\n`);
    expect(wrong).toEqual([]);
    if (isFull) expect(counts.reported).toBeGreaterThan(64 * 1024 * 8 - 64 * 1024);
  });

  it('gives away every cut', async () => {
    const counts: Record<Finding, number> = { reported: 0, told: 0, torn: 0, silent: 0 };
    const wrong: string[] = [];
    for (const path of files) {
      const whole = disk.copy(chance);
      const { length } = disk.bytesOf(path);
      for (let cut = 0; cut < length; cut += CUT_STEP) {
        const target = whole.copy(chance);
        target.cut(path, cut);
        const finding = await examine(target, end, original);
        counts[finding] += 1;
        if (isRight(finding, path, cut, true)) continue;
        wrong.push(`${finding}: ${path} cut at ${String(cut)}`);
      }
    }
    process.stderr.write(`cuts, ${end}: ${JSON.stringify(counts)}\n`);
    expect(wrong).toEqual([]);
  });

  /** Only above HEAD may something look like an append that was never acknowledged. */
  function isRight(finding: Finding, path: string, byte: number, isCut: boolean): boolean {
    if (finding === 'reported') return true;
    if (end === 'clean') return false;
    if (finding === 'told') return path.endsWith('HEAD');
    if (path !== last.path) return false;
    if (!isCut) return finding === 'torn' && byte >= last.frameAt;
    const [aboveHead = Infinity] = last.aboveHead;
    return finding === 'torn' ? byte > aboveHead : last.aboveHead.includes(byte);
  }
});

function frameStarts(segment: Uint8Array): number[] {
  const starts: number[] = [];
  const bytes = Buffer.from(segment);
  for (let at = 0; (at = bytes.indexOf('NVLFRAME', at)) >= 0; at += 1) starts.push(at);
  return starts;
}

function typesOf(records: Uint8Array): string[] {
  let count = 0;
  const view = new DataView(records.buffer, records.byteOffset, records.length);
  for (let at = 0; at < records.length; at += view.getUint32(at, true)) count += 1;
  return typesIn({ count, records });
}
