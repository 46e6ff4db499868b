import { FileEventLog, type SimulatedDisk } from '#libs/event-log-file';
import type { FrameDraft } from '#libs/event-log';
import { LOG_DIRECTORY, SEGMENT_BYTES } from './node-process.js';
import type { Violations } from './violations.js';

/** Draws under which a crash keeps nothing that was not synced. */
const nothingSurvives = (): number => 0.999;

/** A frame that was let out. */
export interface ReleasedBytes {
  readonly firstSequence: number;
  readonly count: number;
  readonly records: Uint8Array;
}

/** One release in so many is looked into as a restarted node would. */
const OPENED_ONE_IN = 20;

/**
 * Called at the moment of every release: were the power lost now, would the frame be there? Its bytes
 * must be on the disk, and now and then a copy that lost all that was not synced must open as a log
 * that ends with the frame.
 */
export class DurabilityCheck {
  readonly released: ReleasedBytes[] = [];

  constructor(
    private readonly disk: SimulatedDisk,
    private readonly copyOfDisk: (random: () => number) => SimulatedDisk,
    private readonly violations: Violations,
  ) {}

  take(draft: FrameDraft): void {
    const { firstSequence, count } = draft;
    const frame = { firstSequence, count, records: draft.records.slice() };
    this.released.push(frame);
    if (!this.disk.holdsDurably(frame.records)) {
      this.violations.add('a frame was released before it was durable');
      return;
    }
    if (this.released.length % OPENED_ONE_IN !== 0) return;
    const copy = this.copyOfDisk(nothingSurvives);
    copy.crash();
    this.verify(copy, frame).catch((error: unknown) => {
      this.violations.add(`after a loss of power at a release the log is no log: ${String(error)}`);
    });
  }

  private async verify(copy: SimulatedDisk, frame: ReleasedBytes): Promise<void> {
    const log = await openQuietly(copy);
    for await (const stored of log.read(frame.firstSequence)) {
      if (stored.firstSequence === frame.firstSequence && isEqual(stored.records, frame.records)) {
        return;
      }
      break;
    }
    this.violations.add('a frame was released before it was durable');
  }
}

/** Opens the log on a disk for a look, without timers. */
export function openQuietly(disk: SimulatedDisk): Promise<FileEventLog> {
  return FileEventLog.open({
    directory: LOG_DIRECTORY,
    fs: disk,
    segmentBytes: SEGMENT_BYTES,
    schedule: () => () => undefined,
  }) as Promise<FileEventLog>;
}

export function isEqual(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
