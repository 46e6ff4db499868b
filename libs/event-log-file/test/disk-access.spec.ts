import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  codeOf,
  createWhole,
  isDiskFull,
  messageOf,
  readAll,
  writeAll,
  type FileHandlePort,
} from '../src/file-system.js';
import { NodeFileSystem, SimulatedDisk } from '../src/index.js';
import { seededRandom } from './seeded-random.js';

/** A handle that moves at most `most` bytes a call. */
function slowHandle(content: Uint8Array, most: number): FileHandlePort {
  return {
    read: (target: Uint8Array, position: number) => {
      const part = content.subarray(position, position + Math.min(most, target.length));
      target.set(part);
      return Promise.resolve(part.length);
    },
    write: (bytes: Uint8Array, position: number) => {
      const count = Math.min(most, bytes.length);
      content.set(bytes.subarray(0, count), position);
      return Promise.resolve(count);
    },
  } as unknown as FileHandlePort;
}

describe('reading and writing in parts', () => {
  const bytes = Uint8Array.from({ length: 10 }, (_, n) => n + 1);

  it('goes on until all is there', async () => {
    const content = new Uint8Array(20);
    await writeAll(slowHandle(content, 3), bytes, 5);
    expect([...content]).toEqual([
      ...Array<number>(5).fill(0),
      ...bytes,
      ...Array<number>(5).fill(0),
    ]);
    const target = new Uint8Array(10);
    expect(await readAll(slowHandle(content, 4), target, 5)).toBe(10);
    expect(target).toEqual(bytes);
  });

  it('ends where the file ends, or where nothing is written', async () => {
    const target = new Uint8Array(8).fill(99);
    expect(await readAll(slowHandle(bytes, 4), target, 4)).toBe(6);
    expect([...target]).toEqual([5, 6, 7, 8, 9, 10, 99, 99]);
    const stuck = writeAll(slowHandle(new Uint8Array(20), 0), bytes, 0);
    await expect(stuck).rejects.toThrow('a write wrote nothing');
    await writeAll(slowHandle(new Uint8Array(20), 0), new Uint8Array(0), 0);
  });
});

describe('an error of the disk', () => {
  const coded = (code: unknown): Error => Object.assign(new Error('E'), { code });

  it('is a full disk by its code alone', () => {
    expect([coded('ENOSPC'), coded('EDQUOT')].map(isDiskFull)).toEqual([true, true]);
    const others = [coded('EIO'), coded(5), new Error('ENOSPC'), null, undefined, 'ENOSPC', 5];
    for (const other of others) expect(isDiskFull(other)).toBe(false);
    expect(codeOf(coded(5))).toBeUndefined();
    expect(codeOf(coded('EIO'))).toBe('EIO');
  });

  it('has a message whatever was thrown', () => {
    expect(messageOf(new Error('why'))).toBe('why');
    expect(messageOf({ message: 'from another realm' })).toBe('from another realm');
    expect([null, undefined, 'text', {}].map(messageOf)).toEqual([
      ...['null', 'undefined', 'text', '[object Object]'],
    ]);
  });
});

describe('a file that is there whole or not at all', () => {
  const content = new Uint8Array(300).fill(6);

  it('replaces what a dead process left beside its name', async () => {
    const disk = new SimulatedDisk(seededRandom(1));
    await (await disk.open('/d/a.new', 'create')).write(new Uint8Array(900), 0);
    const handle = await createWhole(disk, '/d', 'a', content);
    expect(await disk.list('/d')).toEqual(['a']);
    expect(disk.bytesOf('/d/a')).toEqual(content);
    expect(disk.holdsDurably(content)).toBe(true);
    expect(await handle.size()).toBe(300);
  });

  it('is closed again when it cannot be made', async () => {
    const disk = new SimulatedDisk(seededRandom(1), { syncErrorAt: 1 });
    let closed = 0;
    const open = disk.open.bind(disk);
    disk.open = async (path, mode) => {
      const handle = await open(path, mode);
      return { ...handle, close: () => Promise.resolve(void (closed += 1)) };
    };
    await expect(createWhole(disk, '/d', 'a', content)).rejects.toThrow('EIO');
    expect(closed).toBe(1);
    expect(await disk.list('/d')).toEqual(['a.new']);
  });
});

describe('the real disk', () => {
  const fs = new NodeFileSystem();
  const base = mkdtempSync(join(tmpdir(), 'novate-disk-'));
  const path = join(base, 'file');
  afterAll(() => rmSync(base, { recursive: true }));

  it('keeps what is written, cut and renamed', async () => {
    const handle = await fs.open(path, 'create');
    expect(await handle.write(Buffer.from('abcdef'), 2)).toBe(6);
    await handle.fdatasync();
    expect(await handle.size()).toBe(8);
    await handle.truncate(5);
    const target = new Uint8Array(10);
    expect(await handle.read(target, 1)).toBe(4);
    expect(Buffer.from(target).toString('latin1', 0, 4)).toBe('\0abc');
    await handle.close();
    await fs.rename(path, `${path}.2`);
    await fs.fsyncDirectory(base);
    expect(await fs.list(base)).toEqual(['file.2']);
    expect(readFileSync(`${path}.2`, 'latin1')).toBe('\0\0abc');
    await fs.remove(`${path}.2`);
    expect(await fs.list(base)).toEqual([]);
  });

  it('refuses by the code of the operating system', async () => {
    expect(await fs.list(join(base, 'none'))).toEqual([]);
    await expect(fs.open(path, 'read')).rejects.toMatchObject({ code: 'ENOENT' });
    await expect(fs.open(path, 'update')).rejects.toMatchObject({ code: 'ENOENT' });
    await (await fs.open(path, 'create')).close();
    await expect(fs.open(path, 'create')).rejects.toMatchObject({ code: 'EEXIST' });
    await expect(fs.list(path)).rejects.toMatchObject({ code: 'ENOTDIR' });
    const reading = await fs.open(path, 'read');
    await expect(reading.write(new Uint8Array(1), 0)).rejects.toMatchObject({ code: 'EBADF' });
    await expect(reading.truncate(0)).rejects.toMatchObject({ code: 'EINVAL' });
    await reading.close();
    const folder = await fs.open(base, 'read');
    await expect(folder.read(new Uint8Array(1), 0)).rejects.toMatchObject({ code: 'EISDIR' });
    await folder.close();
  });

  it('gives one lock, which names its holder, and gives it again when it is released', async () => {
    const lock = await fs.lock(join(base, 'LOCK'));
    expect(readFileSync(join(base, 'LOCK'), 'latin1')).toBe(`pid ${process.pid}\n`);
    await expect(fs.lock(join(base, 'LOCK'))).rejects.toThrow(
      `${join(base, 'LOCK')} is in use by another process (pid ${process.pid})`,
    );
    writeFileSync(join(base, 'LOCK'), '');
    await expect(fs.lock(join(base, 'LOCK'))).rejects.toThrow('is in use by another process;');
    await lock.release();
    await (await fs.lock(join(base, 'LOCK'))).release();
  });
});
