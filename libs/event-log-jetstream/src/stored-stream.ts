import {
  JetStreamApiCodes,
  JetStreamApiError,
  jetstream,
  jetstreamManager,
} from '@nats-io/jetstream';
import type { JetStreamClient, JetStreamManager, StreamInfo } from '@nats-io/jetstream';
import { createInbox, type Msg } from '@nats-io/transport-node';
import { LogCorruption, LogUnavailable } from '#libs/event-log';
import { reasonOf, type ServerConnection } from './server-connection.js';

/** A message of the stream. */
export interface StoredMessage {
  /** The stream's own sequence: dense from 1 in a log of ours. */
  readonly sequence: number;
  readonly data: Uint8Array;
}

/** A message was refused because the stream does not end where it was expected to. */
export class WrongLastSequence extends Error {
  override readonly name = 'WrongLastSequence';
}

/**
 * The server could not store a message: its disk refused. It may be readable from the server's cache
 * all the same, which proves nothing.
 */
export class StoreFailed extends Error {
  override readonly name = 'StoreFailed';
}

/** Bytes after which a batch ends; one frame may go beyond it. */
const BATCH_BYTES = 4 * 1024 * 1024;
const BATCH_MESSAGES = 1_024;
const NOT_FOUND = 404;
const END_OF_BATCH = 204;
const RETRY_MS = 100;
/** The server's code for an error of its store. */
const STORE_FAILED = 10_077;

export interface Patience {
  /** For one answer of the server. */
  readonly answerMs: number;
  /** For a server, a leader or a replica to come back. */
  readonly outageMs: number;
}

/** One stream on a server, by the requests that a log makes of it. */
export class StoredStream {
  private readonly js: JetStreamClient;
  /** Last message known to be stored: a stream that ends before it has lost messages. */
  private seenEnd = 0;

  private constructor(
    readonly connection: ServerConnection,
    readonly name: string,
    readonly patience: Patience,
    private readonly jsm: JetStreamManager,
  ) {
    this.js = jetstream(connection.nc, { timeout: patience.answerMs });
  }

  static async on(
    connection: ServerConnection,
    name: string,
    patience: Patience,
  ): Promise<StoredStream> {
    const { answerMs: timeout } = patience;
    const jsm = await jetstreamManager(connection.nc, { timeout, checkAPI: false });
    return new StoredStream(connection, name, patience, jsm);
  }

  get where(): string {
    return this.connection.where;
  }

  get manager(): JetStreamManager {
    return this.jsm;
  }

  place(sequence: number): string {
    return `${this.where} message ${String(sequence)}`;
  }

  /** What the stream's leader says of it. */
  info(): Promise<StreamInfo> {
    return this.connection.orLost(this.jsm.streams.info(this.name));
  }

  /** The stream's last sequence, by its leader, and never less than what was seen of it before. */
  async end(): Promise<number> {
    const { state } = await this.patiently(() => this.info());
    return this.see(state.last_seq);
  }

  /** As `end`. @throws LogCorruption when messages are missing, or the stream has gone back */
  async soundEnd(): Promise<number> {
    const { state } = await this.patiently(() => this.info());
    const { first_seq, last_seq, messages } = state;
    if (last_seq < this.seenEnd) {
      const detail = `the stream has gone back to message ${String(last_seq)}`;
      throw new LogCorruption(detail, this.place(this.seenEnd), 0);
    }
    const isWhole = first_seq === 1 && messages === last_seq;
    if (last_seq === 0 || isWhole) return this.see(last_seq);
    const has = `${String(messages)} of ${String(last_seq)}, the first is ${String(first_seq)}`;
    throw new LogCorruption(`the stream has lost messages: it has ${has}`, this.where, 0);
  }

  /** Notes that a message was acknowledged or read: it must stay. */
  see(sequence: number): number {
    this.seenEnd = Math.max(this.seenEnd, sequence);
    return this.seenEnd;
  }

  /**
   * Stores `data` as message `sequence`, if that is the next one.
   * @throws WrongLastSequence when it is not; StoreFailed; anything else means that it may be stored
   */
  async publish(subject: string, data: Uint8Array, sequence: number): Promise<void> {
    const expect = { lastSequence: sequence - 1, streamName: this.name };
    try {
      const ack = await this.connection.orLost(this.js.publish(subject, data, { expect }));
      if (ack.seq === sequence && !ack.duplicate && ack.stream === this.name) {
        this.see(sequence);
        return;
      }
      throw new LogUnavailable(
        `the server stored message ${String(ack.seq)}, not ${String(sequence)}`,
      );
    } catch (error) {
      if (!(error instanceof JetStreamApiError)) throw error;
      if (error.code === JetStreamApiCodes.StreamWrongLastSequence) {
        throw new WrongLastSequence(error.message);
      }
      throw error.code === STORE_FAILED ? new StoreFailed(error.message) : error;
    }
  }

