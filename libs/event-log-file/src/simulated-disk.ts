import { LogLocked } from '#libs/event-log';
import type { FileHandlePort, FileSystemPort, LockPort } from './file-system.js';
import { SimulatedFile, type Random } from './simulated-file.js';

/** Probabilities per operation, 0..1, and places where a fault strikes for certain. */
export interface DiskFaults {
  /** A write that stores only a part and says so. */
  readonly shortWrite?: number;
  /** An fdatasync that fails with EIO; the kernel then drops the dirty pages and calls them clean. */
  readonly syncError?: number;
  /** Bytes the disk holds; a write beyond them stores what fits and then fails with ENOSPC. */
  readonly capacityBytes?: number;
  /** The operation, counted from 1, in which the process dies; it may take effect in part. */
  readonly dieAt?: number;
  /** The fdatasync, counted from 1, that fails. */
  readonly syncErrorAt?: number;
  /** The fsyncDirectory, counted from 1, that fails; the names stay as undurable as they were. */
  readonly directorySyncErrorAt?: number;
}

/** What losses of power took, counted by file and by name. */
export interface DiskLosses {
  /** Files of whose unsynced writes some pieces were kept and others lost. */
  tornWrites: number;
  /** Files whose unsynced writes were lost altogether. */
  lostWrites: number;
  /** New names, renames and removals that had not been synced. */
  lostNames: number;
}

/** What every operation of a dead process meets. */
export class SimulatedCrash extends Error {
  override readonly name = 'SimulatedCrash';
}

/** Of a process: what it holds open is worth nothing when it is over. */
interface Life {
  isOver: boolean;
}

type NameChange =
  | { readonly kind: 'create'; readonly path: string; readonly file: SimulatedFile }
  | { readonly kind: 'rename'; readonly path: string; readonly to: string }
  | { readonly kind: 'remove'; readonly path: string };

/**
 * A disk and its page cache in memory. What was not synced is lost, kept or torn in pieces of
 * 64 bytes, piece by piece at random; a new name is lost without fsyncDirectory. All chance comes
 * from `random`, so one seed gives one run. Assumed: names change one at a time and in order, as a
 * journal of metadata keeps them.
 */
export class SimulatedDisk implements FileSystemPort {
  readonly #random: Random;
  faults: DiskFaults;
  /** Operations and fdatasyncs so far. */
  operations = 0;
  syncs = 0;
  directorySyncs = 0;
  readonly losses: DiskLosses = { tornWrites: 0, lostWrites: 0, lostNames: 0 };
  #names = new Map<string, SimulatedFile>();
  #durableNames = new Map<string, SimulatedFile>();
  #nameChanges: NameChange[] = [];
  readonly #locks = new Set<string>();
  #life: Life = { isOver: false };
  #readers = new Set<Life>();

  constructor(random: Random, faults: DiskFaults = {}) {
    this.#random = random;
    this.faults = faults;
  }

