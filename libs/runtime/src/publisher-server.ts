import { createServer, type Server, type Socket } from 'node:net';
import type { EventLog, Frame } from '#libs/event-log';
import {
  decodeHello,
  type Hello,
  MalformedMessage,
  PROTOCOL_VERSION,
  protocolOfHello,
  REFUSED,
} from '#libs/wire';
import { AckHistory } from './ack-history.js';
import { ChunkDisposal, IntakeBuffer } from './intake-buffer.js';
import { PublisherConnection } from './publisher-connection.js';
import { FrameRelease } from './release.js';
import type { ReleasedFrame, Sequencer } from './sequencer.js';
import { type FindGrant, StreamAuthority } from './stream-authority.js';
import {
  type EverySecond,
  everySecond,
  STREAM_LIMITS,
  type StreamLimits,
} from './stream-limits.js';
import { listenOn } from './stream-listening.js';
import type { StreamSocket } from './stream-socket.js';

export interface PublisherServerOptions {
  /** Grants of tokens; without, only connections of the owner are let in. */
  readonly findGrant?: FindGrant | undefined;
  readonly limits?: Partial<StreamLimits>;
  readonly everySecond?: EverySecond;
}

interface Waiting {
  readonly sequence: number;
  readonly resolve: () => void;
}

/** The binary stream's server: connections, catching up from the log, and live release. */
export class PublisherServer {
  private readonly connections = new Set<PublisherConnection>();
  /** The one live connection of each session. */
  private readonly sessions = new Map<number, PublisherConnection>();
  private readonly server: Server;
  private readonly authority: StreamAuthority;
  private readonly limits: StreamLimits;
  private readonly stopTicking: () => void;
  private readonly history = new AckHistory();
  private readonly buffer = new IntakeBuffer();
  private readonly disposal = new ChunkDisposal();
  private durableSequence: number;
  private waiting: Waiting[] = [];
  private isStopping = false;
  /** Last durable number of each publisher's session. */
  private readonly durableSessions = new Map<number, number>();

  constructor(
    private readonly sequencer: Sequencer,
    private readonly log: EventLog,
    options: PublisherServerOptions = {},
  ) {
    const { state } = sequencer.house;
    this.durableSequence = state.clock.sequence;
    for (let id = 1; id <= state.publishers.count; id++) {
      this.durableSessions.set(id, state.publishers.get(id, 0));
    }
    this.authority = new StreamAuthority(options.findGrant);
    this.limits = { ...STREAM_LIMITS, ...options.limits };
    this.server = createServer({ noDelay: true });
    this.server.maxConnections = 2 * this.limits.connections;
    this.stopTicking = (options.everySecond ?? everySecond)(() => {
      for (const connection of this.connections) connection.tick();
    });
  }

  /**
   * Serves a connection, also one that came from elsewhere than the server's own address.
   * `isTrusted`: nobody but the owner of the node can have opened it.
   */
  accept(socket: StreamSocket, isTrusted: boolean): void {
    const closed = new AbortController();
    const events = {
      onHello: (one: PublisherConnection, message: Uint8Array) => {
        this.greet(one, message, isTrusted, closed.signal).catch((error: unknown) => {
          failed(one, error);
        });
      },
      onClosed: (one: PublisherConnection) => {
        this.connections.delete(one);
        if (this.sessions.get(one.publisher) === one) this.sessions.delete(one.publisher);
        closed.abort();
      },
    };
    const { sequencer, limits, buffer } = this;
    const connection = new PublisherConnection(socket, sequencer, limits, events, buffer);
    const { connections, handshakes } = this.limits;
    const all = [...this.connections].filter(({ isAlive }) => isAlive);
    this.connections.add(connection);
    if (this.isStopping) connection.refuse(REFUSED.stopping, 'the node is stopping');
    const shaking = all.filter(({ isHandshaking }) => isHandshaking).length;
    if (all.length >= connections || shaking >= handshakes) {
      connection.refuse(REFUSED.tooManyConnections, 'the node serves no more connections');
    }
  }

  /** Listens on a Unix socket path that its owner alone can open, or a loopback port. */
  listen(where: string | number): Promise<void> {
    this.server.on('connection', (socket: Socket) => {
      const free = (chunk: Buffer): void => this.disposal.free(chunk);
      this.accept(Object.assign(socket, { free }), typeof where === 'string');
    });
    return listenOn(this.server, where);
  }

  /** Where it listens: `host:port` or a path; undefined before `listen`. */
  get address(): string | undefined {
    const bound = this.server.address();
    if (bound === null || typeof bound === 'string') return bound ?? undefined;
    return `${bound.address}:${String(bound.port)}`;
  }

  /** Connections that have not ended. */
  get connectionCount(): number {
    return [...this.connections].filter(({ isAlive }) => isAlive).length;
  }

  /** Tells everybody what became durable. Only now may anything be seen. */
  release({ draft, head }: ReleasedFrame): void {
    this.durableSequence = draft.firstSequence + draft.count - 1;
    const release = new FrameRelease(draft, head.frameNumber);
    for (const acks of release.acks()) {
      this.durableSessions.set(acks.publisher, acks.last);
      this.history.note(acks.publisher, acks.first, draft.firstSequence);
    }
    for (const connection of this.connections) {
      if (connection.isLive) connection.release(release);
    }
    if (this.waiting.length === 0) return;
    const due = this.waiting.filter(({ sequence }) => sequence <= this.durableSequence);
    this.waiting = this.waiting.filter(({ sequence }) => sequence > this.durableSequence);
    for (const { resolve } of due) resolve();
  }

