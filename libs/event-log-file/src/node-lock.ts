import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { LogLocked, LogUnavailable } from '#libs/event-log';
import { codeOf, type LockPort } from './file-system.js';

/** open(2) flags of macOS and the BSDs: take flock(2) at once, do not wait. */
const O_EXLOCK = 0x20;
const O_NONBLOCK_BSD = 0x4;

/**
 * Takes flock(2) on the file at `path` and writes the process id into it. The kernel lets go when
 * the process ends, however it ends, so there is no stale lock to judge: a process id would be
 * misread across containers and after a reboot. Node has no flock: on Linux the flock program
 * (util-linux, busybox) locks the descriptor it inherits, and the lock stays with ours; on macOS
 * open(2) can do it. The file itself is never removed: that would let two processes each lock
 * another file of the same name.
 *
 * @throws LogLocked naming the holder; LogUnavailable where there is no flock
 */
export function acquireLock(path: string): LockPort {
  const descriptor = process.platform === 'linux' ? lockByProgram(path) : lockByOpen(path);
  fs.ftruncateSync(descriptor, 0);
  fs.writeSync(descriptor, `pid ${String(process.pid)}\n`, 0);
  return {
    release: () => {
      fs.closeSync(descriptor);
      return Promise.resolve();
    },
  };
}

function lockByProgram(path: string): number {
  const descriptor = fs.openSync(path, fs.constants.O_RDWR | fs.constants.O_CREAT, 0o640);
  const { status, error } = spawnSync('flock', ['-x', '-n', '3'], {
    stdio: ['ignore', 'ignore', 'ignore', descriptor],
  });
  if (status === 0) return descriptor;
  fs.closeSync(descriptor);
  if (status === 1) throw new LogLocked(path, holderOf(path));
  const reason = error?.message ?? `exit status ${String(status)}`;
  throw new LogUnavailable(`cannot lock ${path}: flock (package util-linux): ${reason}`);
}

function lockByOpen(path: string): number {
  if (process.platform === 'win32') {
    throw new LogUnavailable(`cannot lock ${path}: there is no flock on this platform`);
  }
  try {
    const flags = fs.constants.O_RDWR | fs.constants.O_CREAT | O_EXLOCK | O_NONBLOCK_BSD;
    return fs.openSync(path, flags, 0o640);
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') {
      throw new LogLocked(path, holderOf(path));
    }
    throw error;
  }
}

/** The holder writes its pid right after locking; in between the file is empty or has the last. */
function holderOf(path: string): string {
  const text = fs.readFileSync(path, 'utf8').trim();
  return text === '' ? 'another process' : `another process (${text})`;
}
