import type { AppendOutcome } from '#libs/event-log';
import { FileEventLog, SimulatedDisk, type DiskFaults, type FileLogOptions } from '../src/index.js';
import { smallDraft } from './sample-drafts.js';
import { seededRandom } from './seeded-random.js';

const FRAME_BYTES = 192 + 60;
const HEADER_BYTES = 256;
const CLAIM_BYTES = 192 + 48;

/** A writer on a simulated disk; HEAD is written when `writeHead` says so. */
async function writer(options: Partial<FileLogOptions> = {}, faults: DiskFaults = {}) {
  const disk = new SimulatedDisk(seededRandom(1));
  const due: { delayMs: number; action: () => void; isCancelled: boolean }[] = [];
  const log = await FileEventLog.open({
    directory: '/d',
    fs: disk,
    schedule: (delayMs, action) => {
      const timer = { delayMs, action, isCancelled: false };
      due.push(timer);
      return () => (timer.isCancelled = true);
    },
    ...options,
  });
  const { epoch } = await log.claim();
  disk.faults = faults;
  const append = (n: number, bytes = 60): Promise<AppendOutcome> =>
    log.append(smallDraft(epoch, n, bytes), n - 1);
  return { disk, log, epoch, append, due };
}

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await Promise.resolve();
}

/** `process` as a reader from outside sees it: what HEAD and later frames prove durable. */
async function seenSequence(disk: SimulatedDisk): Promise<number> {
  const log = await FileEventLog.open({ directory: '/d', fs: disk.reader(), readOnly: true });
  const { sequence } = await log.head();
  await log.close();
  return sequence;
}

describe('a writer of the file log', () => {
  it('says why it refuses', async () => {
    const { log, epoch, append } = await writer();
    const first = append(1);
    expect(await append(1)).toEqual({ kind: 'rejected', detail: 'another append is pending' });
    const pending = log.claim();
    await expect(pending).rejects.toThrow(
      'the claim was not stored in /d: another append is pending',
    );
    expect(await first).toMatchObject({ kind: 'committed', head: { sequence: 1 } });
    expect(await log.resolve()).toEqual({
      kind: 'rejected',
      detail: 'no append of log records is unresolved',
    });
    expect(await log.resolve(smallDraft(epoch, 1))).toMatchObject({
      kind: 'committed',
      head: { sequence: 1 },
    });
    for (const other of [smallDraft(epoch, 2), smallDraft(epoch, 1, 61)]) {
      expect(await log.resolve(other)).toEqual({
        kind: 'unavailable',
        detail: 'the frame is not in the log',
      });
    }
    await log.close();
    expect(await append(2)).toEqual({ kind: 'unavailable', detail: 'the log is closed' });
    await expect(log.claim()).rejects.toThrow('not stored in /d: the log is closed');
    expect(await log.appendLogRecords([], epoch)).toMatchObject({ detail: 'the log is closed' });
  });

  it('begins a new segment when a frame would grow the last one beyond its limit', async () => {
    const limit = HEADER_BYTES + CLAIM_BYTES + 2 * FRAME_BYTES;
    const names = async (segmentBytes: number): Promise<string[]> => {
      const { disk, log, append } = await writer({ segmentBytes });
      for (let n = 1; n <= 3; n += 1) await append(n);
      await log.close();
      return (await disk.list('/d')).filter((name) => name.endsWith('.nvl'));
    };
    expect(await names(limit)).toEqual(['0000000000000001.nvl', '0000000000000004.nvl']);
    expect(await names(limit - 1)).toEqual(['0000000000000001.nvl', '0000000000000003.nvl']);
    // A frame beyond the limit stands alone, and a segment without a frame takes any.
    expect(await names(HEADER_BYTES)).toHaveLength(4);
  });

  it('takes a large frame behind small ones, and small ones behind it', async () => {
    const { log, append } = await writer();
    const sizes = [60, 300_000, 70, 2_000_000, 80];
    for (const [k, bytes] of sizes.entries()) {
      expect(await append(k + 1, bytes)).toMatchObject({ kind: 'committed' });
    }
    const lengths: number[] = [];
    for await (const frame of log.read(1)) lengths.push(frame.records.length);
    expect(lengths).toEqual(sizes);
    await log.close();
  });

  it('writes HEAD once for all frames since, after the interval, and not when closed', async () => {
    const { disk, log, append, due } = await writer({ headIntervalMs: 70 });
    expect(due.map(({ delayMs }) => delayMs)).toEqual([70]);
    await append(1);
    await append(2);
    expect(due).toHaveLength(1);
    // The frame before the last is proven by the last; the last by HEAD alone.
    expect(await seenSequence(disk)).toBe(1);
    due[0]?.action();
    await turns(20);
    expect(await seenSequence(disk)).toBe(2);
    await append(3);
    expect(due).toHaveLength(2);
    await log.close();
    expect(due[1]?.isCancelled).toBe(true);
    expect(await seenSequence(disk)).toBe(3);
    const writes = disk.syncs;
    due[1]?.action();
    await turns(20);
    expect(disk.syncs).toBe(writes);
  });

  it('writes no HEAD on a timer where nothing is synced', async () => {
    const { disk, log, append, due } = await writer({ durability: 'os-cache' });
    const { syncs } = disk;
    await append(1);
    expect([due.length, disk.syncs, log.durability]).toEqual([0, syncs, 'os-cache']);
    await log.close();
    disk.crash();
    expect(await seenSequence(disk)).toBe(1);
  });

  it('syncs a segment before it leaves it, also where frames are not synced', async () => {
    const { disk, append } = await writer({ durability: 'os-cache', segmentBytes: 700 });
    for (let n = 1; n <= 4; n += 1) await append(n);
    disk.crash();
    const log = await FileEventLog.open({ directory: '/d', fs: disk });
    expect((await log.head()).sequence).toBeGreaterThanOrEqual(1);
    await log.close();
  });
});

