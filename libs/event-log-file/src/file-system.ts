/** An open file. Every method rejects with an Error that may carry a `code` such as ENOSPC. */
export interface FileHandlePort {
  /** Reads into `target` from `position`; answers the bytes read, 0 at the end. May be short. */
  read(target: Uint8Array, position: number): Promise<number>;
  /** Writes at `position`; answers the bytes written. May be short. */
  write(bytes: Uint8Array, position: number): Promise<number>;
  /** Makes everything written durable. After a failure nothing may be assumed, a retry included. */
  fdatasync(): Promise<void>;
  truncate(length: number): Promise<void>;
  size(): Promise<number>;
  close(): Promise<void>;
}

/** A held lock; the operating system lets go of it when the process dies. */
export interface LockPort {
  release(): Promise<void>;
}

/**
 * All disk access of the file log. One real implementation on node:fs and one simulated disk, which
 * loses, tears and refuses what a real one may.
 */
export interface FileSystemPort {
  /** Makes a directory and its parents; it may exist. */
  makeDirectory(path: string): Promise<void>;
  /** Names in a directory; none when the directory does not exist. */
  list(directory: string): Promise<string[]>;
  /** `create` makes a new file and rejects with EEXIST; `read` and `update` reject with ENOENT. */
  open(path: string, mode: 'read' | 'update' | 'create'): Promise<FileHandlePort>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Makes created, renamed and removed names of a directory durable. */
  fsyncDirectory(path: string): Promise<void>;
  /** Takes the exclusive lock at `path`; rejects with LogLocked, which names the holder. */
  lock(path: string): Promise<LockPort>;
}

/** Writes all of it, however many short writes that takes. */
export async function writeAll(
  handle: FileHandlePort,
  bytes: Uint8Array,
  position: number,
): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    const written = await handle.write(bytes.subarray(done), position + done);
    if (written <= 0) throw new Error('a write wrote nothing');
    done += written;
  }
}

/** Reads until `target` is full or the file ends; answers the bytes read. */
export async function readAll(
  handle: FileHandlePort,
  target: Uint8Array,
  position: number,
): Promise<number> {
  let done = 0;
  while (done < target.length) {
    const read = await handle.read(target.subarray(done), position + done);
    if (read <= 0) break;
    done += read;
  }
  return done;
}

/** The disk is full: the one write error after which going on is safe once the rest is cut away. */
export function isDiskFull(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOSPC' || code === 'EDQUOT';
}

/** Judged by shape: an error of node:fs may come from another realm than this code's Error. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

export function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('message' in error)) return String(error);
  return String(error.message);
}

/**
 * Makes a file with this content so that it either exists whole and durable under its name or not
 * at all: written aside, synced, renamed, directory synced.
 */
export async function createWhole(
  fs: FileSystemPort,
  directory: string,
  name: string,
  content: Uint8Array,
): Promise<FileHandlePort> {
  const aside = `${directory}/${name}.new`;
  if ((await fs.list(directory)).includes(`${name}.new`)) await fs.remove(aside);
  const handle = await fs.open(aside, 'create');
  try {
    await writeAll(handle, content, 0);
    await handle.fdatasync();
    await fs.rename(aside, `${directory}/${name}`);
    await fs.fsyncDirectory(directory);
    return handle;
  } catch (error) {
    await handle.close().catch(() => undefined);
    throw error;
  }
}
