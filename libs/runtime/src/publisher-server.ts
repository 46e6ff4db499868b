import { chmod } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import type { EventLog } from '#libs/event-log';
import { PublisherConnection, REFUSED } from './publisher-connection.js';
import { FrameRelease } from './release.js';
import type { ReleasedFrame, Sequencer } from './sequencer.js';
import type { StreamSocket } from './stream-socket.js';

/** The binary stream's server: connections, catching up from the log, and live release. */
export class PublisherServer {
  private readonly connections = new Set<PublisherConnection>();
  private readonly server: Server;
  private durableSequence: number;
  /** Last durable number of each publisher's session. */
  private readonly durableSessions = new Map<number, number>();

  constructor(
    private readonly sequencer: Sequencer,
    private readonly log: EventLog,
  ) {
    const { state } = sequencer.house;
    this.durableSequence = state.clock.sequence;
    for (let id = 1; id <= state.publishers.count; id++) {
      this.durableSessions.set(id, state.publishers.get(id, 0));
    }
    this.server = createServer({ noDelay: true }, (socket) => this.accept(socket));
  }

  /** Serves a connection that came from elsewhere than the server's own address. */
  accept(socket: StreamSocket): void {
    const closed = new AbortController();
    const connection = new PublisherConnection(
      socket,
      this.sequencer,
      (one) => void this.welcome(one, closed.signal).catch((error: unknown) => failed(one, error)),
      (one) => {
        this.connections.delete(one);
        closed.abort();
      },
    );
    this.connections.add(connection);
  }

  /** Listens on a Unix socket path, or a port of the loopback interface. */
  listen(where: string | number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      const done = (): void => resolve();
      if (typeof where === 'string') {
        this.server.listen(where, () => void chmod(where, 0o600).then(done, reject));
      } else this.server.listen(where, '127.0.0.1', done);
    });
  }

  /** Where it listens: `host:port` or a path; undefined before `listen`. */
  get address(): string | undefined {
    const bound = this.server.address();
    if (bound === null || typeof bound === 'string') return bound ?? undefined;
    return `${bound.address}:${String(bound.port)}`;
  }

  /** Tells everybody what became durable. Only now may anything be seen. */
  release({ draft }: ReleasedFrame): void {
    this.durableSequence = draft.firstSequence + draft.count - 1;
    const release = new FrameRelease(draft);
    for (const publisher of release.publishers()) {
      this.durableSessions.set(publisher, release.lastSequenceOf(publisher) ?? 0);
    }
    for (const connection of this.connections) {
      if (connection.isLive) connection.release(release);
    }
  }

  /** Connections that had to wait go on. */
  resume(): void {
    for (const connection of this.connections) connection.resume();
  }

  private async welcome(connection: PublisherConnection, closed: AbortSignal): Promise<void> {
    connection.welcome(this.durableSessions.get(connection.publisher) ?? 0, this.durableSequence);
    let next = connection.subscribeFrom === 0 ? Infinity : connection.subscribeFrom;
    // Ending a round takes a while too: what became durable in it is read in the next one.
    while (connection.isAlive() && next <= this.durableSequence) {
      next = await this.catchUp(connection, next, closed);
    }
    connection.isLive = connection.isAlive();
  }

  /**
   * Sends history to the durable head; returns the sequence to go on from. The log's reader may be
   * behind what was released, and is waited for; or a frame ahead of it: that frame comes live, and
   * must not come twice.
   */
  private async catchUp(
    connection: PublisherConnection,
    fromSequence: number,
    closed: AbortSignal,
  ): Promise<number> {
    let next = fromSequence;
    for await (const frame of this.log.follow(fromSequence, closed)) {
      if (!connection.isAlive() || frame.firstSequence > this.durableSequence) break;
      connection.release(new FrameRelease(frame));
      next = frame.firstSequence + frame.count;
      await connection.drained();
      if (next > this.durableSequence) break;
    }
    return next;
  }

  async close(): Promise<void> {
    for (const connection of this.connections) connection.refuse(0, 'the node is stopping');
    await new Promise<void>((resolve) => {
      this.server.close(() => resolve());
    });
  }
}

/** History could not be read back: the subscriber is told, nothing is skipped. */
function failed(connection: PublisherConnection, error: unknown): void {
  connection.refuse(REFUSED.history, error instanceof Error ? error.message : String(error));
}
