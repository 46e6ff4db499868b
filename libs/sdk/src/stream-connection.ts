import { connect, type OnReadOpts, type Socket } from 'node:net';
import {
  decodeRefused,
  decodeReleased,
  decodeWelcome,
  encodeBatchHead,
  encodeHeartbeat,
  encodeHello,
  MessageSplitter,
  PROTOCOL_VERSION,
  type Refused,
  type Released,
  RELEASED_BYTES_MAX,
  STREAM,
  type Welcome,
} from '#libs/wire';

const OPEN_PATIENCE_MS = 30_000;
const READ_BYTES = 64 * 1024;

export interface StreamConnectionOptions {
  /** Unix socket path, `host:port`, or a port of the loopback interface. */
  readonly address: string | number;
  readonly publisher: string;
  /** Secret of a grant bound to the publisher; a Unix socket needs none. */
  readonly token?: string | undefined;
  /** First sequence whose decisions are wanted; 0 for acknowledgements only. */
  readonly subscribeFrom: number;
  /** First number whose acknowledgement is wanted again; 0 for new ones only. */
  readonly ackFrom?: number;
  /** Called before anything is released. */
  readonly onWelcome?: (welcome: Welcome) => void;
  /** Called for every durable frame that concerns this publisher, in order. */
  readonly onReleased: (released: Released) => void;
  /** Called once when an open connection has ended. */
  readonly onClosed: (reason: Refused) => void;
}

/** The node refused a connection, or it could not be made; code 0 is an error of the network. */
export class StreamRefused extends Error {
  override readonly name = 'StreamRefused';

  constructor(
    readonly code: number,
    text: string,
  ) {
    super(text);
  }
}

/**
 * One connection to a node over the binary stream, as it is: batches out, released frames in. It
 * keeps itself alive, and ends when the node falls silent. `Publisher` is a session over many.
 */
export class StreamConnection {
  private constructor(
    private readonly socket: Socket,
    readonly welcome: Welcome,
  ) {}

  /** Connects and says hello. Rejects with StreamRefused. */
  static open(options: StreamConnectionOptions): Promise<StreamConnection> {
    return new Promise((resolve, reject) => {
      let reason: Refused = { code: 0, text: 'the connection was closed' };
      let isOpen = false;
      const fail = (text: string): void => {
        reason = { code: 0, text };
        socket.destroy();
      };
      const patience = setTimeout(() => fail('the node does not answer'), OPEN_PATIENCE_MS);
      let heard = (): void => undefined;
      const splitter = new MessageSplitter(RELEASED_BYTES_MAX, (kind, message) => {
        if (kind === STREAM.welcome) {
          clearTimeout(patience);
          isOpen = true;
          const welcome = decodeWelcome(message);
          heard = keepAlive(socket, welcome, fail);
          options.onWelcome?.(welcome);
          resolve(new StreamConnection(socket, welcome));
        } else if (kind === STREAM.released) {
          options.onReleased(decodeReleased(message));
        } else if (kind === STREAM.refused) {
          reason = decodeRefused(message);
          // Nothing more is taken by the node, so nothing more is to be sent.
          socket.end();
        }
      });
      // One buffer for all that is read: a new one each time would make the collector mark the heap of
      // the program around us once a second.
      const buffer = new Uint8Array(READ_BYTES);
      const callback = (bytes: number): boolean => {
        heard();
        try {
          splitter.push(buffer.subarray(0, bytes));
        } catch (error) {
          fail(error instanceof Error ? error.message : String(error));
        }
        return true;
      };
      const socket = dial(options.address, { buffer, callback });
      socket.on('connect', () => {
        const { publisher, subscribeFrom, ackFrom = 0, token = '' } = options;
        const hello = { protocol: PROTOCOL_VERSION, subscribeFrom, ackFrom, publisher, token };
        socket.write(encodeHello(hello));
      });
      socket.on('error', (error) => {
        if (reason.code === 0) reason = { code: 0, text: error.message };
      });
      socket.on('close', () => {
        clearTimeout(patience);
        if (isOpen) options.onClosed(reason);
        else reject(new StreamRefused(reason.code, reason.text));
      });
    });
  }

  /**
   * Sends records, back to back, as one batch at a log time (0: the node's clock). False when the
   * socket's buffer is full: wait for `drained` before sending more.
   */
  send(records: Uint8Array, timeUs = 0): boolean {
    this.socket.write(encodeBatchHead(records.length, timeUs));
    return this.socket.write(records);
  }

  /** Resolves when the socket's buffer has been written, or the connection has ended. */
  async drained(): Promise<void> {
    const { socket } = this;
    if (!socket.writableNeedDrain || socket.destroyed) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        socket.off('drain', done);
        socket.off('close', done);
        resolve();
      };
      socket.on('drain', done);
      socket.on('close', done);
    });
  }

  close(): void {
    this.socket.destroy();
  }
}

function dial(address: string | number, onread: OnReadOpts): Socket {
  if (typeof address === 'number') {
    return connect({ port: address, host: '127.0.0.1', noDelay: true, onread });
  }
  const [, host, port] = /^([^/]+):(\d+)$/.exec(address) ?? [];
  if (host === undefined) return connect({ path: address, onread });
  return connect({ host, port: Number(port), noDelay: true, onread });
}

/**
 * Says that we are there when nothing else is said, and ends a connection on which nobody is. What it
 * returns is to be called whenever something was heard.
 */
function keepAlive(socket: Socket, welcome: Welcome, fail: (text: string) => void): () => void {
  const { heartbeatS, silenceS } = welcome;
  let silentS = 0;
  let sent = 0;
  let unsentS = 0;
  const timer = setInterval(() => {
    silentS += 1;
    unsentS = socket.bytesWritten === sent ? unsentS + 1 : 0;
    if (unsentS >= heartbeatS - 1) {
      socket.write(encodeHeartbeat());
      unsentS = 0;
    }
    sent = socket.bytesWritten;
    if (silentS > silenceS) fail(`the node was silent for ${String(silenceS)} s`);
  }, 1_000);
  socket.on('close', () => clearInterval(timer));
  return () => (silentS = 0);
}
