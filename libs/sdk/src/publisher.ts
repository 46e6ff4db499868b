import { setTimeout as wait } from 'node:timers/promises';
import type { Message } from '#libs/events';
import { type Ack, forEachAck, type Refused, refusalRules, type Released } from '#libs/wire';
import type { Welcome } from '#libs/wire';
import { forEachDecision } from './decisions.js';
import type { PublisherInput } from './inputs.js';
import { Outbox } from './outbox.js';
import { StreamConnection, StreamRefused } from './stream-connection.js';
import { Window } from './window.js';

const WINDOW_INPUTS = 10_000;
const BACKOFF_MS_MIN = 50;
const BACKOFF_MS_MAX = 2_000;
/** So much is sent at once; less waits until the event loop has come round. */
const SEND_BYTES = 32 * 1024;

export interface PublisherOptions {
  /** Unix socket path, `host:port`, or a port of the loopback interface. */
  readonly address: string | number;
  readonly publisher: string;
  /** Secret of a grant bound to the publisher; a Unix socket needs none. */
  readonly token?: string;
  /** Inputs that may be unacknowledged; `publish` waits for room. 10,000 unless given. */
  readonly windowInputs?: number;
  /** First number whose acknowledgement an earlier life of the program did not see. */
  readonly ackFrom?: number;
  /** First sequence whose decisions are wanted; none when absent. */
  readonly subscribeFrom?: number;
  /** Called for each acknowledged input, in the order of their numbers, each once. */
  readonly onAck?: (ack: Ack) => void;
  /** Numbers that are durable, with acknowledgements too old to be told. */
  readonly onAcksLost?: (fromNumber: number, toNumber: number) => void;
  /** Called for each decision of the clearing house, in order, each once. */
  readonly onDecision?: (decision: Message, sequence: number) => void;
  /** A connection ended, and another one will be made. */
  readonly onReconnect?: (reason: Refused) => void;
  /** The session cannot go on: connecting again would not help. */
  readonly onFailed?: (error: Error) => void;
}

/**
 * A publisher's session with a node, over as many connections as it takes. Inputs are numbered and
 * kept until they are acknowledged; after a cut or a restart of the node it connects again, learns
 * what arrived, and sends the rest. Each input is in the log once, whatever happens between.
 */
export class Publisher {
  private connection: StreamConnection | undefined;
  private outbox = new Outbox(0);
  private readonly window: Window;
  private readonly submitted = new Map<number, (ack: Ack | Error) => void>();
  private idle: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  private publisherId = 0;
  /** Up to here every number's acknowledgement was given. */
  private told = 0;
  /** Up to here numbers were used by an earlier life of the program. */
  private inherited = 0;
  private nextDecision: number;
  private isScheduled = false;
  private isBlocked = false;
  private isClosed = false;
  private failure: Error | undefined;

  private constructor(private readonly options: PublisherOptions) {
    this.window = new Window(options.windowInputs ?? WINDOW_INPUTS);
    this.nextDecision = options.subscribeFrom ?? 0;
  }

  /** Connects, again and again until a node answers. Rejects when it refuses for good. */
  static async connect(options: PublisherOptions): Promise<Publisher> {
    const publisher = new Publisher(options);
    await publisher.reconnect();
    if (publisher.failure !== undefined) throw publisher.failure;
    return publisher;
  }

  /** Whether there is a connection now; what is published without one goes out with the next. */
  get isConnected(): boolean {
    return this.connection !== undefined;
  }

  /** Last number in use: what is published next takes the one behind it. */
  get lastNumber(): number {
    return this.outbox.lastNumber;
  }

  /** Last number whose acknowledgement was given. */
  get acknowledgedNumber(): number {
    return this.told;
  }

  /** Sends an input when the window has room; resolves with its number, as soon as it has one. */
  async publish(input: PublisherInput): Promise<number> {
    const turn = this.window.take();
    if (turn !== undefined) await turn;
    if (this.failure !== undefined) throw this.failure;
    if (this.isClosed) throw new Error('the publisher is closed');
    return this.add(input);
  }

  /** Sends an input; resolves with its acknowledgement. */
  async submit(input: PublisherInput): Promise<Ack> {
    const number = await this.publish(input);
    return new Promise((resolve, reject) => {
      this.submitted.set(number, (ack) => (ack instanceof Error ? reject(ack) : resolve(ack)));
    });
  }

