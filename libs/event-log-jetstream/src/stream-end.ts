import {
  EMPTY_CHAIN,
  LogCorruption,
  chainAfter,
  isFault,
  openFrame,
  sameBytes,
  type ChainState,
  type StoredFrame,
} from '#libs/event-log';
import { BEGINNING, FrameWalk, type Place } from './frame-walk.js';
import type { StoredMessage, StoredStream } from './stored-stream.js';
import { eventSubject, logSubject } from './stream-config.js';
import { walkThrough } from './verified-frames.js';

const ATTEMPTS = 5;

/**
 * The chains at the end of the stream, from its last event frame and its last log frame: together
 * they say all, so that opening does not depend on how long the log is. Where they do not fit each
 * other, which only a foreign message can cause, the whole stream is read instead.
 *
 * @throws LogCorruption when messages are missing, damaged, or no frames of one log
 */
export async function endOf(stream: StoredStream): Promise<Place> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const end = await stream.soundEnd();
    if (end === 0) return BEGINNING;
    // In this order: a log frame that was stored between the two answers is then seen.
    const event = await stream.last(eventSubject(stream.name));
    const log = await stream.last(logSubject(stream.name));
    const last = Math.max(event?.sequence ?? 0, log?.sequence ?? 0);
    const state = last < end ? undefined : stateOf(stream, event, log);
    if (state !== undefined) return { nextMessage: last + 1, state, isLogChainKnown: true };
  }
  const walk = new FrameWalk(BEGINNING, (message) => stream.place(message));
  await walkThrough(stream, walk, await stream.end());
  return { nextMessage: walk.nextMessage, state: walk.state, isLogChainKnown: true };
}

/** Both chains after the later of the two; undefined when they are not neighbours. */
function stateOf(
  stream: StoredStream,
  event: StoredMessage | undefined,
  log: StoredMessage | undefined,
): ChainState | undefined {
  if (log === undefined) return undefined; // every log begins with a claim
  const logFrame = opened(stream, log);
  const eventFrame = event === undefined ? undefined : opened(stream, event);
  const events = eventFrame === undefined ? EMPTY_CHAIN : chainAfter(EMPTY_CHAIN, eventFrame);
  const state = chainAfter(events, logFrame);
  if (event === undefined || eventFrame === undefined || log.sequence > event.sequence) {
    const isNext = sameBytes(logFrame.previousHash, events.hash);
    return isNext && logFrame.firstSequence === events.sequence + 1 ? state : undefined;
  }
  return eventFrame.epoch === logFrame.epoch ? state : undefined;
}

function opened(stream: StoredStream, message: StoredMessage): StoredFrame {
  const frame = openFrame(message.data);
  if (!isFault(frame)) return frame;
  throw new LogCorruption(frame.detail, stream.place(message.sequence), 0);
}
