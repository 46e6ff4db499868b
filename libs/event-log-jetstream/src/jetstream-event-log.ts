import { randomBytes } from 'node:crypto';
import {
  CLAIMANT_BYTES,
  KIND_EVENT,
  LogUnavailable,
  claimFrame,
  headOf,
  isDraft,
  openSealed,
  refuseFrame,
  refuseLogRecords,
  rejected,
  sameBytes,
  sealFrame,
  sealLogFrame,
  type AppendOutcome,
  type ChainState,
  type Durability,
  type Frame,
  type FrameDraft,
  type Head,
  type LogRecord,
} from '#libs/event-log';
import type { FrameWalk } from './frame-walk.js';
import {
  POLL_MS_DEFAULT,
  type JetStreamLog,
  type JetStreamLogOptions,
} from './jetstream-options.js';
import { openStream, type OpenedStream } from './opening.js';
import { reasonOf } from './server-connection.js';
import { StoreFailed, WrongLastSequence } from './stored-stream.js';
import { eventSubject, logSubject } from './stream-config.js';
import { endOf } from './stream-end.js';
import { StreamReading } from './stream-reading.js';
import { DurabilityWatch } from './durability-watch.js';
import { SealingBuffer } from './sealing-buffer.js';
import { settle, type Unresolved } from './settlement.js';
import { walkThrough } from './verified-frames.js';
import { answerAsWriter } from './writer-presence.js';

/** How often a claim is tried when others claim or write meanwhile. */
const CLAIM_ATTEMPTS = 8;

/** The log on JetStream, opened for writing: one message a frame, each stored by compare-and-set. */
export class JetStreamEventLog implements JetStreamLog {
  readonly durability: Durability;
  readonly engine: string;
  readonly notices: readonly string[];
  private readonly reading: StreamReading;
  private readonly watch: DurabilityWatch;
  private readonly closing = new AbortController();
  private readonly buffer = new SealingBuffer();
  /** One thing at a time may move `tail`. */
  private working: Promise<unknown> = Promise.resolve();
  private isPending = false;
  private unresolved: Unresolved | undefined;
  /** Why nothing may be written any more. */
  private failure: string | undefined;

  private constructor(
    private readonly opened: OpenedStream,
    private readonly options: JetStreamLogOptions,
    /** Both chains at the last message known, and which message comes next. */
    private readonly tail: FrameWalk,
  ) {
    const { finding, engine, stream } = opened;
    this.durability = finding.durability;
    this.engine = engine;
    this.notices = [`${stream.where} promises ${finding.durability}: ${finding.reason}`];
    this.reading = new StreamReading(stream, options.pollMs ?? POLL_MS_DEFAULT);
    this.watch = new DurabilityWatch(opened);
  }

  /**
   * Opens the log for writing, making the stream when there is none.
   *
   * @throws LogLocked when another writer is alive; LogUnavailable; LogCorruption
   */
  static async open(options: JetStreamLogOptions): Promise<JetStreamEventLog> {
    const opened = await openStream(options);
    const { stream } = opened;
    try {
      const reading = new StreamReading(stream, POLL_MS_DEFAULT);
      const log = new JetStreamEventLog(opened, options, reading.walkFrom(await endOf(stream)));
      answerAsWriter(stream.connection, stream.name);
      return log;
    } catch (error) {
      await stream.connection.close();
      throw error;
    }
  }

  append(frame: FrameDraft, expectedHead: number): Promise<AppendOutcome> {
    return this.write(
      (state) => refuseFrame(state, frame, expectedHead),
      (state) =>
        sealFrame(frame, state.frameNumber + 1, state.hash, this.buffer.for(frame.records.length)),
    );
  }

  appendLogRecords(records: readonly Uint8Array[], epoch: number): Promise<AppendOutcome> {
    return this.write(
      (state) => refuseLogRecords(state, records, epoch),
      (state) => sealLogFrame(state, records),
    );
  }

  async resolve(frame?: FrameDraft): Promise<AppendOutcome> {
    const { unresolved, failure } = this;
    if (failure !== undefined) return { kind: 'unknown', detail: `${failure}; restart to recover` };
    if (unresolved === undefined) return this.findDraft(frame);
    return this.exclusively(async () => {
      const outcome = await settle(this.opened.stream, this.tail, unresolved, () => this.catchUp());
      if (outcome.kind !== 'unknown') this.unresolved = undefined;
      return outcome;
    });
  }

  async claim(): Promise<{ readonly epoch: number; readonly head: Head }> {
    if (this.closing.signal.aborted) throw new LogUnavailable('the log is closed');
    if (this.isPending) throw new LogUnavailable('an append is pending');
    const claimant = this.options.claimant?.() ?? randomBytes(CLAIMANT_BYTES);
    return this.exclusively(() => this.tryToClaim(claimant));
  }

  read(fromSequence: number): AsyncIterable<Frame> {
    return this.reading.read(fromSequence);
  }

  follow(fromSequence: number, signal: AbortSignal): AsyncIterable<Frame> {
    return this.reading.follow(fromSequence, AbortSignal.any([signal, this.closing.signal]));
  }

