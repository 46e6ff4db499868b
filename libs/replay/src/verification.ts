import { ClearingHouse, HouseState } from '#libs/clearing-house';
import { envelopeToJson, type JsonObject, readRecord, recordLengthAt } from '#libs/events';
import type { FrameDraft } from '#libs/event-log';
import { RecordedInput } from './recorded-input.js';

/** The first place where the log and the recomputed decisions differ. */
export interface Difference {
  readonly sequence: string;
  readonly rule: string;
  readonly recorded?: JsonObject;
  readonly recomputed?: JsonObject;
}

/**
 * Recomputes every decision of a log, frame by frame, with the logic version that was in force, and
 * compares the bytes. Deterministic: what it accepts, any other machine accepts.
 */
export class Verification {
  readonly house: ClearingHouse;
  private readonly input = new RecordedInput();

  constructor(state = new HouseState()) {
    this.house = new ClearingHouse(state);
  }

  /** Checks one frame; undefined when every byte agrees. After a difference, use another one. */
  check(frame: FrameDraft): Difference | undefined {
    const { house } = this;
    const { records } = frame;
    const recorded = new DataView(records.buffer, records.byteOffset, records.byteLength);
    house.beginFrame();
    if (frame.firstSequence !== house.frame.firstSequence) {
      return { sequence: String(frame.firstSequence), rule: 'sequences are dense' };
    }
    if (frame.frameTimeUs > house.state.clock.timeUs) house.advanceTime(frame.frameTimeUs);
    let compared = this.compare(recorded, 0);
    let lookedAt = 0;
    while (compared >= 0 && compared < records.length) {
      if (compared >= lookedAt) lookedAt = house.lookAhead(recorded, compared, records.length);
      if (!this.redecide(recorded, compared)) return this.differenceAt(frame, recorded, compared);
      compared = this.compare(recorded, compared);
    }
    if (compared < 0) return this.differenceAt(frame, recorded, -compared - 1);
    house.assertConserved();
    return undefined;
  }

  /** Does again what led to the record at `at`; false when nothing can have led to it. */
  private redecide(recorded: DataView, at: number): boolean {
    const { house, input } = this;
    switch (input.read(recorded, at)) {
      case 'input':
        return house.submit(input.view, 0, input.messageId) <= 1;
      case 'slice':
        return house.continueSweep();
      case 'time':
        house.recordTime();
        return true;
      case 'deadline':
        return false;
    }
  }

  /** Compares from `from` to what was recomputed so far; returns its end, or -(place + 1). */
  private compare(recorded: DataView, from: number): number {
    const { view, length } = this.house.frame;
    if (length > recorded.byteLength) return -(from + 1);
    let at = from;
    for (; at + 4 <= length; at += 4) {
      if (view.getUint32(at, true) !== recorded.getUint32(at, true)) return -(at + 1);
    }
    for (; at < length; at++) {
      if (view.getUint8(at) !== recorded.getUint8(at)) return -(at + 1);
    }
    return length;
  }

  /** Describes the record that holds the byte `place`. */
  private differenceAt(frame: FrameDraft, recorded: DataView, place: number): Difference {
    let at = 0;
    let sequence = frame.firstSequence;
    while (at + recordLengthAt(recorded, at) <= place) {
      at += recordLengthAt(recorded, at);
      sequence += 1;
    }
    const { view, length } = this.house.frame;
    const difference = {
      sequence: String(sequence),
      rule: 'the recorded decision is what the logic in force decides',
      recorded: this.describe(recorded, at, sequence, frame),
    };
    return at < length
      ? { ...difference, recomputed: this.describe(view, at, sequence, frame) }
      : difference;
  }

  private describe(view: DataView, at: number, sequence: number, frame: FrameDraft): JsonObject {
    try {
      const cause = sequence - view.getUint32(at + 4, true);
      const envelope = { sequence, frame: 0, timeUs: frame.frameTimeUs, cause };
      return envelopeToJson(envelope, readRecord(view, at), this.house.state.names);
    } catch (error) {
      return { unreadable: error instanceof Error ? error.message : String(error) };
    }
  }
}
