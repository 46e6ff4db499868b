import { EMPTY_CHAIN, type Frame } from '#libs/event-log';
import {
  FileEventLog,
  FrameIndex,
  SimulatedDisk,
  type DurableSignal,
  type FileLogOptions,
} from '../src/index.js';
import { resumeSegment } from '../src/segment-writer.js';
import { smallDraft } from './sample-drafts.js';
import { seededRandom } from './seeded-random.js';

const FIRST = '/d/0000000000000001.nvl';
const schedule = (): (() => void) => () => undefined;

function open(fs: SimulatedDisk, options: Partial<FileLogOptions> = {}) {
  return FileEventLog.open({ directory: '/d', fs, schedule, ...options });
}

/** A log of a claim by `claimant` and `frames` frames, killed. */
async function killedLog(frames: number, claimant: number, segmentBytes = 1 << 20) {
  const disk = new SimulatedDisk(seededRandom(1));
  const log = await open(disk, {
    segmentBytes,
    claimant: () => new Uint8Array(16).fill(claimant),
  });
  const { epoch } = await log.claim();
  for (let n = 1; n <= frames; n += 1) await log.append(smallDraft(epoch, n), n - 1);
  disk.killProcess();
  return disk;
}

async function firstsOf(frames: AsyncIterable<Frame>): Promise<number[]> {
  const firsts: number[] = [];
  for await (const frame of frames) firsts.push(frame.firstSequence);
  return firsts;
}

describe('files that no writer of this log left so', () => {
  it('hold no frames where HEAD is all there is', async () => {
    const disk = new SimulatedDisk(seededRandom(1));
    await (await open(disk)).close();
    disk.killProcess();
    await disk.remove(FIRST);
    // A clean stop of an empty log: only a reader takes it for one that is just being made.
    const reader = await open(disk, { readOnly: true });
    expect(await reader.head()).toMatchObject({ sequence: 0 });
    expect(await firstsOf(reader.read(0))).toEqual([]);
    const records = [];
    for await (const record of reader.readLogRecords()) records.push(record);
    expect(records).toEqual([]);
    await reader.close();
  });

  it('are corrupt where HEAD names frames and no segment is there', async () => {
    const disk = await killedLog(2, 1);
    await (await open(disk)).close();
    await disk.remove(FIRST);
    await expect(open(disk, { readOnly: true })).rejects.toThrow(
      'HEAD names frames but there is no segment (/d; good up to sequence 0)',
    );
  });

  it('are corrupt where a frame is stored twice', async () => {
    const disk = await killedLog(2, 1);
    const bytes = disk.bytesOf(FIRST);
    const file = await disk.open(FIRST, 'update');
    await file.write(bytes.subarray(bytes.length - (192 + 60)), bytes.length);
    await expect(open(disk)).rejects.toThrow('a frame that is duplicate (0000000000000001.nvl');
  });

  it('are corrupt where a segment is that of another log with the same name', async () => {
    const disk = await killedLog(9, 1, 800);
    const other = await killedLog(9, 2, 800);
    const names = (await disk.list('/d')).filter((name) => name.endsWith('.nvl'));
    const [first = '', second = '', third = ''] = names;
    expect([first, third]).toEqual(['0000000000000001.nvl', names[2]]);
    const file = await disk.open(`/d/${second}`, 'update');
    await file.write(other.bytesOf(`/d/${second}`), 0);
    const reader = await open(disk, { readOnly: true });
    await expect(firstsOf(reader.read(1))).rejects.toThrow(
      `the segment does not follow the one before (${second} at byte 0; good up to sequence 1)`,
    );
    await reader.close();
  });

  it('are not written when another hand changed their length meanwhile', async () => {
    const disk = await killedLog(1, 1);
    const { length } = disk.bytesOf(FIRST);
    const place = { fs: disk, directory: '/d', logName: 'novate' };
    await expect(resumeSegment(place, '0000000000000001.nvl', length - 1)).rejects.toThrow(
      '0000000000000001.nvl changed while it was opened',
    );
    expect((await resumeSegment(place, '0000000000000001.nvl', length)).bytes).toBe(length);
  });
});

