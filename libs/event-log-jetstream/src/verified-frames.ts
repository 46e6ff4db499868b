import { KIND_EVENT, isFault, openFrame, type StoredFrame } from '#libs/event-log';
import { BEGINNING, placeBefore, type FrameWalk, type Place } from './frame-walk.js';
import type { StoredMessage, StoredStream } from './stored-stream.js';

const LAG_RETRY_MS = 50;

/** An accepted frame and the message that holds it. */
export interface Step {
  readonly frame: StoredFrame;
  readonly message: StoredMessage;
}

/**
 * Every message up to `end` must be there and good: the leader has said that the stream goes so far.
 * The next batch is on its way while one is being read.
 */
export async function* walkTo(
  stream: StoredStream,
  walk: FrameWalk,
  end: number,
): AsyncGenerator<Step> {
  if (walk.nextMessage > end) return;
  let coming = stream.batch(walk.nextMessage);
  for (;;) {
    let messages = await coming;
    if (messages.length === 0) messages = await laggingBatch(stream, walk);
    const last = messages.at(-1)?.sequence ?? 0;
    if (last < end) {
      coming = stream.batch(last + 1);
      coming.catch(() => undefined); // the reader may have gone
    }
    for (const message of messages) {
      if (message.sequence > end) return;
      const frame = walk.take(message);
      if (frame !== undefined) yield { frame, message };
    }
    if (last >= end) return;
  }
}

/** Checks every message up to `end`. */
export async function walkThrough(
  stream: StoredStream,
  walk: FrameWalk,
  end: number,
): Promise<void> {
  const steps = walkTo(stream, walk, end);
  for (let step = await steps.next(); step.done !== true;) step = await steps.next();
}

/** A replica that lags will have the message; a server that lost it will not. */
async function laggingBatch(stream: StoredStream, walk: FrameWalk): Promise<StoredMessage[]> {
  const { config } = await stream.patiently(() => stream.info());
  const patienceMs = config.num_replicas > 1 ? stream.patience.outageMs : 0;
  const until = performance.now() + patienceMs;
  for (;;) {
    const messages = await stream.batch(walk.nextMessage);
    if (messages.length > 0) return messages;
    if (performance.now() >= until) throw walk.corruption('the server cannot give this message');
    await new Promise((resolve) => setTimeout(resolve, LAG_RETRY_MS));
  }
}

/** How many places are remembered; what a message holds never changes. */
const REMEMBERED = 16_384;

/** Finds the message in which an event stands: sequences of events rise with those of messages. */
export class FrameIndex {
  private readonly lastSequences = new Map<number, number>();

  constructor(private readonly stream: StoredStream) {}

  /** Where reading from an event must start; undefined when the stream ends before it. */
  async placeOf(sequence: number, end: number): Promise<Place | undefined> {
    if (sequence <= 1) return BEGINNING;
    let low = 1;
    let high = end + 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((await this.lastSequenceIn(middle)) >= sequence) high = middle;
      else low = middle + 1;
    }
    if (low > end) return undefined;
    const frame = await this.frameIn(low);
    return frame?.kind === KIND_EVENT ? placeBefore(frame, low) : BEGINNING;
  }

  /** Remembers a frame that was read anyway. */
  note(message: number, { kind, firstSequence, count }: StoredFrame): number {
    const last = kind === KIND_EVENT ? firstSequence + count - 1 : firstSequence - 1;
    if (this.lastSequences.size >= REMEMBERED) this.lastSequences.clear();
    this.lastSequences.set(message, last);
    return last;
  }

  private async lastSequenceIn(message: number): Promise<number> {
    const known = this.lastSequences.get(message);
    if (known !== undefined) return known;
    const frame = await this.frameIn(message);
    // Damaged or missing: reading from before it, by the chain, will say what and where.
    return frame === undefined ? Number.MAX_SAFE_INTEGER : this.note(message, frame);
  }

  private async frameIn(message: number): Promise<StoredFrame | undefined> {
    const stored = await this.stream.get(message);
    if (stored === undefined) return undefined;
    const frame = openFrame(stored.data);
    return isFault(frame) ? undefined : frame;
  }
}
