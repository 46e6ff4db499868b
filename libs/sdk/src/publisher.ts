import { connect, type Socket } from 'node:net';
import {
  decodeRefused,
  decodeReleased,
  decodeWelcome,
  encodeBatchHead,
  encodeHello,
  MessageSplitter,
  PROTOCOL_VERSION,
  type Released,
  STREAM,
  type Welcome,
} from '#libs/wire';

/** Largest message a node sends: one frame's decisions. */
const RECEIVED_BYTES_MAX = 64 * 1024 * 1024;

export interface PublisherOptions {
  /** Unix socket path, or a port of the loopback interface. */
  readonly address: string | number;
  readonly publisher: string;
  /** First sequence whose decisions are wanted; 0 for acknowledgements only. */
  readonly subscribeFrom: number;
  /** Called for every durable frame that concerns this publisher, in order. */
  readonly onReleased: (released: Released) => void;
  readonly onClosed: (reason: string) => void;
}

/** A publisher's connection to a node over the binary stream. */
export class Publisher {
  private constructor(
    private readonly socket: Socket,
    readonly welcome: Welcome,
  ) {}

  /** Connects and says hello. Rejects when the node refuses or cannot be reached. */
  static open(options: PublisherOptions): Promise<Publisher> {
    return new Promise((resolve, reject) => {
      const { address } = options;
      const socket = typeof address === 'string' ? connect(address) : connect(address, '127.0.0.1');
      let refusal = 'the connection was closed';
      let isOpen = false;
      const splitter = new MessageSplitter(RECEIVED_BYTES_MAX, (kind, message) => {
        if (kind === STREAM.welcome) {
          isOpen = true;
          resolve(new Publisher(socket, decodeWelcome(message)));
        } else if (kind === STREAM.released) {
          options.onReleased(decodeReleased(message));
        } else if (kind === STREAM.refused) {
          refusal = decodeRefused(message).text;
        }
      });
      socket.on('connect', () => {
        const { publisher, subscribeFrom } = options;
        socket.write(encodeHello({ protocol: PROTOCOL_VERSION, subscribeFrom, publisher }));
      });
      socket.on('data', (chunk) => splitter.push(chunk));
      socket.on('error', (error) => {
        refusal = error.message;
      });
      socket.on('close', () => {
        if (isOpen) options.onClosed(refusal);
        else reject(new Error(refusal));
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
