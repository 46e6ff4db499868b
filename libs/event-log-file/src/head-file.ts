import { HASH_BYTES, ordinalOf, type ChainState } from '#libs/event-log';
import { invariant, getInt64, putInt64 } from '#libs/units';
import {
  getChain,
  getLogName,
  hasChecksum,
  putChain,
  putChecksum,
  putLogName,
  viewOf,
} from './chain-codec.js';
import { createWhole, readAll, writeAll } from './file-system.js';
import type { FileHandlePort, FileSystemPort } from './file-system.js';

export const HEAD_NAME = 'HEAD';

/** One slot a disk page, so that tearing one never touches the other. */
const SLOT_BYTES = 4096;
const MAGIC = new TextEncoder().encode('NVLHEAD1');
const AT_MAGIC = HASH_BYTES;
const AT_GENERATION = 40;
const AT_CLEAN = 48;
const AT_NAME = 56;
const AT_CHAIN = 88;

/** A recorded durable head: every frame up to it was acknowledged. */
export interface HeadRecord {
  /** Ascending with every write; the slot with the higher one counts. */
  readonly generation: number;
  /** A clean stop: the log ends exactly here. */
  readonly clean: boolean;
  readonly logName: string;
  readonly state: ChainState;
}

export interface HeadReading {
  /** Undefined when neither slot can be read. */
  readonly record: HeadRecord | undefined;
  /** Slots whose checksum is wrong: a torn write, or a damaged byte. */
  readonly damagedSlots: readonly number[];
}

/** The HEAD file: two checksummed slots, written in turn and synced. */
export class HeadFile {
  readonly #handle: FileHandlePort;
  #generation: number;
  #writing: Promise<void> = Promise.resolve();

  private constructor(handle: FileHandlePort, generation: number) {
    this.#handle = handle;
    this.#generation = generation;
  }

  /** Makes the file of a new log, with both slots saying that it is empty. */
  static async create(
    fs: FileSystemPort,
    directory: string,
    logName: string,
    state: ChainState,
  ): Promise<HeadFile> {
    const content = new Uint8Array(2 * SLOT_BYTES);
    content.set(encodeSlot({ generation: 1, clean: false, logName, state }), SLOT_BYTES);
    content.set(encodeSlot({ generation: 2, clean: false, logName, state }), 0);
    return new HeadFile(await createWhole(fs, directory, HEAD_NAME, content), 2);
  }

  static async open(
    fs: FileSystemPort,
    directory: string,
    mode: 'read' | 'update',
  ): Promise<{ readonly file: HeadFile; readonly reading: HeadReading }> {
    const handle = await fs.open(`${directory}/${HEAD_NAME}`, mode);
    const file = new HeadFile(handle, 0);
    const reading = await file.read();
    file.#generation = reading.record?.generation ?? 0;
    if (mode === 'update' && reading.record !== undefined) await file.#settle(reading.record);
    return { file, reading };
  }

  /**
   * Writes the newest slot again, as it is. It may stand in the page cache only, its fdatasync
   * having failed in the last process; tearing the other slot next would then leave neither.
   */
  async #settle(record: HeadRecord): Promise<void> {
    await writeAll(this.#handle, encodeSlot(record), slotAt(record.generation));
    await this.#handle.fdatasync();
  }

  async read(): Promise<HeadReading> {
    const content = new Uint8Array(2 * SLOT_BYTES);
    await readAll(this.#handle, content, 0);
    const slots = [0, 1].map((n) =>
      decodeSlot(content.subarray(n * SLOT_BYTES, (n + 1) * SLOT_BYTES)),
    );
    const size = await this.#handle.size();
    const damagedSlots = [0, 1].filter((n) => slots[n] === undefined);
    if (size !== 2 * SLOT_BYTES && damagedSlots.length === 0) damagedSlots.push(1);
    const [a, b] = slots;
    const record = a === undefined ? b : b === undefined || a.generation > b.generation ? a : b;
    return { record, damagedSlots };
  }

  /**
   * Records a durable head in the slot that was written longest ago. Calls wait for each other. After
   * one has failed all do: the slot it left may be torn, and the other must stay as it is.
   */
  write(head: Omit<HeadRecord, 'generation'>): Promise<void> {
    const write = this.#writing.then(async () => {
      const generation = this.#generation + 1;
      this.#generation = generation;
      await writeAll(this.#handle, encodeSlot({ ...head, generation }), slotAt(generation));
      await this.#handle.fdatasync();
    });
    this.#writing = write;
    write.catch(() => undefined);
    return write;
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#handle.close();
  }
}

function slotAt(generation: number): number {
  return (generation % 2) * SLOT_BYTES;
}

function encodeSlot(head: HeadRecord): Uint8Array {
  invariant(ordinalOf(head.state) >= 0, 'a head has an ordinal');
  const slot = new Uint8Array(SLOT_BYTES);
  slot.set(MAGIC, AT_MAGIC);
  putInt64(viewOf(slot), AT_GENERATION, head.generation);
  putInt64(viewOf(slot), AT_CLEAN, head.clean ? 1 : 0);
  putLogName(slot, AT_NAME, head.logName);
  putChain(slot, AT_CHAIN, head.state);
  putChecksum(slot);
  return slot;
}

function decodeSlot(slot: Uint8Array): HeadRecord | undefined {
  if (!hasChecksum(slot)) return undefined;
  return {
    generation: getInt64(viewOf(slot), AT_GENERATION),
    clean: getInt64(viewOf(slot), AT_CLEAN) === 1,
    logName: getLogName(slot, AT_NAME),
    state: getChain(slot, AT_CHAIN),
  };
}
