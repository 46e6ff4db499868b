import {
  engineDeclared,
  headOf,
  openFrame,
  openSealed,
  isFault,
  sameBytes,
  sealLogFrame,
  LogCorruption,
  type AppendOutcome,
  type EventLog,
} from '#libs/event-log';
import type { FrameWalk } from './frame-walk.js';
import { reasonOf } from './server-connection.js';
import type { StoredStream } from './stored-stream.js';
import { logSubject } from './stream-config.js';

/** A frame whose answer was lost, and the place where alone it can be stored. */
export interface Unresolved {
  readonly bytes: Uint8Array;
  readonly message: number;
  readonly declared: Pick<EventLog, 'durability' | 'engine'>;
}

const RETRY_MS = 100;

/**
 * Finds out what became of a frame, and makes sure that it stays so. Compare-and-set lets it stand
 * at one place only. If that place is taken, what is there tells. If it is free, the frame may still
 * be on its way; so a log record (the engine declares itself once more) is stored there, after which
 * the frame can no longer be. Whichever comes first wins, and is read back.
 */
export async function settle(
  stream: StoredStream,
  tail: FrameWalk,
  unresolved: Unresolved,
  catchUp: () => Promise<void>,
): Promise<AppendOutcome> {
  const until = performance.now() + stream.patience.outageMs;
  const { epoch } = tail.state;
  for (;;) {
    let why: string;
    try {
      await catchUp();
      if (tail.nextMessage > unresolved.message) {
        return await outcomeOf(stream, tail, unresolved, epoch);
      }
      const barrier = sealLogFrame(tail.state, [engineDeclared(unresolved.declared)]);
      await stream.publish(logSubject(stream.name), barrier, unresolved.message);
      tail.advance(openSealed(barrier));
      return neverStored();
    } catch (error) {
      if (error instanceof LogCorruption) return { kind: 'unknown', detail: error.message };
      why = reasonOf(error);
    }
    const leftMs = until - performance.now();
    if (leftMs <= 0) return { kind: 'unknown', detail: why };
    await stream.connection.returned(leftMs);
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** The place is taken: by the frame, by our own record of an earlier attempt, or by another writer. */
async function outcomeOf(
  stream: StoredStream,
  tail: FrameWalk,
  { bytes, message }: Unresolved,
  epoch: number,
): Promise<AppendOutcome> {
  const stored = await stream.get(message);
  if (stored === undefined)
    throw new LogCorruption('the message is gone', stream.place(message), 0);
  if (sameBytes(stored.data, bytes)) return { kind: 'committed', head: headOf(tail.state) };
  if (tail.state.epoch > epoch) return { kind: 'fenced', epoch: tail.state.epoch };
  const frame = openFrame(stored.data);
  const isOwn = !isFault(frame) && frame.epoch === epoch;
  return isOwn ? neverStored() : { kind: 'conflict', head: headOf(tail.state) };
}

function neverStored(): AppendOutcome {
  return { kind: 'unavailable', detail: 'the frame was not stored, and never will be' };
}