  /** The last message of a subject; undefined when it has none. */
  async last(subject: string): Promise<StoredMessage | undefined> {
    const request = `$JS.API.DIRECT.GET.${this.name}.${subject}`;
    const { answerMs: timeout } = this.patience;
    const message = await this.patiently(() =>
      this.connection.orLost(this.connection.nc.request(request, '', { timeout })),
    );
    const answer = answerIn(message);
    if (answer instanceof LogUnavailable) throw answer;
    return answer;
  }

  /** Message `sequence`; undefined when the server that answers has none. */
  async get(sequence: number): Promise<StoredMessage | undefined> {
    const [message] = await this.batch(sequence, { batch: 1 });
    return message?.sequence === sequence ? message : undefined;
  }

  /**
   * Messages from `from` on, as many as fit a batch, in order; none when the server that answers has
   * none there. A batch that breaks off gives what came; nothing is skipped unseen, since each
   * message carries its sequence.
   */
  batch(from: number, limits: BatchLimits = {}): Promise<StoredMessage[]> {
    return this.patiently(() => this.connection.orLost(this.requestBatch(from, limits)));
  }

  private requestBatch(from: number, limits: BatchLimits): Promise<StoredMessage[]> {
    const { nc } = this.connection;
    const inbox = createInbox();
    const messages: StoredMessage[] = [];
    return new Promise((resolve, reject) => {
      const finish = (error?: Error): void => {
        clearTimeout(idle);
        subscription.unsubscribe();
        if (error === undefined) resolve(messages);
        else reject(error);
      };
      const idle = setTimeout(() => {
        finish(new LogUnavailable(`${this.where} does not answer a read`));
      }, this.patience.answerMs).unref();
      const subscription = nc.subscribe(inbox, {
        callback: (error, message) => {
          if (error !== null) {
            finish(error);
            return;
          }
          idle.refresh();
          const answer = answerIn(message);
          if (answer instanceof LogUnavailable) finish(answer);
          else if (answer === undefined) finish();
          else messages.push(answer);
        },
      });
      const { batch = BATCH_MESSAGES, subject } = limits;
      const next = subject === undefined ? {} : { next_by_subj: subject };
      const request = { seq: from, batch, max_bytes: BATCH_BYTES, ...next };
      nc.publish(`$JS.API.DIRECT.GET.${this.name}`, JSON.stringify(request), { reply: inbox });
    });
  }

  /**
   * Tries again while the server, the stream's leader or the connection is away.
   * @throws LogUnavailable when that lasts too long
   */
  async patiently<T>(attempt: () => Promise<T>): Promise<T> {
    const until = performance.now() + this.patience.outageMs;
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (error instanceof LogCorruption || isRefusal(error)) throw error;
        const leftMs = until - performance.now();
        if (leftMs <= 0 || this.connection.nc.isClosed()) throw this.unavailable(error);
        await this.connection.returned(leftMs);
        await new Promise((resolve) => setTimeout(resolve, Math.min(RETRY_MS, leftMs)));
      }
    }
  }

  private unavailable(error: unknown): LogUnavailable {
    const patience = `${String(Math.round(this.patience.outageMs / 1000))} s`;
    return new LogUnavailable(
      `${this.where} could not be read for ${patience} (${reasonOf(error)}); ` +
        'see whether the server runs and the stream has a leader',
    );
  }
}

export interface BatchLimits {
  readonly batch?: number;
  /** Only messages of this subject. */
  readonly subject?: string;
}

/** The server has understood and said no; it will say so again. */
function isRefusal(error: unknown): boolean {
  return error instanceof JetStreamApiError && error.status < 500;
}

/** A message, nothing more (undefined), or why the answer is neither. */
function answerIn({ headers, data }: Msg): StoredMessage | LogUnavailable | undefined {
  const code = headers?.code ?? 0;
  if (code === END_OF_BATCH || code === NOT_FOUND) return undefined;
  const sequence = Number(headers?.get('Nats-Sequence'));
  if (code === 0 && Number.isSafeInteger(sequence) && sequence > 0) return { sequence, data };
  const what = headers?.description ?? 'no headers';
  return new LogUnavailable(`a read was answered with ${String(code)} ${what}`);
}
