import {
  EMPTY_CHAIN,
  FrameVerifier,
  KIND_EVENT,
  LogCorruption,
  eventFrame,
  isFault,
  logRecords,
  openFrame,
  type ChainState,
  type Frame,
  type LogRecord,
} from '#libs/event-log';
import { FrameWalk, type Place } from './frame-walk.js';
import type { StoredMessage, StoredStream } from './stored-stream.js';
import { logSubject } from './stream-config.js';
import { endOf } from './stream-end.js';
import { FrameIndex, walkTo, type Step } from './verified-frames.js';

/** How often an idle follower compares the stream's end with its own. */
const END_CHECK_MS = 1_000;

/** The reading half of the port, for a writer and for a reader beside it. */
export class StreamReading {
  private readonly index: FrameIndex;

  constructor(
    private readonly stream: StoredStream,
    private readonly pollMs: number,
  ) {
    this.index = new FrameIndex(stream);
  }

  async *read(fromSequence: number): AsyncIterable<Frame> {
    const end = await this.stream.end();
    const place = await this.index.placeOf(fromSequence, end);
    if (place === undefined) return;
    const walk = this.walkFrom(place);
    for await (const step of walkTo(this.stream, walk, end)) {
      const frame = this.view(step, fromSequence);
      if (frame !== undefined) yield frame;
    }
  }

  /** As `read`, then every frame that is stored, also after the server was away for however long. */
  async *follow(fromSequence: number, signal: AbortSignal): AsyncIterable<Frame> {
    const end = await this.stream.end();
    const place = (await this.index.placeOf(fromSequence, end)) ?? (await endOf(this.stream));
    const walk = this.walkFrom(place);
    let lookedAtMs = performance.now();
    while (!signal.aborted) {
      const messages = await this.nextBatch(walk.nextMessage, signal);
      for (const message of messages) {
        const frame = walk.take(message);
        this.stream.see(message.sequence);
        const view = frame && this.view({ frame, message }, fromSequence);
        if (view !== undefined) yield view;
        if (isAborted(signal)) return;
      }
      if (messages.length > 0) continue;
      if (performance.now() - lookedAtMs > END_CHECK_MS) {
        await this.stream.soundEnd();
        lookedAtMs = performance.now();
      }
      await pause(this.pollMs, signal);
    }
  }

  /** All log records; their chain is verified, the event frames between them are not read. */
  async *readLogRecords(): AsyncIterable<LogRecord> {
    const subject = logSubject(this.stream.name);
    await this.stream.soundEnd();
    const last = await this.stream.last(subject);
    let state = EMPTY_CHAIN;
    for (let next = 1; next <= (last?.sequence ?? 0);) {
      const messages = await this.stream.batch(next, { subject });
      if (messages.length === 0) {
        throw new LogCorruption('a log record is missing', this.stream.place(next), state.sequence);
      }
      for (const message of messages) {
        const taken = this.takeLogFrame(message, state);
        state = taken.state;
        yield* taken.records;
        next = message.sequence + 1;
      }
    }
  }

  walkFrom(place: Place): FrameWalk {
    return new FrameWalk(place, (message) => this.stream.place(message));
  }

  private view({ frame, message }: Step, fromSequence: number): Frame | undefined {
    const last = this.index.note(message.sequence, frame);
    if (frame.kind !== KIND_EVENT || last < fromSequence) return undefined;
    return eventFrame(frame, message.sequence);
  }

  private async nextBatch(from: number, signal: AbortSignal): Promise<StoredMessage[]> {
    for (;;) {
      try {
        return await this.stream.batch(from);
      } catch (error) {
        if (signal.aborted) return [];
        if (this.stream.connection.nc.isClosed() || error instanceof LogCorruption) throw error;
      }
    }
  }

  /** A log frame names the head of the event frames it stands behind, which is taken as it says. */
  private takeLogFrame(
    message: StoredMessage,
    before: ChainState,
  ): { readonly records: LogRecord[]; readonly state: ChainState } {
    const where = this.stream.place(message.sequence);
    const frame = openFrame(message.data);
    if (isFault(frame)) throw new LogCorruption(frame.detail, where, before.sequence);
    const { firstSequence, previousHash: hash, frameTimeUs } = frame;
    const sequence = firstSequence - 1;
    if (sequence < before.sequence) throw new LogCorruption('log records run back', where, 0);
    const verifier = new FrameVerifier({ ...before, sequence, hash, frameTimeUs });
    const isAccepted = verifier.accept(frame, where) === 'accepted';
    return { records: isAccepted ? logRecords(frame, where) : [], state: verifier.state };
  }
}

function isAborted(signal: AbortSignal): boolean {
  return signal.aborted;
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done, { once: true });
  });
}
