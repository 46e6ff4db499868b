import { type Message, readRecord, recordLengthAt } from '#libs/events';
import { getInt64 } from '#libs/units';
import type { Released } from '#libs/wire';

/** Calls `visit` for each decision in a released frame, in order. */
export function forEachDecision(
  { records }: Released,
  visit: (decision: Message, sequence: number) => void,
): void {
  const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
  for (let at = 0; at < records.length; at += 8 + recordLengthAt(view, at + 8)) {
    visit(readRecord(view, at + 8), getInt64(view, at));
  }
}
