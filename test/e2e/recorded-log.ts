import { HouseState } from '#libs/clearing-house';
import { type EventLog, type FrameDraft, MemoryEventLog } from '#libs/event-log';
import { HouseDriver } from '../support/house-driver.js';

/** A driver whose frames are kept, to be read back as a log. */
export class RecordingDriver {
  private readonly drafts: FrameDraft[] = [];
  readonly driver = new HouseDriver(new HouseState(), (frame, frameTimeUs) => {
    this.drafts.push({
      epoch: 1,
      firstSequence: frame.firstSequence,
      count: frame.count,
      frameTimeUs,
      records: frame.bytes.slice(0, frame.length),
    });
  });

  /** What was recorded so far, as a log in memory. */
  async log(): Promise<EventLog> {
    const log = new MemoryEventLog();
    const { epoch } = await log.claim();
    for (const draft of this.drafts) {
      const outcome = await log.append({ ...draft, epoch }, draft.firstSequence - 1);
      if (outcome.kind !== 'committed') throw new Error(`append: ${outcome.kind}`);
    }
    return log;
  }
}