describe('large frames', () => {
  it('are written one behind the other, and read in one buffer that grows', async () => {
    const disk = new SimulatedDisk(seededRandom(1));
    const log = await open(disk);
    const { epoch } = await log.claim();
    const sizes = [5_000_000, 100, 5_000_001, 3_000_000];
    for (const [n, bytes] of sizes.entries()) {
      const outcome = await log.append(smallDraft(epoch, n + 1, bytes), n);
      expect(outcome).toMatchObject({ kind: 'committed' });
    }
    await log.close();
    for (const isTransient of [false, true]) {
      const reader = await open(disk, { readOnly: true, isTransient });
      const lengths: number[] = [];
      for await (const { records } of reader.follow(1, new AbortController().signal)) {
        lengths.push(records.length);
        if (lengths.length === sizes.length) break;
      }
      expect(lengths).toEqual(sizes);
      await reader.close();
    }
  });
});

describe('a reader whom the writer tells how far the log is durable', () => {
  it('gives the last frame as soon as it is told, and waits for the next', async () => {
    const disk = new SimulatedDisk(seededRandom(1));
    const log = await open(disk);
    const { epoch } = await log.claim();
    let told = 0;
    let wake: () => void = () => undefined;
    const waits: (readonly [since: number, patienceMs: number])[] = [];
    const durable: DurableSignal = {
      sequence: () => told,
      changed: (since, patienceMs, signal) => {
        waits.push([since, patienceMs]);
        return new Promise((resolve) => {
          if (told > since) resolve();
          wake = resolve;
          signal.addEventListener('abort', () => resolve(), { once: true });
        });
      },
    };
    const reader = await open(disk, { readOnly: true, durable });
    const stop = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const { firstSequence } of reader.follow(1, stop.signal)) seen.push(firstSequence);
    })();
    for (let n = 1; n <= 3; n += 1) {
      await log.append(smallDraft(epoch, n), n - 1);
      told = n;
      wake();
      for (let turn = 0; turn < 200 && seen.length < n; turn += 1) await Promise.resolve();
      expect(seen.at(-1)).toBe(n);
    }
    stop.abort();
    await following;
    expect(waits[0]).toEqual([0, 1_000]);
    expect(waits.at(-1)).toEqual([2, 1_000]);
    await reader.close();
    await log.close();
  });
});

describe('an index', () => {
  const at = (sequence: number) => ({ ...EMPTY_CHAIN, epoch: 1, sequence });

  it('notes a place a megabyte from the last, in another segment, and with a later event', () => {
    const index = new FrameIndex();
    const MiB = 1 << 20;
    index.note(1, 1_000, at(1));
    index.note(1, 1_000 + MiB - 1, at(5));
    expect(index.before(9)).toMatchObject({ at: 1_000 });
    index.note(1, 1_000 + MiB, at(5));
    expect(index.before(9)).toMatchObject({ at: 1_000 + MiB });
    expect(index.before(5)).toMatchObject({ at: 1_000 });
    // Log records without an event between them: the place before says as much.
    index.note(1, 1_000 + 3 * MiB, at(5));
    expect(index.before(9)).toMatchObject({ at: 1_000 + MiB });
    index.note(7, 300, at(6));
    expect(index.before(9)).toMatchObject({ segment: 7, at: 300, state: { sequence: 6 } });
    expect(index.before(1)).toBeUndefined();
  });
});

describe('the simulated disk', () => {
  it('refuses what a real one refuses', async () => {
    const disk = await killedLog(1, 1);
    await expect(disk.open(FIRST, 'create')).rejects.toThrow('EEXIST');
    await expect(disk.open('/d/none', 'read')).rejects.toThrow('ENOENT');
    const lock = await disk.lock('/d/LOCK');
    await expect(disk.lock('/d/LOCK')).rejects.toThrow('in use by another simulated process');
    await lock.release();
    await (await disk.lock('/d/LOCK')).release();
    expect(() => disk.flipBit(FIRST, 1 << 20, 0)).toThrow('no such byte');
    disk.faults = { syncError: 1 };
    const file = await disk.open(FIRST, 'update');
    await expect(file.fdatasync()).rejects.toThrow('EIO');
  });
});
