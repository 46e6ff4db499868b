import { LogUnavailable } from '#libs/event-log';
import { FileEventLog, SimulatedDisk, type FileLog, type FileLogOptions } from '../src/index.js';
import { smallDraft } from './sample-drafts.js';
import { seededRandom } from './seeded-random.js';

const FIRST = '/d/0000000000000001.nvl';
const HEAD = '/d/HEAD';
const FRAME_BYTES = 192 + 60;
const schedule = (): (() => void) => () => undefined;

function open(fs: SimulatedDisk, options: Partial<FileLogOptions> = {}): Promise<FileLog> {
  return FileEventLog.open({ directory: '/d', fs, schedule, ...options });
}

/** A log of a claim and `frames` frames, stopped cleanly or killed. */
async function logOf(
  frames: number,
  isClean: boolean,
  options: Partial<FileLogOptions> = {},
): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk(seededRandom(1));
  const log = await open(disk, options);
  const { epoch } = await log.claim();
  for (let n = 1; n <= frames; n += 1) await log.append(smallDraft(epoch, n), n - 1);
  if (isClean) await log.close();
  else disk.killProcess();
  return disk;
}

async function noticesOf(disk: SimulatedDisk, readOnly = false): Promise<readonly string[]> {
  const log = await open(disk, { readOnly });
  const { notices } = log;
  await log.close();
  return notices;
}

describe('opening the file log', () => {
  it('says what it found and put right', async () => {
    expect(await noticesOf(new SimulatedDisk(seededRandom(1)))).toEqual([]);
    expect(await noticesOf(await logOf(2, true))).toEqual([]);
    const torn = await logOf(2, false);
    const length = torn.bytesOf(FIRST).length;
    torn.cut(FIRST, length - 10);
    torn.flipBit(HEAD, 50, 1);
    const slot = 'slot 0 of HEAD is torn or damaged; the other slot is good and was used';
    const cut = length - FRAME_BYTES;
    expect(await noticesOf(torn)).toEqual([
      slot,
      `cut ${FRAME_BYTES - 10} bytes of an unacknowledged frame from ` +
        `0000000000000001.nvl at byte ${cut}`,
    ]);
    expect(torn.bytesOf(FIRST)).toHaveLength(cut);
    expect(await noticesOf(torn)).toEqual([]);
  });

  it('removes what a dead process left beside a name', async () => {
    const disk = await logOf(1, true);
    await (await disk.open('/d/0000000000000003.nvl.new', 'create')).write(new Uint8Array(9), 0);
    await noticesOf(disk);
    expect(await disk.list('/d')).toEqual(['0000000000000001.nvl', 'HEAD']);
  });

  it('goes on with the name that the log has, in every segment', async () => {
    const disk = await logOf(2, true, { logName: 'house' });
    const log = await open(disk, { segmentBytes: 600 });
    const { epoch } = await log.claim();
    for (let n = 3; n <= 6; n += 1) await log.append(smallDraft(epoch, n), n - 1);
    await log.close();
    const names = (await disk.list('/d')).filter((name) => name.endsWith('.nvl'));
    expect(names.length).toBeGreaterThan(2);
    for (const name of names) {
      const text = Buffer.from(disk.bytesOf(`/d/${name}`)).toString('latin1', 48, 54);
      expect(text).toBe('house\0');
    }
    const unnamed = await logOf(1, true);
    expect(Buffer.from(unnamed.bytesOf(FIRST)).toString('latin1', 48, 55)).toBe('novate\0');
  });

  it.each<[string, (disk: SimulatedDisk) => Promise<void> | void]>([
    ['segments are there but HEAD is not (/d; good up to', (disk) => disk.remove(HEAD)],
    [
      'neither slot can be read (/d/HEAD; good up to',
      (disk) => {
        disk.flipBit(HEAD, 0, 0);
        disk.flipBit(HEAD, 4096, 0);
      },
    ],
    ['HEAD names frames but there is no segment (/d; good up to', (disk) => disk.remove(FIRST)],
    [
      'frame 3 of 3 acknowledged ones cannot be read: the frame is not complete ' +
        '(0000000000000001.nvl at byte 748; good up to sequence 1)',
      (disk) => disk.cut(FIRST, disk.bytesOf(FIRST).length - 1),
    ],
    [
      'the log goes on behind the head of a clean stop',
      async (disk) => {
        const file = await disk.open(FIRST, 'update');
        await file.write(new Uint8Array(1), disk.bytesOf(FIRST).length);
      },
    ],
  ])('is refused after a clean stop: %s', async (message, damage) => {
    const disk = await logOf(2, true);
    await damage(disk);
    const before = await disk.list('/d');
    await expect(open(disk)).rejects.toThrow(message);
    expect(await disk.list('/d')).toEqual(before.filter((name) => name !== 'LOCK'));
    // The lock was let go of, and nothing is held open.
    await expect(open(disk)).rejects.toThrow(message);
  });

  it('is refused where HEAD is that of another log, to writers and to readers', async () => {
    const disk = await logOf(1, true);
    const other = await logOf(1, true);
    for (const readOnly of [false, true]) {
      await expect(open(disk, { logName: 'b', readOnly })).rejects.toThrow(
        "this is log 'novate', not 'b' (/d/HEAD; good up to sequence 0)",
      );
    }
    const head = await disk.open(HEAD, 'update');
    await head.write(other.bytesOf(HEAD), 0);
    await expect(open(disk)).rejects.toThrow('the log is not the one HEAD recorded');
  });

  it('tells which segment is missing', async () => {
    const disk = await logOf(8, true, { segmentBytes: 800 });
    const names = (await disk.list('/d')).filter((name) => name.endsWith('.nvl'));
    expect(names.length).toBeGreaterThan(2);
    const first = disk.copy(seededRandom(1));
    await first.remove(FIRST);
    await expect(open(first)).rejects.toThrow(
      `the first segment is missing (${names[1] ?? ''} at byte 0; good up to sequence 0)`,
    );
    const second = disk.copy(seededRandom(1));
    const bytes = disk.bytesOf(`/d/${names[1] ?? ''}`).length;
    const before = disk.bytesOf(FIRST).length;
    await second.remove(`/d/${names[1] ?? ''}`);
    await expect(open(second)).rejects.toThrow(
      `the segment before should have ${bytes} bytes, it has ${before}, or one is missing ` +
        `(${names[2] ?? ''} at byte 0; good up to sequence 0)`,
    );
  });
});

