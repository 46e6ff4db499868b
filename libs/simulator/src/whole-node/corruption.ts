import type { SimulatedDisk } from '#libs/event-log-file';
import type { Random } from '../market/random.js';
import { openQuietly } from './durability-check.js';
import type { FaultCounts } from './fault-counts.js';
import { LOG_DIRECTORY } from './node-process.js';
import type { Process, Scheduler } from './scheduler.js';
import type { Violations } from './violations.js';

/** When somebody brings the right byte back from another copy of the log. */
const REPAIRED_US_MAX = 4_000_000;

export interface CorruptionOptions {
  readonly disk: SimulatedDisk;
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly counts: FaultCounts;
  readonly violations: Violations;
}

interface Damage {
  readonly path: string;
  readonly byte: number;
  readonly bit: number;
}

/** Bytes of a file that a process was given. */
export interface ReadBytes {
  readonly path: string;
  readonly at: number;
  readonly bytes: number;
}

/**
 * Bytes that the disk stored otherwise than they were written. Only such as the log promises to find:
 * in a segment behind which another one was begun (the last frame of a log that was not stopped looks
 * like a torn one when it is damaged), or in a snapshot, which is then passed over. One at a time; it
 * must be found by reading, and is put right after a while.
 */
export class Corruption {
  private damage: Damage | undefined;
  /** Files of which a process was given a wrong byte; it may say so when the byte is right again. */
  private readonly misled = new WeakMap<Process, string[]>();

  constructor(private readonly options: CorruptionOptions) {}

  /** Whether a byte of a segment is wrong now. */
  get isDamaged(): boolean {
    return this.damage !== undefined;
  }

  /** Called for all that a process reads. */
  noteRead(process: Process, { path, at, bytes }: ReadBytes): void {
    const { damage } = this;
    if (damage?.path !== path || damage.byte < at || damage.byte >= at + bytes) return;
    const file = path.slice(LOG_DIRECTORY.length + 1);
    this.misled.set(process, [...(this.misled.get(process) ?? []), file]);
  }

  /** Whether a process may end with this reason: it read a wrong byte, and names its file. */
  explains(process: Process, reason: string): boolean {
    const files = this.misled.get(process) ?? [];
    return reason.includes('LogCorruption') && files.some((file) => reason.includes(file));
  }

  /** A copy of the disk as it would be without the damage, for a check that is about other things. */
  readonly copyOfDisk = (random: () => number): SimulatedDisk => {
    const copy = this.options.disk.copy(random);
    if (this.damage !== undefined) {
      copy.flipBit(this.damage.path, this.damage.byte, this.damage.bit);
    }
    return copy;
  };

  async strikeSegment(): Promise<void> {
    const { disk, random, counts, scheduler } = this.options;
    const segments = await this.files(/\.nvl$/);
    if (this.damage !== undefined || segments.length < 2) return;
    const path = segments[random.below(segments.length - 1)] ?? '';
    const byte = random.below(disk.bytesOf(path).length);
    const damage = { path, byte, bit: random.below(8) };
    disk.flipBit(path, byte, damage.bit);
    this.damage = damage;
    counts.corruptedWrite += 1;
    scheduler.after(1 + random.below(REPAIRED_US_MAX), () => this.repair());
  }

  async strikeSnapshot(): Promise<void> {
    const { disk, random, counts } = this.options;
    const path = (await this.files(/\.snapshot$/)).at(-1);
    if (path === undefined) return;
    const { length } = disk.bytesOf(path);
    if (length === 0) return;
    disk.flipBit(path, random.below(length), random.below(8));
    counts.corruptedSnapshot += 1;
  }

  /** The right byte comes back; before that, whoever reads the whole log must have noticed. */
  repair(): void {
    const { damage } = this;
    if (damage === undefined) return;
    this.damage = undefined;
    const { disk, violations } = this.options;
    const copy = disk.copy(() => 0);
    disk.flipBit(damage.path, damage.byte, damage.bit);
    readAll(copy).then(
      () => violations.add(`a damaged byte went unnoticed: ${damage.path}`),
      (error: unknown) => {
        violations.check(
          String(error).includes('LogCorruption'),
          () => `a damaged byte was met with ${String(error)}`,
        );
      },
    );
  }

  /** Paths in the order of their names; counted on a copy, which is no operation of the disk. */
  private async files(pattern: RegExp): Promise<string[]> {
    const names = await this.options.disk.copy(() => 0).list(LOG_DIRECTORY);
    return names.filter((name) => pattern.test(name)).map((name) => `${LOG_DIRECTORY}/${name}`);
  }
}

async function readAll(disk: SimulatedDisk): Promise<void> {
  const log = await openQuietly(disk);
  // Frames are looked at by the reader, which throws.
  await drained(log.read(1));
  await drained(log.readLogRecords());
}

async function drained(things: AsyncIterable<unknown>): Promise<void> {
  const iterator = things[Symbol.asyncIterator]();
  while ((await iterator.next()).done !== true);
}