  readLogRecords(): AsyncIterable<LogRecord> {
    return this.reading.readLogRecords();
  }

  async head(): Promise<Head> {
    if (!this.isPending) await this.exclusively(() => this.catchUp());
    return headOf(this.tail.state);
  }

  async close(): Promise<void> {
    this.closing.abort();
    await this.working.catch(() => undefined);
    await this.opened.anchor?.flush().catch(() => undefined);
    await this.opened.stream.connection.close();
  }

  private async write(
    refuse: (state: ChainState) => AppendOutcome | undefined,
    seal: (state: ChainState) => Uint8Array,
  ): Promise<AppendOutcome> {
    if (this.closing.signal.aborted) return { kind: 'unavailable', detail: 'the log is closed' };
    if (this.isPending) return rejected('another append is pending');
    if (this.unresolved !== undefined) return rejected('resolve the unknown append first');
    if (this.failure !== undefined) return this.closedForWriting();
    this.isPending = true;
    try {
      return await this.exclusively(async () => {
        const weaker = await this.watch.weaker();
        if (weaker !== undefined) return this.fail(weaker);
        return refuse(this.tail.state) ?? (await this.store(seal(this.tail.state), refuse));
      });
    } catch (error) {
      return this.fail(reasonOf(error));
    } finally {
      this.isPending = false;
    }
  }

  private async store(
    bytes: Uint8Array,
    refuse: (state: ChainState) => AppendOutcome | undefined,
  ): Promise<AppendOutcome> {
    const message = this.tail.nextMessage;
    try {
      await this.publish(bytes);
      return { kind: 'committed', head: headOf(this.tail.state) };
    } catch (error) {
      if (!(error instanceof WrongLastSequence)) {
        this.buffer.giveAway();
        const { epoch } = this.tail.state;
        this.unresolved = { bytes, message, epoch, declared: this };
        if (error instanceof StoreFailed) this.fail(reasonOf(error));
        return { kind: 'unknown', detail: `no acknowledgement: ${reasonOf(error)}` };
      }
    }
    return this.explainRefusal(refuse);
  }

  /** Somebody else has written, or the stream has gone back: what of the two, its end tells. */
  private async explainRefusal(
    refuse: (state: ChainState) => AppendOutcome | undefined,
  ): Promise<AppendOutcome> {
    const before = this.tail.nextMessage;
    try {
      await this.catchUp();
    } catch (error) {
      return this.fail(reasonOf(error));
    }
    const refused = refuse(this.tail.state);
    if (refused !== undefined) return refused;
    if (this.tail.nextMessage > before) return { kind: 'conflict', head: headOf(this.tail.state) };
    return this.fail('the server refused the place that its stream has free');
  }

  /** Stores a sealed frame as the next message and moves the tail behind it. */
  private async publish(bytes: Uint8Array): Promise<void> {
    const { stream, anchor } = this.opened;
    const frame = openSealed(bytes);
    const subject = frame.kind === KIND_EVENT ? eventSubject : logSubject;
    const message = this.tail.nextMessage;
    await stream.publish(subject(stream.name), bytes, message);
    this.tail.advance(frame);
    anchor?.note(message, frame.hash);
  }

  private async tryToClaim(
    claimant: Uint8Array,
  ): Promise<{ readonly epoch: number; readonly head: Head }> {
    const tried: Uint8Array[] = [];
    let why = 'others write to it without end';
    for (let attempt = 1; attempt <= CLAIM_ATTEMPTS; attempt += 1) {
      await this.catchUp();
      const isOurs = tried.some((hash) => sameBytes(hash, this.tail.state.logHash));
      try {
        if (!isOurs) {
          const bytes = claimFrame(this.tail.state, claimant);
          tried.push(openSealed(bytes).hash);
          await this.publish(bytes);
        }
        this.unresolved = undefined;
        return { epoch: this.tail.state.epoch, head: headOf(this.tail.state) };
      } catch (error) {
        why = reasonOf(error);
      }
    }
    throw new LogUnavailable(`the claim was not stored: ${why}`);
  }

  /** Reads what others stored, up to the stream's end; @throws LogCorruption when it has gone back */
  private async catchUp(): Promise<void> {
    const { stream } = this.opened;
    const end = await stream.soundEnd();
    await walkThrough(stream, this.tail, end);
  }

  private async findDraft(frame: FrameDraft | undefined): Promise<AppendOutcome> {
    if (frame === undefined) return rejected('no append is unresolved');
    for await (const stored of this.read(frame.firstSequence)) {
      if (isDraft(stored, frame)) return { kind: 'committed', head: await this.head() };
      break;
    }
    return { kind: 'unavailable', detail: 'the frame is not in the log' };
  }

  private async exclusively<T>(work: () => Promise<T>): Promise<T> {
    const before = this.working.catch(() => undefined);
    const mine = before.then(work);
    this.working = mine;
    return mine;
  }

  private fail(detail: string): AppendOutcome {
    this.failure ??= detail;
    return this.closedForWriting();
  }

  private closedForWriting(): AppendOutcome {
    return { kind: 'unavailable', detail: `closed for writing: ${this.failure ?? ''}` };
  }
}