  /** Power is lost: the page cache goes, and the process with it. The disk is ready for a new one. */
  crash(): void {
    const survive = Math.floor(this.#random() * (this.#nameChanges.length + 1));
    this.losses.lostNames += this.#nameChanges.length - survive;
    this.#names = new Map(this.#durableNames);
    for (const change of this.#nameChanges.slice(0, survive)) apply(this.#names, change);
    this.#durableNames = new Map(this.#names);
    this.#nameChanges = [];
    for (const file of new Set(this.#names.values())) {
      const loss = file.losePower(this.#random);
      if (loss === 'torn') this.losses.tornWrites += 1;
      if (loss === 'lost') this.losses.lostWrites += 1;
    }
    for (const reader of this.#readers) reader.isOver = true;
    this.#readers.clear();
    this.killProcess();
  }

  /** kill -9: the process goes, the page cache stays. The disk is ready for a new process. */
  killProcess(): void {
    this.#life.isOver = true;
    this.#life = { isOver: false };
    this.#locks.clear();
  }

  /** The disk as a process sees it that only reads: a loss of power ends it, the writer's end not. */
  reader(): FileSystemPort {
    const life: Life = { isOver: false };
    this.#readers.add(life);
    const refuse = (): Promise<never> =>
      Promise.reject(failure('EROFS', 'a reader does not write'));
    return {
      list: (directory) => this.#list(directory, life),
      open: async (path, mode) => {
        if (mode !== 'read') return refuse();
        await this.#operation(life);
        return this.#handle(this.#file(path), life);
      },
      ...{ makeDirectory: refuse, rename: refuse, remove: refuse },
      ...{ fsyncDirectory: refuse, lock: refuse },
    };
  }

  /** Whether some file, name and content, holds these bytes also after a loss of power. */
  holdsDurably(bytes: Uint8Array): boolean {
    // What was written last is in a file that was made late, mostly.
    for (const file of [...this.#durableNames.values()].reverse()) {
      const { buffer, byteOffset, byteLength } = file.durableContent();
      if (Buffer.from(buffer, byteOffset, byteLength).includes(Buffer.from(bytes))) return true;
    }
    return false;
  }

  /** Flips one bit of a file, in the cache and on the disk. */
  flipBit(path: string, byte: number, bit: number): void {
    this.#file(path).flipBit(byte, bit);
  }

  /** Cuts a file, in the cache and on the disk, as damage would. */
  cut(path: string, length: number): void {
    this.#file(path).truncate(length);
    this.#file(path).sync();
  }

  bytesOf(path: string): Uint8Array {
    return this.#file(path).content();
  }

  /** A disk with the same durable and cached content and its own future. */
  copy(random: Random): SimulatedDisk {
    const copy = new SimulatedDisk(random);
    for (const [path, file] of this.#names) copy.#names.set(path, file.copy());
    copy.#durableNames = new Map(copy.#names);
    return copy;
  }

  async makeDirectory(): Promise<void> {
    await this.#operation();
  }

  list(directory: string): Promise<string[]> {
    return this.#list(directory, this.#life);
  }

  async #list(directory: string, life: Life): Promise<string[]> {
    await this.#operation(life);
    const prefix = `${directory}/`;
    return [...this.#names.keys()]
      .filter((path) => path.startsWith(prefix))
      .map((path) => path.slice(prefix.length))
      .sort();
  }

  async open(path: string, mode: 'read' | 'update' | 'create'): Promise<FileHandlePort> {
    await this.#operation();
    if (mode === 'create') {
      if (this.#names.has(path)) throw failure('EEXIST', path);
      this.#change({ kind: 'create', path, file: new SimulatedFile() });
    }
    return this.#handle(this.#file(path));
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#operation();
    this.#file(from);
    this.#change({ kind: 'rename', path: from, to });
  }

  async remove(path: string): Promise<void> {
    await this.#operation();
    this.#file(path);
    this.#change({ kind: 'remove', path });
  }

  async fsyncDirectory(): Promise<void> {
    await this.#operation();
    this.directorySyncs += 1;
    if (this.directorySyncs === this.faults.directorySyncErrorAt) {
      throw failure('EIO', 'simulated fsync error of a directory');
    }
    this.#durableNames = new Map(this.#names);
    this.#nameChanges = [];
  }

  async lock(path: string): Promise<LockPort> {
    await this.#operation();
    if (this.#locks.has(path)) throw new LogLocked(path, 'another simulated process');
    this.#locks.add(path);
    const life = this.#life;
    return {
      release: async () => {
        await Promise.resolve();
        if (!life.isOver) this.#locks.delete(path);
      },
    };
  }

  #handle(file: SimulatedFile, life = this.#life): FileHandlePort {
    const alive = (): Promise<void> => this.#operation(life);
    return {
      read: async (target, position) => {
        await alive();
        return file.read(target, position);
      },
      write: async (bytes, position) => {
        const dies = this.#diesNext(life);
        if (dies) file.write(bytes.subarray(0, this.#part(bytes.length)), position);
        await alive();
        return this.#write(file, bytes, position);
      },
      fdatasync: async () => {
        await alive();
        this.#sync(file);
      },
      truncate: async (length) => {
        await alive();
        file.truncate(length);
      },
      size: async () => {
        await alive();
        return file.length;
      },
      close: () => Promise.resolve(),
    };
  }

  #write(file: SimulatedFile, bytes: Uint8Array, position: number): number {
    const room = this.#roomFor(file, position);
    if (room < bytes.length) {
      if (room > 0) file.write(bytes.subarray(0, room), position);
      if (room > 0) return room;
      throw failure('ENOSPC', 'no space left on the simulated disk');
    }
    const isShort = bytes.length > 1 && this.#random() < (this.faults.shortWrite ?? 0);
    const count = isShort ? 1 + Math.floor(this.#random() * (bytes.length - 1)) : bytes.length;
    file.write(bytes.subarray(0, count), position);
    return count;
  }

  #sync(file: SimulatedFile): void {
    this.syncs += 1;
    const { syncError = 0, syncErrorAt } = this.faults;
    if (this.syncs === syncErrorAt || (syncError > 0 && this.#random() < syncError)) {
      file.failSync(this.#random);
      throw failure('EIO', 'simulated fdatasync error');
    }
    file.sync();
  }

  #roomFor(file: SimulatedFile, position: number): number {
    const { capacityBytes } = this.faults;
    if (capacityBytes === undefined) return Number.MAX_SAFE_INTEGER;
    let used = 0;
    for (const each of new Set(this.#names.values())) used += each.length;
    return Math.max(0, file.length - position) + Math.max(0, capacityBytes - used);
  }

  #part(length: number): number {
    return Math.floor(this.#random() * (length + 1));
  }

  #diesNext(life: Life): boolean {
    return !life.isOver && this.operations + 1 === this.faults.dieAt;
  }

  /** Every operation passes here: it takes a microtask and may find its process dead. */
  async #operation(life = this.#life): Promise<void> {
    await Promise.resolve();
    if (life.isOver) throw new SimulatedCrash('the process is dead');
    if (life !== this.#life) return; // a reader's
    this.operations += 1;
    if (this.operations === this.faults.dieAt) {
      life.isOver = true;
      throw new SimulatedCrash('the process died here');
    }
  }

  #change(change: NameChange): void {
    apply(this.#names, change);
    this.#nameChanges.push(change);
  }

  #file(path: string): SimulatedFile {
    const file = this.#names.get(path);
    if (file === undefined) throw failure('ENOENT', path);
    return file;
  }
}

/** A change whose subject was lost before it changes nothing. */
function apply(names: Map<string, SimulatedFile>, change: NameChange): void {
  if (change.kind === 'create') {
    names.set(change.path, change.file);
    return;
  }
  const file = names.get(change.path);
  if (file === undefined) return;
  names.delete(change.path);
  if (change.kind === 'rename') names.set(change.to, file);
}

function failure(code: string, detail: string): Error {
  return Object.assign(new Error(`${code}: ${detail}`), { code });
}
