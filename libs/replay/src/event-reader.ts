import { causeDistanceAt, type Measured, readRecord, templateIdAt } from '#libs/events';
import type { EventLog, Frame } from '#libs/event-log';
import { forEachRecord } from './fold.js';

/** One event as it stands in the log. */
export interface RecordedEvent {
  readonly sequence: number;
  /** Sequence of the event that caused it; its own for an input. */
  readonly cause: number;
  readonly frame: number;
  /** Log time, microseconds since 1970 UTC. */
  readonly timeUs: number;
  readonly message: Measured;
}

/** A frame so little ahead of the last one is read on to, rather than looked for in the log. */
const READ_ON_SEQUENCES = 200_000;

/**
 * Random access to the events of a log; keeps the last frame it read, and reads on where what is
 * asked for lies shortly behind it. Not for use by two callers at a time.
 */
export class EventReader {
  private last: Frame | undefined;
  private frames: AsyncIterator<Frame> | undefined;

  constructor(readonly log: EventLog) {}

  /** The frame that holds a sequence; undefined beyond the head. @throws LogCorruption */
  async frameOf(sequence: number): Promise<Frame | undefined> {
    const { last } = this;
    if (last !== undefined && holds(last, sequence)) return last;
    const isShortlyBehind =
      last !== undefined &&
      sequence > last.firstSequence &&
      sequence < last.firstSequence + READ_ON_SEQUENCES;
    if (!isShortlyBehind) await this.close();
    // What was read to its end may have grown since: then it is looked for from there.
    return (await this.readTo(sequence)) ?? (isShortlyBehind ? this.readAnew(sequence) : undefined);
  }

  private async readAnew(sequence: number): Promise<Frame | undefined> {
    await this.close();
    return this.readTo(sequence);
  }

  private async readTo(sequence: number): Promise<Frame | undefined> {
    this.frames ??= this.log.read(sequence)[Symbol.asyncIterator]();
    for (;;) {
      const step = await this.frames.next();
      if (step.done === true) {
        this.frames = undefined;
        return undefined;
      }
      this.last = step.value;
      if (holds(step.value, sequence)) return step.value;
    }
  }

  /** Ends what it had begun to read; it can be used again. */
  async close(): Promise<void> {
    const { frames } = this;
    this.frames = undefined;
    this.last = undefined;
    await frames?.return?.();
  }

  /** One event; undefined when there is none of that sequence. @throws LogCorruption */
  async at(sequence: number): Promise<RecordedEvent | undefined> {
    const frame = sequence >= 1 ? await this.frameOf(sequence) : undefined;
    if (frame === undefined) return undefined;
    let event: RecordedEvent | undefined;
    forEachRecord(frame, (view, at, each) => {
      if (each === sequence) event = eventAt(frame, view, at, each);
    });
    return event;
  }

  /** Events from a sequence on, of the given templates only; the others are not even decoded. */
  async *scan(
    fromSequence: number,
    templates: ReadonlySet<number>,
  ): AsyncGenerator<RecordedEvent, void> {
    for await (const frame of this.log.read(fromSequence)) {
      for (const event of eventsOf(frame, templates)) {
        if (event.sequence >= fromSequence) yield event;
      }
    }
  }
}

function holds(frame: Frame, sequence: number): boolean {
  return sequence >= frame.firstSequence && sequence < frame.firstSequence + frame.count;
}

/** The events of a frame, in order; of the given templates only when there are any. */
export function eventsOf(frame: Frame, templates?: ReadonlySet<number>): RecordedEvent[] {
  const events: RecordedEvent[] = [];
  forEachRecord(frame, (view, at, sequence) => {
    if (templates !== undefined && !templates.has(templateIdAt(view, at))) return;
    events.push(eventAt(frame, view, at, sequence));
  });
  return events;
}

function eventAt(frame: Frame, view: DataView, at: number, sequence: number): RecordedEvent {
  return {
    sequence,
    cause: sequence - causeDistanceAt(view, at),
    frame: frame.frameNumber,
    timeUs: frame.frameTimeUs,
    message: readRecord(view, at),
  };
}
