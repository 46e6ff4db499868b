import { applyRecord, type HouseState, touchTrades } from '#libs/clearing-house';
import { recordLengthAt } from '#libs/events';
import type { FrameDraft } from '#libs/event-log';
import { invariant } from '#libs/units';

/**
 * Applies a recorded frame to the state: what recovery, the read model and every inspection do. Only
 * recorded events count; nothing is decided again.
 */
export function foldFrame(state: HouseState, frame: FrameDraft): void {
  const { records, firstSequence, count } = frame;
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  invariant(firstSequence === state.clock.sequence + 1, 'frames are folded in order');
  if (frame.frameTimeUs > state.clock.timeUs) state.clock.timeUs = frame.frameTimeUs;
  let at = 0;
  let touched = 0;
  for (let k = 0; k < count; k++) {
    if (at >= touched) touched = touchTrades(state, view, at, records.length);
    const length = recordLengthAt(view, at);
    applyRecord(state, view, at, firstSequence + k);
    at += length;
  }
  invariant(at === records.length, 'a frame holds as many records as it says');
}

/** Walks the records of a frame: offset and sequence of each. */
export function forEachRecord(
  frame: FrameDraft,
  visit: (view: DataView, at: number, sequence: number) => void,
): void {
  const { records } = frame;
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  let at = 0;
  for (let k = 0; k < frame.count; k++) {
    visit(view, at, frame.firstSequence + k);
    at += recordLengthAt(view, at);
  }
}
