import type { EventLog, Frame } from '#libs/event-log';
import type { RecordedEvent } from '#libs/replay';
import { eventAt, type RecentRecords } from './recent-records.js';

/** One event by its sequence: from what was just folded, else from the log. */
export class RecordLookup {
  private last: Frame | undefined;

  constructor(
    private readonly recent: RecentRecords,
    private readonly log: EventLog,
  ) {}

  /** Undefined beyond the durable head. @throws LogCorruption */
  async at(sequence: number): Promise<RecordedEvent | undefined> {
    if (sequence < 1) return undefined;
    const known = this.recent.at(sequence) ?? this.inLast(sequence);
    if (known !== undefined) return known;
    for await (const frame of this.log.read(sequence)) {
      this.last = frame;
      return eventAt(frame, sequence);
    }
    return undefined;
  }

  private inLast(sequence: number): RecordedEvent | undefined {
    return this.last === undefined ? undefined : eventAt(this.last, sequence);
  }
}
