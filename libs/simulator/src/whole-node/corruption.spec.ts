import { FileEventLog, SimulatedDisk } from '#libs/event-log-file';
import { Random } from '../market/random.js';
import { Corruption, type ReadBytes } from './corruption.js';
import { noFaults } from './fault-counts.js';
import { LOG_DIRECTORY } from './node-process.js';
import { ProcessDisk } from './process-disk.js';
import { type Process, Scheduler } from './scheduler.js';
import { Violations } from './violations.js';

const SEEDS = 100;
/** So soon after the wrong byte was read: a few operations of the disk. */
const REPAIRED_US_MAX = 60;

/** A log of a few segments, in one of which a byte is wrong. */
async function damagedLog(seed: number) {
  const disk = new SimulatedDisk(() => 0);
  const options = { directory: LOG_DIRECTORY, fs: disk, segmentBytes: 1_024 };
  const log = await FileEventLog.open({ ...options, schedule: () => () => undefined });
  for (let k = 0; k < 20; k++) await log.claim();
  await log.close();
  const random = new Random(seed, 1);
  const scheduler = new Scheduler(random);
  const [counts, violations] = [noFaults(), new Violations()];
  const corruption = new Corruption({ disk, scheduler, random, counts, violations });
  await corruption.strikeSegment();
  expect(corruption.isDamaged).toBe(true);
  const diskOf = (process: Process, onRead: (read: ReadBytes) => void = () => undefined) => {
    const noteRead = (_: Process, read: ReadBytes): void => {
      corruption.noteRead(process, read);
      onRead(read);
    };
    return new ProcessDisk({
      ...{ disk: disk.reader(), scheduler, process, random, counts },
      ...{ corruption: { noteRead }, onDeath: () => undefined },
    });
  };
  return { disk, random, scheduler, corruption, violations, diskOf };
}

async function readAll(fs: ProcessDisk): Promise<void> {
  const log = await FileEventLog.open({ readOnly: true, directory: LOG_DIRECTORY, fs });
  const records = log.readLogRecords()[Symbol.asyncIterator]();
  while ((await records.next()).done !== true);
}

describe('a byte that is repaired while somebody reads', () => {
  it('explains what was said of it, before the repair and after it', async () => {
    const told = { whole: 0, before: 0, after: 0 };
    for (let seed = 1; seed <= SEEDS; seed++) {
      const { random, scheduler, corruption, violations, diskOf } = await damagedLog(seed);
      const process: Process = { isAlive: true };
      let isOver = false;
      const onRead = ({ path }: ReadBytes): void => {
        if (!corruption.explains(process, `LogCorruption: ${path}`)) return;
        scheduler.after(random.below(REPAIRED_US_MAX), () => corruption.repair());
      };
      const reading = readAll(diskOf(process, onRead)).then(
        () => (told.whole += 1),
        (error: unknown) => {
          expect([seed, corruption.explains(process, String(error))]).toEqual([seed, true]);
          if (corruption.isDamaged) told.before += 1;
          else told.after += 1;
        },
      );
      void reading.finally(() => (isOver = true));
      await scheduler.run(() => isOver, 60_000_000);
      await reading;
      expect([seed, violations.found]).toEqual([seed, []]);
    }
    expect(told.whole).toBeGreaterThan(10);
    expect(told.before).toBeGreaterThan(10);
    expect(told.after).toBeGreaterThan(10);
  }, 60_000);

  it('explains nothing to whoever did not read it, or says something else', async () => {
    const { disk, scheduler, corruption, diskOf } = await damagedLog(1);
    const [misled, late]: Process[] = [{ isAlive: true }, { isAlive: true }];
    const names = (await disk.list(LOG_DIRECTORY)).filter((name) => name.endsWith('.nvl'));
    const read = async (process: Process, name: string): Promise<void> => {
      const handle = await diskOf(process).open(`${LOG_DIRECTORY}/${name}`, 'read');
      await handle.read(new Uint8Array(4_096), 0);
    };
    const run = async (reads: Promise<unknown>): Promise<void> => {
      let isOver = false;
      void reads.finally(() => (isOver = true));
      await scheduler.run(() => isOver, scheduler.nowUs + 1_000_000);
    };
    await run(Promise.all(names.map((name) => read(misled!, name))));
    corruption.repair();
    await run(Promise.all(names.map((name) => read(late!, name))));
    const said = names.map((name) => `LogCorruption: wrong (${name} at byte 1)`);
    expect(said.filter((reason) => corruption.explains(misled!, reason)).length).toBe(1);
    expect(said.filter((reason) => corruption.explains(late!, reason))).toEqual([]);
    expect(names.filter((name) => corruption.explains(misled!, `EIO: ${name}`))).toEqual([]);
  });
});
