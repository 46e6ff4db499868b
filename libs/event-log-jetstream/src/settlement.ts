import {
  EMPTY_CHAIN,
  KIND_EVENT,
  chainAfter,
  engineDeclared,
  headOf,
  openSealed,
  sameBytes,
  sealLogFrame,
  LogCorruption,
  type AppendOutcome,
  type EventLog,
  type Head,
} from '#libs/event-log';
import type { FrameWalk } from './frame-walk.js';
import { reasonOf } from './server-connection.js';
import type { StoredStream } from './stored-stream.js';
import { logSubject } from './stream-config.js';

/** A frame whose answer was lost, and the place where alone it can be stored. */
export interface Unresolved {
  readonly bytes: Uint8Array;
  readonly message: number;
  /** Of the writer. */
  readonly epoch: number;
  readonly declared: Pick<EventLog, 'durability' | 'engine'>;
}

const RETRY_MS = 100;

/**
 * Finds out what became of a frame, and makes sure that it stays so. Compare-and-set lets it stand
 * at one place only. If that place is taken, what is there tells; if it is free, the frame may still
 * be on its way. In both cases a log record (the engine declares itself once more) is stored in the
 * next free place. Behind the frame it proves that the server still stores and syncs: a frame that
 * can be read may stand in its cache alone. In the frame's own place it keeps the frame out for good.
 */
export async function settle(
  stream: StoredStream,
  tail: FrameWalk,
  unresolved: Unresolved,
  catchUp: () => Promise<void>,
): Promise<AppendOutcome> {
  const until = performance.now() + stream.patience.outageMs;
  for (;;) {
    let why: string;
    try {
      await catchUp();
      const isFenced = tail.state.epoch > unresolved.epoch;
      if (!isFenced) await declareAgain(stream, tail, unresolved);
      return await outcomeUnder(stream, tail, unresolved);
    } catch (error) {
      if (error instanceof LogCorruption) return { kind: 'unknown', detail: error.message };
      why = reasonOf(error);
    }
    const leftMs = until - performance.now();
    if (leftMs <= 0) return { kind: 'unknown', detail: unsettled(stream, why) };
    await stream.connection.returned(leftMs);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function declareAgain(
  stream: StoredStream,
  tail: FrameWalk,
  { declared }: Unresolved,
): Promise<void> {
  const record = sealLogFrame(tail.state, [engineDeclared(declared)]);
  await stream.publish(logSubject(stream.name), record, tail.nextMessage);
  tail.advance(openSealed(record));
}

/** The place is taken now: by the frame, by our own record, or by another writer. */
async function outcomeUnder(
  stream: StoredStream,
  tail: FrameWalk,
  { bytes, message, epoch }: Unresolved,
): Promise<AppendOutcome> {
  const stored = await stream.get(message);
  if (stored === undefined)
    throw new LogCorruption('the message is gone', stream.place(message), 0);
  if (sameBytes(stored.data, bytes)) return { kind: 'committed', head: headAfter(bytes, tail) };
  if (tail.state.epoch > epoch) return { kind: 'fenced', epoch: tail.state.epoch };
  return { kind: 'unavailable', detail: 'the frame was not stored, and never will be' };
}

/** The head that the frame made, though a successor may have written behind it. */
function headAfter(bytes: Uint8Array, tail: FrameWalk): Head {
  const frame = openSealed(bytes);
  if (frame.kind !== KIND_EVENT) return headOf(tail.state);
  return headOf(chainAfter({ ...EMPTY_CHAIN, epoch: frame.epoch }, frame));
}

function unsettled({ where, patience }: StoredStream, why: string): string {
  const seconds = String(Math.round(patience.outageMs / 1000));
  return (
    `${where} did not say for ${seconds} s what became of a frame (${why}); ` +
    "see the server's log and its disk, then start again"
  );
}