describe('a reader of the file log', () => {
  it('writes nothing and says so', async () => {
    const disk = await logOf(1, true);
    const log = await open(disk, { readOnly: true });
    const detail = 'the log is open for reading only';
    const answers = [
      await log.append(smallDraft(1, 2), 1),
      await log.appendLogRecords([new Uint8Array(20)], 1),
      await log.resolve(),
    ];
    expect(answers).toEqual(answers.map(() => ({ kind: 'rejected', detail })));
    await expect(log.claim()).rejects.toThrow(detail);
    expect([log.durability, log.engine]).toEqual(['fsync', 'file 1']);
    await log.close();
  });

  it('is told where there is no log', async () => {
    const none = open(new SimulatedDisk(seededRandom(1)), { readOnly: true });
    await expect(none).rejects.toThrow('there is no log in /d');
    await expect(none).rejects.toBeInstanceOf(LogUnavailable);
  });

  it('takes a damaged slot of HEAD for damage after a clean stop only when it is strict', async () => {
    const disk = await logOf(1, true);
    disk.flipBit(HEAD, 4096 + 7, 0);
    const notice = 'slot 1 of HEAD is torn or damaged; the other slot is good and was used';
    expect(await noticesOf(disk, true)).toEqual([notice]);
    await expect(open(disk, { readOnly: true, strict: true })).rejects.toThrow(
      `${notice} (/d/HEAD; good up to sequence 0)`,
    );
    const killed = await logOf(1, false);
    killed.flipBit(HEAD, 7, 0);
    await (await open(killed, { readOnly: true, strict: true })).close();
    const whole = await logOf(1, true);
    await (await open(whole, { readOnly: true, strict: true })).close();
  });

  it('sees an empty log, and follows it from its first frame', async () => {
    const disk = new SimulatedDisk(seededRandom(1));
    const log = await open(disk);
    const reader = await open(disk, { readOnly: true, schedule: soon });
    expect(await reader.head()).toMatchObject({ sequence: 0, epoch: 0 });
    const seen: number[] = [];
    const stop = new AbortController();
    const following = (async () => {
      for await (const frame of reader.follow(1, stop.signal)) {
        seen.push(frame.firstSequence);
        if (seen.length === 3) stop.abort();
      }
    })();
    const { epoch } = await log.claim();
    for (let n = 1; n <= 4; n += 1) await log.append(smallDraft(epoch, n), n - 1);
    await following;
    expect(seen).toEqual([1, 2, 3]);
    await reader.close();
    await log.close();
  });

  it('follows over the borders of segments, a frame at a time in one buffer', async () => {
    const disk = await logOf(12, true, { segmentBytes: 800 });
    for (const isTransient of [false, true]) {
      const reader = await open(disk, { readOnly: true, isTransient });
      const kept: (readonly [number, Uint8Array])[] = [];
      for await (const { firstSequence, records } of reader.follow(
        5,
        new AbortController().signal,
      )) {
        expect(records[0]).toBe((firstSequence * 37) % 251);
        kept.push([firstSequence, records]);
        if (firstSequence === 12) break;
      }
      expect(kept.map(([sequence]) => sequence)).toEqual([5, 6, 7, 8, 9, 10, 11, 12]);
      if (!isTransient) {
        for (const [n, records] of kept) expect(records).toEqual(smallDraft(1, n).records);
      }
      await reader.close();
    }
  });
});

/** A timer that fires in the next turn of the event loop. */
function soon(_delayMs: number, action: () => void): () => void {
  const immediate = setImmediate(action);
  return () => clearImmediate(immediate);
}
