import { getInt64, invariant, putInt64 } from '#libs/units';
import { MalformedMessage } from './malformed-message.js';
import { bytesOf, startMessage, STREAM, STREAM_HEADER_BYTES, viewOf } from './stream-messages.js';

/**
 * `released`: one durable frame. i64 frame, i64 first sequence, u32 events, i64 log time, i64 last
 * number of the session so far, u32 runs, u32 refusals; then the runs (i64 first number, i64 first
 * sequence, u32 count), the refusals (i64 number, u16 reason), and for a subscriber the decisions
 * (i64 sequence, record) to the end.
 *
 * A run acknowledges `count` inputs: number n + k has sequence s + k. So a million trades that caused
 * nothing else are one run a frame. An input with a refusal was recorded and changed nothing.
 */
export const RELEASED_HEAD_BYTES = STREAM_HEADER_BYTES + 44;
export const ACK_RUN_BYTES = 20;
export const ACK_REFUSAL_BYTES = 10;

/** Inputs with successive numbers and successive sequences. */
export interface AckRun {
  readonly firstNumber: number;
  readonly firstSequence: number;
  readonly count: number;
}

/** An input that was recorded with a numbered reason instead of taking effect. */
export interface AckRefusal {
  readonly number: number;
  readonly reason: number;
}

/** What became durable, as one frame. */
export interface Released {
  /** Number of the frame. */
  readonly frame: number;
  readonly firstSequence: number;
  /** Events in the frame. */
  readonly count: number;
  readonly frameTimeUs: number;
  /** Last number of the session up to and with this frame. */
  readonly lastPublisherSequence: number;
  readonly runs: readonly AckRun[];
  /** In the order of their numbers; each lies in a run. */
  readonly refusals: readonly AckRefusal[];
  /** Pairs of i64 sequence and record, back to back. */
  readonly records: Uint8Array;
}

/** What a node has to say about a frame, before it is encoded. */
export interface ReleasedParts extends Omit<Released, 'runs' | 'refusals'> {
  /** First number, first sequence, count; and again: plain numbers, as a frame may have many. */
  readonly runs: readonly number[];
  /** Number, reason; and again. */
  readonly refusals: readonly number[];
}

export function encodeReleased(parts: ReleasedParts): Uint8Array {
  const { runs, refusals, records } = parts;
  const runCount = runs.length / 3;
  const refusalCount = refusals.length / 2;
  const acks = runCount * ACK_RUN_BYTES + refusalCount * ACK_REFUSAL_BYTES;
  const view = startMessage(RELEASED_HEAD_BYTES + acks + records.length, STREAM.released);
  putInt64(view, 5, parts.frame);
  putInt64(view, 13, parts.firstSequence);
  view.setUint32(21, parts.count, true);
  putInt64(view, 25, parts.frameTimeUs);
  putInt64(view, 33, parts.lastPublisherSequence);
  view.setUint32(41, runCount, true);
  view.setUint32(45, refusalCount, true);
  let at = RELEASED_HEAD_BYTES;
  for (let k = 0; k < runs.length; k += 3, at += ACK_RUN_BYTES) {
    putInt64(view, at, runs[k] ?? 0);
    putInt64(view, at + 8, runs[k + 1] ?? 0);
    view.setUint32(at + 16, runs[k + 2] ?? 0, true);
  }
  for (let k = 0; k < refusals.length; k += 2, at += ACK_REFUSAL_BYTES) {
    putInt64(view, at, refusals[k] ?? 0);
    view.setUint16(at + 8, refusals[k + 1] ?? 0, true);
  }
  bytesOf(view).set(records, at);
  return bytesOf(view);
}

/** @throws MalformedMessage */
export function decodeReleased(message: Uint8Array): Released {
  const view = viewOf(message);
  if (message.length < RELEASED_HEAD_BYTES) throw new MalformedMessage('released is cut off');
  const runCount = view.getUint32(41, true);
  const refusalCount = view.getUint32(45, true);
  const refusalsAt = RELEASED_HEAD_BYTES + runCount * ACK_RUN_BYTES;
  const recordsAt = refusalsAt + refusalCount * ACK_REFUSAL_BYTES;
  if (recordsAt > message.length) throw new MalformedMessage('acknowledgements are cut off');
  const runs: AckRun[] = [];
  for (let at = RELEASED_HEAD_BYTES; at < refusalsAt; at += ACK_RUN_BYTES) {
    runs.push({
      firstNumber: getInt64(view, at),
      firstSequence: getInt64(view, at + 8),
      count: view.getUint32(at + 16, true),
    });
  }
  const refusals: AckRefusal[] = [];
  for (let at = refusalsAt; at < recordsAt; at += ACK_REFUSAL_BYTES) {
    refusals.push({ number: getInt64(view, at), reason: view.getUint16(at + 8, true) });
  }
  return {
    frame: getInt64(view, 5),
    firstSequence: getInt64(view, 13),
    count: view.getUint32(21, true),
    frameTimeUs: getInt64(view, 25),
    lastPublisherSequence: getInt64(view, 33),
    runs,
    refusals,
    records: new Uint8Array(message.subarray(recordsAt)),
  };
}

/** One input's acknowledgement. */
export interface Ack {
  /** Its number in the publisher's session. */
  readonly number: number;
  /** Its sequence in the log; when it was refused, of the record that says so. */
  readonly sequence: number;
  /** Number of its frame. */
  readonly frame: number;
  /** Log time at which it was cleared, microseconds. */
  readonly timeUs: number;
  /** 0 accepted, else the number of the rejection. */
  readonly reason: number;
}

/** Calls `visit` for each input that a frame acknowledges, in the order of their numbers. */
export function forEachAck(released: Released, visit: (ack: Ack) => void): void {
  const { frame, frameTimeUs: timeUs, runs, refusals } = released;
  let next = 0;
  for (const { firstNumber, firstSequence, count } of runs) {
    for (let k = 0; k < count; k++) {
      const number = firstNumber + k;
      const refusal = refusals[next];
      const reason = refusal?.number === number ? refusal.reason : 0;
      if (reason !== 0) next += 1;
      visit({ number, sequence: firstSequence + k, frame, timeUs, reason });
    }
  }
  invariant(next === refusals.length, 'every refusal lies in a run, in order');
}
