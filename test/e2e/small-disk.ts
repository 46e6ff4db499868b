import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { told } from './system-faults.js';

function mount(...args: readonly string[]): string | undefined {
  const { status, error, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}

/** A file system of its own in memory, that can be full or read-only. */
export class SmallDisk {
  private constructor(readonly path: string) {}

  /** Why there can be none; undefined when there can. Printed, so that nobody is fooled. */
  static whyNot(): string | undefined {
    try {
      SmallDisk.mount(65_536).unmount();
      return undefined;
    } catch (error) {
      return told(`no tmpfs can be mounted: ${error instanceof Error ? error.message : 'why'}`);
    }
  }

  static mount(bytes: number): SmallDisk {
    const path = join(mkdtempSync(join(tmpdir(), 'novate-disk-')), 'disk');
    mkdirSync(path);
    const refused = mount('-t', 'tmpfs', '-o', `size=${String(bytes)}`, 'tmpfs', path);
    if (refused !== undefined) {
      rmSync(join(path, '..'), { recursive: true });
      throw new Error(refused);
    }
    return new SmallDisk(path);
  }

  /** `size=N` makes it larger, `ro` takes no more writes, `rw` does again. */
  remount(option: string): void {
    const refused = mount('-o', `remount,${option}`, this.path);
    if (refused !== undefined) throw new Error(refused);
  }

  unmount(): void {
    const { status } = spawnSync('umount', [this.path]);
    // A process that a failed test left behind still holds it.
    if (status !== 0) spawnSync('umount', ['-l', this.path]);
    rmSync(join(this.path, '..'), { recursive: true, force: true });
  }
}