  /** Connections that had to wait go on. */
  resume(): void {
    for (const connection of this.connections) connection.resume();
  }

  private async greet(
    connection: PublisherConnection,
    message: Uint8Array,
    isTrusted: boolean,
    closed: AbortSignal,
  ): Promise<void> {
    const hello = this.admit(connection, message, isTrusted);
    if (hello === undefined) return;
    // What an earlier connection of the session sent is decided, but perhaps not durable: the number
    // to go on from is known when it is.
    await this.durable(this.sequencer.house.state.clock.sequence);
    const { publisher } = connection;
    const acks = await this.locateAcks(publisher, hello.ackFrom, closed);
    const last = this.durableSessions.get(publisher) ?? 0;
    connection.welcome(last, this.durableSequence, Math.min(acks.ackFrom, last + 1));
    let next = Math.min(hello.subscribeFrom === 0 ? Infinity : hello.subscribeFrom, acks.sequence);
    // Ending a round takes a while too: what became durable in it is read in the next one.
    while (connection.isAlive && next <= this.durableSequence) {
      next = await this.catchUp(connection, next, closed);
    }
    connection.live(this.durableSessions.get(publisher) ?? 0);
  }

  /** The hello, when it may have its session; an older connection of the session is ended. */
  private admit(
    connection: PublisherConnection,
    message: Uint8Array,
    isTrusted: boolean,
  ): Hello | undefined {
    if (protocolOfHello(message) !== PROTOCOL_VERSION) {
      const text = `this node speaks protocol ${String(PROTOCOL_VERSION)}`;
      connection.refuse(REFUSED.protocol, text);
      return undefined;
    }
    const hello = decodeHello(message);
    const rights = this.authority.admit(hello, isTrusted);
    if ('code' in rights) {
      connection.refuse(rights.code, rights.text);
      return undefined;
    }
    const publisher = this.sequencer.house.state.names.idOf('publisher', hello.publisher);
    if (publisher === undefined) {
      const text = `${hello.publisher} is not a registered publisher`;
      connection.refuse(REFUSED.publisherUnknown, text);
      return undefined;
    }
    const older = this.sessions.get(publisher);
    connection.identify(publisher, hello, rights);
    this.sessions.set(publisher, connection);
    older?.refuse(REFUSED.replaced, 'another connection has taken over this session');
    return hello;
  }

  /** Resolves when an event is durable. */
  private durable(sequence: number): Promise<void> {
    this.sequencer.flush();
    if (sequence <= this.durableSequence) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push({ sequence, resolve }));
  }

  /**
   * From which number on acknowledgements can be told again, and from which sequence on the log must
   * be read for that: Infinity for not at all. Looks no further back than the window.
   */
  private async locateAcks(
    publisher: number,
    ackFrom: number,
    closed: AbortSignal,
  ): Promise<{ readonly ackFrom: number; readonly sequence: number }> {
    const nothing = { ackFrom: Infinity, sequence: Infinity };
    if (ackFrom === 0 || ackFrom > (this.durableSessions.get(publisher) ?? 0)) return nothing;
    const windowStart = Math.max(1, this.durableSequence - this.limits.ackWindow + 1);
    const start = Math.max(windowStart, this.history.find(publisher, ackFrom) ?? 1);
    let first: number | undefined;
    for await (const { frame, release } of this.framesFrom(start, closed)) {
      const acks = release.acksOf(publisher);
      first ??= acks?.first;
      if (acks === undefined || first === undefined || acks.last < ackFrom) continue;
      return { ackFrom: Math.max(ackFrom, first), sequence: frame.firstSequence };
    }
    return nothing;
  }

  /** Durable frames from a sequence on, to the durable head. */
  private async *framesFrom(
    fromSequence: number,
    closed: AbortSignal,
  ): AsyncIterable<{ readonly frame: Frame; readonly release: FrameRelease }> {
    // The log's reader may be behind what was released, and is waited for; or a frame ahead of it:
    // that frame comes live, and must not come twice.
    for await (const frame of this.log.follow(fromSequence, closed)) {
      if (frame.firstSequence > this.durableSequence) break;
      yield { frame, release: new FrameRelease(frame, frame.frameNumber) };
      if (frame.firstSequence + frame.count > this.durableSequence) break;
    }
  }

  /** Sends history to the durable head; returns the sequence to go on from. */
  private async catchUp(
    connection: PublisherConnection,
    fromSequence: number,
    closed: AbortSignal,
  ): Promise<number> {
    let next = fromSequence;
    for await (const { frame, release } of this.framesFrom(fromSequence, closed)) {
      if (!connection.isAlive) break;
      connection.release(release);
      next = frame.firstSequence + frame.count;
      await connection.drained();
    }
    return next;
  }

  /** Ends every connection when what it sent is acknowledged. */
  async close(): Promise<void> {
    this.isStopping = true;
    for (const connection of this.connections) {
      connection.finish(REFUSED.stopping, 'the node is stopping');
    }
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
    this.stopTicking();
  }
}

/** A hello that is none, or history that could not be read back: the publisher is told. */
function failed(connection: PublisherConnection, error: unknown): void {
  const text = error instanceof Error ? error.message : String(error);
  connection.refuse(error instanceof MalformedMessage ? REFUSED.protocol : REFUSED.history, text);
}
