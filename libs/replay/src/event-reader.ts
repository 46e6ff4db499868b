import { causeDistanceAt, type Message, readRecord, templateIdAt } from '#libs/events';
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
  readonly message: Message;
}

/** Random access to the events of a log; keeps the last frame it read. */
export class EventReader {
  private last: Frame | undefined;

  constructor(readonly log: EventLog) {}

  /** The frame that holds a sequence; undefined beyond the head. @throws LogCorruption */
  async frameOf(sequence: number): Promise<Frame | undefined> {
    if (this.last !== undefined && holds(this.last, sequence)) return this.last;
    for await (const frame of this.log.read(sequence)) {
      this.last = frame;
      return holds(frame, sequence) ? frame : undefined;
    }
    return undefined;
  }

  /** One event; undefined when there is none of that sequence. @throws LogCorruption */
  async at(sequence: number): Promise<RecordedEvent | undefined> {
    const frame = sequence >= 1 ? await this.frameOf(sequence) : undefined;
    return frame === undefined ? undefined : eventsOf(frame).find((e) => e.sequence === sequence);
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
    events.push({
      sequence,
      cause: sequence - causeDistanceAt(view, at),
      frame: frame.frameNumber,
      timeUs: frame.frameTimeUs,
      message: readRecord(view, at),
    });
  });
  return events;
}
