import { SimulatedCrash, SimulatedDisk } from '../src/index.js';
import { seededRandom } from './seeded-random.js';

const bytes = Uint8Array.from({ length: 200 }, (_, n) => n);

/** A disk with one file, written and perhaps synced, its name perhaps too. */
async function diskWith({ isSynced, isNamed }: { isSynced: boolean; isNamed: boolean }) {
  const disk = new SimulatedDisk(seededRandom(1));
  const handle = await disk.open('/d/file', 'create');
  await handle.write(bytes, 0);
  if (isSynced) await handle.fdatasync();
  if (isNamed) await disk.fsyncDirectory();
  return disk;
}

describe('the simulated disk', () => {
  it('holds durably what is synced under a name that is synced', async () => {
    for (const isSynced of [false, true]) {
      for (const isNamed of [false, true]) {
        const disk = await diskWith({ isSynced, isNamed });
        expect(disk.holdsDurably(bytes)).toBe(isSynced && isNamed);
      }
    }
  });

  it('counts what a loss of power took', async () => {
    const torn = await diskWith({ isSynced: false, isNamed: true });
    torn.crash();
    expect(torn.losses).toEqual({ tornWrites: 1, lostWrites: 0, lostNames: 0 });
    const whole = await diskWith({ isSynced: true, isNamed: true });
    whole.crash();
    expect(whole.losses).toEqual({ tornWrites: 0, lostWrites: 0, lostNames: 0 });
  });

  it('lets a reader outlive the writer, but no loss of power', async () => {
    const disk = await diskWith({ isSynced: true, isNamed: true });
    const reader = disk.reader();
    const handle = await reader.open('/d/file', 'read');
    disk.killProcess();
    expect(await handle.read(new Uint8Array(200), 0)).toBe(200);
    await expect(reader.open('/d/file', 'update')).rejects.toThrow('EROFS');
    disk.crash();
    await expect(handle.read(new Uint8Array(200), 0)).rejects.toThrow(SimulatedCrash);
  });

  it('fails the directory sync that it is told to, and keeps the name undurable', async () => {
    const disk = await diskWith({ isSynced: true, isNamed: false });
    disk.faults = { directorySyncErrorAt: 1 };
    await expect(disk.fsyncDirectory()).rejects.toThrow('EIO');
    expect(disk.holdsDurably(bytes)).toBe(false);
    await disk.fsyncDirectory();
    expect(disk.holdsDurably(bytes)).toBe(true);
  });
});
