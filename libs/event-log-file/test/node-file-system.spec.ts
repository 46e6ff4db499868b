import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeFileSystem } from '../src/index.js';

/** A directory that is there, and in which nobody can make anything. */
const hasProc = existsSync('/proc/self');
if (!hasProc) process.stderr.write('skipped: this system has no /proc to be refused by\n');

describe('making a directory on the real disk', () => {
  const fs = new NodeFileSystem();
  const base = mkdtempSync(join(tmpdir(), 'novate-directories-'));
  afterAll(() => rmSync(base, { recursive: true }));

  it('makes its parents too, and is content when it is there', async () => {
    const path = join(base, 'a/b/c');
    await fs.makeDirectory(path);
    await fs.makeDirectory(path);
    expect(existsSync(path)).toBe(true);
  });

  it('says why where a file is in the way', async () => {
    writeFileSync(join(base, 'file'), '');
    await expect(fs.makeDirectory(join(base, 'file'))).rejects.toThrow(/EEXIST/);
    await expect(fs.makeDirectory(join(base, 'file/below'))).rejects.toThrow(/ENOTDIR/);
  });

  // It once tried for ever: nothing can be made there, although it is there.
  (hasProc ? it : it.skip)('ends where nothing can be made', async () => {
    await expect(fs.makeDirectory('/proc/novate')).rejects.toThrow(/ENOENT/);
  });
});