describe('a writer whose disk fails', () => {
  it('does not know what became of a frame whose fdatasync failed, and writes no more', async () => {
    const { disk, log, append, epoch, due } = await writer();
    disk.faults = { syncErrorAt: disk.syncs + 1 };
    const detail = 'fdatasync: EIO: simulated fdatasync error';
    expect(await append(1)).toEqual({ kind: 'unknown', detail });
    const closed = `closed for writing: ${detail}`;
    expect(await append(1)).toEqual({ kind: 'unavailable', detail: closed });
    expect(await log.resolve(smallDraft(epoch, 1))).toEqual({
      kind: 'unknown',
      detail: `${detail}; restart to recover`,
    });
    await expect(log.claim()).rejects.toThrow(`not stored in /d: ${closed}`);
    const { syncs } = disk;
    due[0]?.action();
    await log.close();
    expect(disk.syncs).toBe(syncs);
  });

  it('takes a frame back that found no room, and goes on when there is some', async () => {
    const { disk, log, append } = await writer();
    const used = disk.bytesOf('/d/0000000000000001.nvl').length + 2 * 4096;
    disk.faults = { capacityBytes: used + FRAME_BYTES - 1 };
    const outcome = await append(1);
    const detail = 'write: ENOSPC: no space left on the simulated disk';
    expect(outcome).toEqual({ kind: 'unavailable', detail });
    expect(disk.bytesOf('/d/0000000000000001.nvl')).toHaveLength(HEADER_BYTES + CLAIM_BYTES);
    disk.faults = {};
    expect(await append(1)).toMatchObject({ kind: 'committed' });
    await log.close();
  });

  it('does not know what became of a frame that it could not take back', async () => {
    const { disk, append } = await writer();
    const used = disk.bytesOf('/d/0000000000000001.nvl').length + 2 * 4096;
    disk.faults = { capacityBytes: used + 100, syncErrorAt: disk.syncs + 1 };
    const detail =
      'write: ENOSPC: no space left on the simulated disk; then EIO: simulated fdatasync error';
    expect(await append(1)).toEqual({ kind: 'unknown', detail });
    expect(await append(1)).toMatchObject({ detail: `closed for writing: ${detail}` });
  });

  it('closes when a new segment cannot be made, but not when the disk is only full', async () => {
    const full = await writer({ segmentBytes: 500 });
    full.disk.faults = { capacityBytes: 0 };
    const noRoom = 'new segment: ENOSPC: no space left on the simulated disk';
    expect(await full.append(1)).toEqual({ kind: 'unavailable', detail: noRoom });
    full.disk.faults = {};
    expect(await full.append(1)).toMatchObject({ kind: 'committed' });
    await full.log.close();
    const broken = await writer({ segmentBytes: 500 });
    broken.disk.faults = { directorySyncErrorAt: broken.disk.directorySyncs + 1 };
    const detail = 'new segment: EIO: simulated fsync error of a directory';
    expect(await broken.append(1)).toEqual({ kind: 'unavailable', detail });
    expect(await broken.append(1)).toMatchObject({ detail: `closed for writing: ${detail}` });
  });

  it('closes when HEAD cannot be written', async () => {
    const { disk, log, append, due } = await writer();
    disk.faults = { syncErrorAt: disk.syncs + 1 };
    due[0]?.action();
    await turns(20);
    const detail = 'closed for writing: HEAD: EIO: simulated fdatasync error';
    expect(await append(1)).toEqual({ kind: 'unavailable', detail });
    await log.close();
  });

  it('says that the clean stop was not recorded, and lets go of the lock all the same', async () => {
    const { disk, log, append } = await writer();
    await append(1);
    disk.faults = { syncErrorAt: disk.syncs + 1 };
    const message =
      'the clean stop was not recorded in /d: EIO: simulated fdatasync error; ' +
      'nothing acknowledged is lost';
    const first = log.close();
    await expect(first).rejects.toThrow(message);
    await expect(log.close()).rejects.toThrow(message);
    const again = await FileEventLog.open({ directory: '/d', fs: disk });
    expect(await again.head()).toMatchObject({ sequence: 1 });
    await again.close();
  });
});
