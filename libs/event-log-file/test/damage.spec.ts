import { jest } from '@jest/globals';
import { LogCorruption } from '#libs/event-log';
import { FileEventLog, SimulatedDisk, type FileLog } from '../src/index.js';
import { seededRandom } from './seeded-random.js';
import { smallDraft } from './sample-drafts.js';

const DIRECTORY = '/log';
const FIRST = `${DIRECTORY}/0000000000000001.nvl`;

function openOn(fs: SimulatedDisk, readOnly = false): Promise<FileLog> {
  const schedule = (): (() => void) => () => undefined;
  return FileEventLog.open({ directory: DIRECTORY, fs, readOnly, segmentBytes: 1200, schedule });
}

/** A log of a claim and `frames` frames over a few segments; stopped cleanly, or killed. */
async function smallLog(frames: number, isClean: boolean): Promise<SimulatedDisk> {
  const disk = new SimulatedDisk(seededRandom(7));
  const log = await openOn(disk);
  const { epoch } = await log.claim();
  for (let n = 1; n <= frames; n += 1) await log.append(smallDraft(epoch, n), n - 1);
  if (isClean) await log.close();
  else disk.killProcess();
  return disk;
}

async function files(disk: SimulatedDisk): Promise<string[]> {
  const names = await disk.list(DIRECTORY);
  return names.filter((name) => name !== 'LOCK').map((name) => `${DIRECTORY}/${name}`);
}

/** Opens and reads everything; what went wrong, or the notices and the sequences read. */
async function examine(disk: SimulatedDisk, readOnly: boolean): Promise<string> {
  let log: FileLog;
  try {
    log = await openOn(disk, readOnly);
  } catch (error) {
    if (error instanceof LogCorruption) return 'corrupt';
    throw error;
  }
  try {
    let last = 0;
    for await (const frame of log.read(1)) last = frame.firstSequence;
    for await (const record of log.readLogRecords()) expect(record.epoch).toBeGreaterThan(0);
    return [`read to ${String(last)}`, ...log.notices].join('; ');
  } catch (error) {
    if (error instanceof LogCorruption) return 'corrupt';
    throw error;
  }
}

describe('damage to the file log', () => {
  jest.setTimeout(120_000);

  for (const readOnly of [false, true]) {
    const how = readOnly ? 'reading' : 'writing';

    it(`a flipped bit in every byte of a cleanly stopped log is found, opened for ${how}`, async () => {
      const disk = await smallLog(6, true);
      expect(await examine(disk.copy(seededRandom(1)), readOnly)).toBe('read to 6');
      const silent: string[] = [];
      let flips = 0;
      for (const path of await files(disk)) {
        const isHead = path.endsWith('HEAD');
        for (let byte = 0; byte < disk.bytesOf(path).length; byte += 1) {
          const damaged = disk.copy(seededRandom(1));
          damaged.flipBit(path, byte, (byte * 5) % 8);
          const found = await examine(damaged, readOnly);
          flips += 1;
          // HEAD has two slots: one damaged is told and the other used; nothing is lost.
          const good = isHead ? /^read to 6; slot [01] of HEAD/ : /^corrupt$/;
          if (!good.test(found)) silent.push(`${path} byte ${String(byte)}: ${found}`);
        }
      }
      expect(silent).toEqual([]);
      expect(flips).toBeGreaterThan(10_000);
    });
  }

  it('a cleanly stopped log cut at any length is found', async () => {
    const disk = await smallLog(6, true);
    for (const path of (await files(disk)).filter((each) => each.endsWith('.nvl'))) {
      for (let length = 0; length < disk.bytesOf(path).length; length += 1) {
        const damaged = disk.copy(seededRandom(1));
        damaged.cut(path, length);
        expect(await examine(damaged, length % 2 === 0)).toBe('corrupt');
      }
    }
  });

  it('a missing segment is found, first, middle and last', async () => {
    const disk = await smallLog(8, true);
    const segments = (await files(disk)).filter((each) => each.endsWith('.nvl'));
    expect(segments.length).toBeGreaterThan(2);
    for (const path of segments) {
      const damaged = disk.copy(seededRandom(1));
      await damaged.remove(path);
      expect(await examine(damaged, false)).toBe('corrupt');
    }
  });

  it('a last frame cut at any offset after a kill is cut off, and the log goes on', async () => {
    const disk = await smallLog(2, false);
    const whole = disk.bytesOf(FIRST).length;
    const frameBytes = 192 + 60;
    for (let length = whole - frameBytes; length < whole; length += 1) {
      const torn = disk.copy(seededRandom(1));
      torn.cut(FIRST, length);
      const log = await openOn(torn);
      expect(await log.head()).toMatchObject({ sequence: 1 });
      expect(log.notices.length).toBe(length === whole - frameBytes ? 0 : 1);
      const { epoch } = await log.claim();
      expect(await log.append(smallDraft(epoch, 2), 1)).toMatchObject({ kind: 'committed' });
      await log.close();
      expect(await examine(torn, true)).toBe('read to 2');
    }
  });

  it('a bad frame before a whole one is reported and never cut, also after a kill', async () => {
    const disk = await smallLog(3, false);
    const bytes = disk.bytesOf(FIRST);
    const lastFrame = bytes.length - (192 + 60);
    for (let byte = 256; byte < lastFrame; byte += 1) {
      const damaged = disk.copy(seededRandom(1));
      damaged.flipBit(FIRST, byte, byte % 8);
      expect(await examine(damaged, false)).toBe('corrupt');
      damaged.killProcess();
      damaged.flipBit(FIRST, byte, byte % 8);
      // Nothing was changed by the refusal: the byte put right, all is there.
      expect(await examine(damaged, false)).toBe('read to 3');
    }
  });

  it('a bad last frame is reported when HEAD covers it', async () => {
    const disk = new SimulatedDisk(seededRandom(7));
    const headWrites: (() => void)[] = [];
    const log = await FileEventLog.open({
      directory: DIRECTORY,
      fs: disk,
      schedule: (_delayMs, action) => {
        headWrites.push(action);
        return () => undefined;
      },
    });
    const { epoch } = await log.claim();
    await log.append(smallDraft(epoch, 1), 0);
    headWrites.splice(0).forEach((write) => write());
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    disk.killProcess();
    const length = disk.bytesOf(FIRST).length;
    disk.cut(FIRST, length - 1);
    expect(await examine(disk, false)).toBe('corrupt');
    expect(disk.bytesOf(FIRST)).toHaveLength(length - 1);
  });

  it('HEAD lost, or of another log, is reported', async () => {
    const disk = await smallLog(2, true);
    const lost = disk.copy(seededRandom(1));
    await lost.remove(`${DIRECTORY}/HEAD`);
    expect(await examine(lost, false)).toBe('corrupt');
    const other = FileEventLog.open({ directory: DIRECTORY, fs: disk, logName: 'another' });
    await expect(other).rejects.toThrow("this is log 'novate', not 'another'");
  });
});
