import type { FrameDraft } from '#libs/event-log';

/** A draft of varied size, 100 bytes to 60 kB, whose bytes follow from its sequence alone. */
export function draftOf(epoch: number, firstSequence: number): FrameDraft {
  const count = 1 + (firstSequence % 3);
  const records = new Uint8Array(100 + ((firstSequence * 7919) % 60_000));
  records.fill(firstSequence % 251);
  return { epoch, firstSequence, count, frameTimeUs: firstSequence, records };
}

/** A small draft of `bytes` bytes with one record. */
export function smallDraft(epoch: number, firstSequence: number, bytes = 60): FrameDraft {
  const records = new Uint8Array(bytes).fill((firstSequence * 37) % 251);
  return { epoch, firstSequence, count: 1, frameTimeUs: firstSequence, records };
}
