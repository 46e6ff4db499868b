import { causeDistanceAt, readRecord, recordLengthAt } from '#libs/events';
import type { Frame } from '#libs/event-log';
import type { RecordedEvent } from '#libs/replay';

/** What is kept of frames that were just folded. */
const KEPT_BYTES_MAX = 16 * 1024 * 1024;

/** Frames that were just folded, so that answers need not be read back from the disk. */
export class RecentRecords {
  private readonly frames: Frame[] = [];
  private bytes = 0;

  /** Keeps a copy: the frame's own bytes are used again. */
  keep(frame: Frame): void {
    const records = frame.records.slice();
    this.frames.push({ ...frame, records });
    this.bytes += records.length;
    while (this.bytes > KEPT_BYTES_MAX && this.frames.length > 1) {
      this.bytes -= this.frames.shift()?.records.length ?? 0;
    }
  }

  /** The event of a sequence; undefined when its frame is not kept. */
  at(sequence: number): RecordedEvent | undefined {
    const frame = this.frames.findLast(({ firstSequence }) => firstSequence <= sequence);
    return frame === undefined ? undefined : eventAt(frame, sequence);
  }
}

/** One event of a frame, without decoding those before it; undefined when it is not in it. */
export function eventAt(frame: Frame, sequence: number): RecordedEvent | undefined {
  const { records, firstSequence, count } = frame;
  if (sequence < firstSequence || sequence >= firstSequence + count) return undefined;
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  let at = 0;
  for (let k = firstSequence; k < sequence; k++) at += recordLengthAt(view, at);
  const message = readRecord(view, at);
  return {
    sequence,
    cause: sequence - causeDistanceAt(view, at),
    frame: frame.frameNumber,
    timeUs: frame.frameTimeUs,
    message,
  };
}
