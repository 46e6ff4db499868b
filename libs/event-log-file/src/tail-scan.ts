import { LogCorruption, ordinalOf, storedBytes, type ChainState } from '#libs/event-log';
import { sameChain } from './chain-codec.js';
import type { HeadRecord } from './head-file.js';
import { isStop, type LogWalker, type Stop } from './log-walker.js';

export interface TailScan {
  /** Both chains after the last whole, well-ordered frame. */
  readonly state: ChainState;
  /** The last frame walked, in the segment of the stop; undefined when there was none. */
  readonly last: LastFrame | undefined;
  readonly stop: Stop;
}

export interface LastFrame {
  /** Both chains before it: certainly durable, since one append is in flight at a time. */
  readonly before: ChainState;
  readonly at: number;
  readonly bytes: number;
}

/**
 * Walks to the end and holds it against a recorded durable head. Besides the recorded head, a whole
 * frame proves that all frames before it were durable, because one append is in flight at a time.
 * What neither covers is damage that reaches from a frame written after HEAD to the very end of the
 * log: that looks like a torn append.
 *
 * @throws LogCorruption when a frame at or below the recorded head, or before another whole frame,
 *   is missing or wrong; after a clean stop, when the log does not end exactly at the head
 */
export async function scanTail(walker: LogWalker, head: HeadRecord): Promise<TailScan> {
  let last: LastFrame | undefined;
  for (;;) {
    const before = walker.state;
    checkAgainst(head.state, before, walker.where());
    const step = await walker.next();
    if (isStop(step)) {
      await checkStop(walker, head, step);
      return { state: before, last, stop: step };
    }
    const bytes = storedBytes(step);
    last = { before, at: walker.at - bytes, bytes };
  }
}

function checkAgainst(recorded: ChainState, found: ChainState, where: string): void {
  if (ordinalOf(recorded) === ordinalOf(found) && !sameChain(recorded, found)) {
    throw new LogCorruption('the log is not the one HEAD recorded', where, 0);
  }
}

async function checkStop(walker: LogWalker, head: HeadRecord, stop: Stop): Promise<void> {
  const found = ordinalOf(walker.state);
  const recorded = ordinalOf(head.state);
  const fail = (message: string): LogCorruption =>
    new LogCorruption(message, walker.where(), walker.state.sequence);
  if (found < recorded) {
    const missing = `frame ${String(found + 1)} of ${String(recorded)} acknowledged ones`;
    throw fail(`${missing} cannot be read: ${stop.stop}`);
  }
  if (head.clean && (found > recorded || stop.bytesLeft > 0)) {
    throw fail('the log goes on behind the head of a clean stop');
  }
  if (stop.bytesLeft > 0 && (await walker.isFollowedByFrame())) {
    throw fail(`a whole frame follows a damaged one: ${stop.stop}`);
  }
}