  /** Resolves when everything published is acknowledged. */
  acknowledged(): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (this.told >= this.outbox.lastNumber) return Promise.resolve();
    return new Promise((resolve, reject) => this.idle.push({ resolve, reject }));
  }

  /** Waits until everything is acknowledged, then ends the session. */
  async close(): Promise<void> {
    await this.acknowledged();
    this.isClosed = true;
    this.connection?.close();
  }

  private add(input: PublisherInput): number {
    const publisherSequence = this.outbox.lastNumber + 1;
    const message = { ...input, publisher: this.publisherId, publisherSequence };
    let number: number;
    try {
      number = this.outbox.add(message);
    } catch (error) {
      this.window.give(1);
      throw error;
    }
    if (this.outbox.pendingBytes >= SEND_BYTES) this.flush();
    else if (!this.isScheduled) {
      this.isScheduled = true;
      setImmediate(() => {
        this.isScheduled = false;
        this.flush();
      });
    }
    return number;
  }

  private flush(): void {
    const { connection } = this;
    while (connection !== undefined && !this.isBlocked) {
      const batch = this.outbox.takeUnsent();
      if (batch === undefined || connection.send(batch)) {
        if (batch === undefined) return;
        continue;
      }
      this.isBlocked = true;
      void connection.drained().then(() => {
        if (this.connection !== connection) return;
        this.isBlocked = false;
        this.flush();
      });
    }
  }

  /** Makes connections until one is open, or the session has failed or was closed. */
  private async reconnect(): Promise<void> {
    for (let delayMs = BACKOFF_MS_MIN; !this.isClosed && this.failure === undefined;) {
      try {
        await this.open();
        return;
      } catch (error) {
        if (!(error instanceof StreamRefused)) throw error;
        if (!canHelp(error.code)) this.fail(error);
      }
      await wait(delayMs * (0.5 + Math.random() / 2));
      delayMs = Math.min(BACKOFF_MS_MAX, 2 * delayMs);
    }
  }

  private async open(): Promise<void> {
    const { address, publisher, token } = this.options;
    const isFirst = this.publisherId === 0;
    const connection = await StreamConnection.open({
      ...{ address, publisher, token },
      subscribeFrom: this.nextDecision,
      ackFrom: isFirst ? (this.options.ackFrom ?? 0) : this.told + 1,
      onWelcome: (welcome) => this.welcomed(welcome, isFirst),
      onReleased: (released) => this.released(released),
      onClosed: (reason) => this.cut(reason),
    });
    if (this.failure !== undefined || this.isClosed) {
      connection.close();
      return;
    }
    this.connection = connection;
    this.isBlocked = false;
    this.flush();
  }

  /** What the node knows of the session, against what we know. */
  private welcomed(welcome: Welcome, isFirst: boolean): void {
    const { lastPublisherSequence: last, ackFrom, publisher } = welcome;
    if (isFirst) {
      this.publisherId = publisher;
      this.told = (this.options.ackFrom ?? last + 1) - 1;
      this.inherited = last;
      this.outbox = new Outbox(last);
    }
    if (last < this.told) {
      this.fail(new Error(`the node lost number ${String(this.told)}: is it another log?`));
      return;
    }
    if (last > this.outbox.lastNumber) {
      this.fail(new Error('somebody else sends under this publisher'));
      return;
    }
    if (ackFrom > this.told + 1) this.lose(ackFrom - 1);
    this.outbox.rewind(last);
  }

  private released(released: Released): void {
    if (this.failure !== undefined) return;
    const before = this.told;
    forEachAck(released, (ack) => this.tell(ack));
    this.settle(before);
    const { onDecision } = this.options;
    if (this.nextDecision === 0) return;
    forEachDecision(released, (decision, sequence) => {
      if (sequence >= this.nextDecision) onDecision?.(decision, sequence);
    });
    this.nextDecision = Math.max(this.nextDecision, released.firstSequence + released.count);
  }

  private tell(ack: Ack): void {
    if (ack.number <= this.told) return;
    if (ack.number > this.told + 1 || ack.number > this.outbox.lastNumber) {
      this.fail(new Error(`number ${String(ack.number)} was acknowledged out of turn`));
      return;
    }
    this.told = ack.number;
    this.options.onAck?.(ack);
    this.submitted.get(ack.number)?.(ack);
    this.submitted.delete(ack.number);
  }

  /** Acknowledgements up to a number will not come: they are too old. */
  private lose(toNumber: number): void {
    const before = this.told;
    this.told = toNumber;
    this.options.onAcksLost?.(before + 1, toNumber);
    for (const [number, resolve] of this.submitted) {
      if (number > toNumber) continue;
      this.submitted.delete(number);
      resolve(new Error(`number ${String(number)} is durable; its acknowledgement is too old`));
    }
    this.settle(before);
  }

  /** Lets go of what was acknowledged since `before`. */
  private settle(before: number): void {
    if (this.told === before) return;
    this.outbox.acknowledge(this.told);
    this.window.give(Math.max(0, this.told - Math.max(before, this.inherited)));
    if (this.told < this.outbox.lastNumber) return;
    for (const { resolve } of this.idle.splice(0)) resolve();
  }

  private cut(reason: Refused): void {
    this.connection = undefined;
    if (this.isClosed || this.failure !== undefined) return;
    if (!canHelp(reason.code)) {
      this.fail(new StreamRefused(reason.code, reason.text));
      return;
    }
    this.options.onReconnect?.(reason);
    this.reconnect().catch((error: unknown) => this.fail(error as Error));
  }

  private fail(error: Error): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    this.connection?.close();
    this.window.fail(error);
    for (const resolve of this.submitted.values()) resolve(error);
    this.submitted.clear();
    for (const { reject } of this.idle.splice(0)) reject(error);
    this.options.onFailed?.(error);
  }
}

/** Whether connecting again can help; an error of the network (0) can pass. */
function canHelp(code: number): boolean {
  return code === 0 || (refusalRules[code]?.again ?? false);
}
