import { RECORD_HEADER_BYTES, recordLengthAt } from '#libs/events';
import { isSafe } from '#libs/units';
import { headOf, type ChainState } from './chain-state.js';
import { MAX_BODY_BYTES, sameBytes } from './frame-layout.js';
import type { AppendOutcome, FrameDraft } from './port.js';

/**
 * The rules of the port that every engine checks before it writes. Answers the outcome that
 * refuses the draft, or undefined when it may be written. The epoch is judged first: a fenced
 * writer must hear that, whatever else is wrong.
 */
export function refuseFrame(
  state: ChainState,
  draft: FrameDraft,
  expectedHead: number,
): AppendOutcome | undefined {
  const refused = refuseEpoch(state, draft.epoch);
  if (refused !== undefined) return refused;
  if (expectedHead !== state.sequence) return { kind: 'conflict', head: headOf(state) };
  if (!isSafe(draft.count) || draft.count < 1) return rejected('a frame holds at least one record');
  if (draft.records.length === 0) return rejected('a frame without bytes');
  if (draft.records.length > MAX_BODY_BYTES) {
    return rejected(`${String(draft.records.length)} bytes of records are beyond the limit`);
  }
  if (draft.firstSequence !== state.sequence + 1 || !isSafe(draft.firstSequence + draft.count)) {
    return rejected(`sequence ${String(draft.firstSequence)} does not follow the head`);
  }
  if (!isSafe(draft.frameTimeUs) || draft.frameTimeUs < state.frameTimeUs) {
    return rejected('the time of the frame is before that of the head');
  }
  return undefined;
}

/** As `refuseFrame`, for log records; each must be as long as its own header says. */
export function refuseLogRecords(
  state: ChainState,
  records: readonly Uint8Array[],
  epoch: number,
): AppendOutcome | undefined {
  const refused = refuseEpoch(state, epoch);
  if (refused !== undefined) return refused;
  if (records.length === 0) return rejected('no log records');
  let bytes = 0;
  for (const record of records) {
    if (record.length < RECORD_HEADER_BYTES || lengthInHeader(record, 0) !== record.length) {
      return rejected('a log record is not as long as its header says');
    }
    bytes += record.length;
  }
  return bytes > MAX_BODY_BYTES ? rejected('log records beyond the limit of a frame') : undefined;
}

/** Takes the body of a log frame apart; undefined when its records do not fill it exactly. */
export function splitRecords(body: Uint8Array, count: number): Uint8Array[] | undefined {
  const records: Uint8Array[] = [];
  let at = 0;
  for (let n = 0; n < count; n += 1) {
    if (at + RECORD_HEADER_BYTES > body.length) return undefined;
    const length = lengthInHeader(body, at);
    if (length < RECORD_HEADER_BYTES || at + length > body.length) return undefined;
    records.push(body.subarray(at, at + length));
    at += length;
  }
  return at === body.length ? records : undefined;
}

function lengthInHeader(bytes: Uint8Array, at: number): number {
  return recordLengthAt(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), at);
}

function refuseEpoch(state: ChainState, epoch: number): AppendOutcome | undefined {
  if (!isSafe(epoch) || epoch < 1) return rejected('claim the log before writing to it');
  if (epoch < state.epoch) return { kind: 'fenced', epoch: state.epoch };
  if (epoch > state.epoch) return rejected(`epoch ${String(epoch)} was never claimed`);
  return undefined;
}

export function rejected(detail: string): AppendOutcome {
  return { kind: 'rejected', detail };
}

/** Whether a stored frame is the one the draft describes: what `resolve` asks. */
export function isDraft(stored: FrameDraft, draft: FrameDraft): boolean {
  return (
    stored.epoch === draft.epoch &&
    stored.firstSequence === draft.firstSequence &&
    stored.count === draft.count &&
    stored.frameTimeUs === draft.frameTimeUs &&
    sameBytes(stored.records, draft.records)
  );
}
