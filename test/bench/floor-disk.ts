import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import path from 'node:path';
import { seconds } from './measure.js';

const SYNCS = 300;
const SYNC_BYTES = 512;
const GROUP_COMMITS = 300;
const CHUNK_BYTES = 1024 * 1024;
const CHUNKS = 128;
const CHUNKS_A_SYNC = 8;

/** Bytes no file system can compress or store as a hole. */
function noise(bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(bytes);
  for (let at = 0, x = 1; at < bytes; at += 1) {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    buffer[at] = x >>> 24;
  }
  return buffer;
}

/** Runs `work` on a new file, which grows as a segment of a log does, and removes it. */
function withFile<T>(directory: string, work: (fd: number) => T): T {
  const file = path.join(directory, 'floor.bin');
  const fd = openSync(file, 'w');
  try {
    return work(fd);
  } finally {
    closeSync(fd);
    rmSync(file);
  }
}

/** Appends of `bytes`, each followed by fdatasync, a second: one after the other, nothing in between. */
export function groupCommitsPerSecond(directory: string, bytes: number): number {
  const group = noise(bytes);
  return withFile(directory, (fd) => {
    const spent = seconds(() => {
      for (let i = 0; i < GROUP_COMMITS; i += 1) {
        writeSync(fd, group);
        fdatasyncSync(fd);
      }
    });
    return GROUP_COMMITS / spent;
  });
}

/** Microseconds of single small appends with fdatasync. */
export function fdatasyncMicroseconds(directory: string): number[] {
  const record = noise(SYNC_BYTES);
  return withFile(directory, (fd) =>
    Array.from({ length: SYNCS }, () => {
      const spent = seconds(() => {
        writeSync(fd, record);
        fdatasyncSync(fd);
      });
      return spent * 1e6;
    }),
  );
}

/** Megabytes (10^6) a second of large sequential appends, synchronised every 8 MiB. */
export function megabytesPerSecond(directory: string): number {
  const chunk = noise(CHUNK_BYTES);
  return withFile(directory, (fd) => {
    const spent = seconds(() => {
      for (let i = 1; i <= CHUNKS; i += 1) {
        writeSync(fd, chunk);
        if (i % CHUNKS_A_SYNC === 0) fdatasyncSync(fd);
      }
    });
    return (CHUNKS * CHUNK_BYTES) / 1e6 / spent;
  });
}
