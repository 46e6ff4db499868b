import type { EventLog, Frame } from '#libs/event-log';

/** Positions that are kept for whoever asks for the next page, and for how long. */
const KEPT_MAX = 8;

interface Position {
  readonly frames: AsyncIterator<Frame>;
  readonly frame: Frame;
}

/**
 * Frames of the log from a sequence on. Finding a place means verifying the log from the start of
 * its segment; so the place where a page ended is kept for the next page.
 */
export class EventHistory {
  /** By the sequence to go on from; oldest first. */
  private readonly kept = new Map<number, Position>();

  constructor(private readonly log: EventLog) {}

  /**
   * Visits the frames from the one that holds `from`, until `visit` answers the sequence to go on
   * from in that frame, or the log ends; answers where to go on. @throws LogCorruption
   */
  async read(from: number, visit: (frame: Frame) => number | undefined): Promise<number> {
    const position = this.kept.get(from);
    this.kept.delete(from);
    const frames = position?.frames ?? this.log.read(from)[Symbol.asyncIterator]();
    let next = from;
    let frame = position?.frame ?? (await nextOf(frames));
    while (frame !== undefined) {
      const stoppedAt = visit(frame);
      if (stoppedAt !== undefined) {
        this.keep(stoppedAt, { frames, frame });
        return stoppedAt;
      }
      next = frame.firstSequence + frame.count;
      frame = await nextOf(frames);
    }
    return next;
  }

  /** Lets go of the files. */
  async close(): Promise<void> {
    for (const { frames } of this.kept.values()) await frames.return?.();
    this.kept.clear();
  }

  private keep(next: number, position: Position): void {
    void this.kept.get(next)?.frames.return?.();
    this.kept.delete(next);
    this.kept.set(next, position);
    const [oldest] = this.kept.entries();
    if (this.kept.size <= KEPT_MAX || oldest === undefined) return;
    this.kept.delete(oldest[0]);
    void oldest[1].frames.return?.();
  }
}

async function nextOf(frames: AsyncIterator<Frame>): Promise<Frame | undefined> {
  const step = await frames.next();
  return step.done === true ? undefined : step.value;
}
