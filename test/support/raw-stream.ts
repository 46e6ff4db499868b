import { connect, type Socket } from 'node:net';
import {
  decodeRefused,
  decodeReleased,
  decodeWelcome,
  encodeBatchHead,
  encodeHello,
  forEachAck,
  MessageSplitter,
  PROTOCOL_VERSION,
  type Refused,
  RELEASED_BYTES_MAX,
  STREAM,
  type Welcome,
} from '#libs/wire';

const PATIENCE_MS = 20_000;

/** A connection on which anything can be sent, right or wrong; collects what the node says. */
export class RawStream {
  welcome: Welcome | undefined;
  refused: Refused | undefined;
  heartbeats = 0;
  isClosed = false;
  /** Last number that is acknowledged, or was when the connection began. */
  lastNumber = 0;
  /** Reason of each acknowledged number. */
  readonly reasons = new Map<number, number>();
  private readonly socket: Socket;
  private wake: () => void = () => undefined;

  constructor(address: string) {
    const [host, port] = address.split(':');
    this.socket = connect({ host: host ?? '', port: Number(port), noDelay: true });
    const splitter = new MessageSplitter(RELEASED_BYTES_MAX, (kind, message) => {
      this.take(kind, message);
    });
    this.socket.on('data', (chunk) => {
      splitter.push(chunk);
      this.wake();
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      this.isClosed = true;
      this.wake();
    });
  }

  /** Says hello, and waits for the welcome or the refusal. */
  static async hello(
    address: string,
    publisher: string,
    token: string,
    wanted: { subscribeFrom?: number; ackFrom?: number } = {},
  ): Promise<RawStream> {
    const stream = new RawStream(address);
    const { subscribeFrom = 0, ackFrom = 0 } = wanted;
    const hello = { protocol: PROTOCOL_VERSION, subscribeFrom, ackFrom, publisher, token };
    stream.write(encodeHello(hello));
    await stream.until(() => stream.welcome !== undefined || stream.isClosed);
    return stream;
  }

  /** Bytes that the node has not taken. */
  get unsentBytes(): number {
    return this.socket.writableLength;
  }

  write(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  batch(records: Uint8Array): void {
    this.write(Buffer.concat([encodeBatchHead(records.length, 0), records]));
  }

  /** Waits until something holds; fails when it does not in time. */
  async until(holds: () => boolean): Promise<void> {
    const endMs = performance.now() + PATIENCE_MS;
    while (!holds()) {
      const leftMs = endMs - performance.now();
      if (leftMs <= 0) throw new Error('the node did not answer in time');
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  /** Says that no more will come, without closing. */
  end(): void {
    this.socket.end();
  }

  close(): void {
    this.socket.destroy();
  }

  private take(kind: number, message: Uint8Array): void {
    if (kind === STREAM.welcome) {
      this.welcome = decodeWelcome(message);
      this.lastNumber = this.welcome.lastPublisherSequence;
    } else if (kind === STREAM.refused) {
      this.refused = decodeRefused(message);
      // Nothing follows. A reset leaves no port behind that waits for what may be under way.
      this.socket.resetAndDestroy();
    } else if (kind === STREAM.heartbeat) this.heartbeats += 1;
    else if (kind === STREAM.released) {
      forEachAck(decodeReleased(message), ({ number, reason }) => {
        this.reasons.set(number, reason);
        this.lastNumber = Math.max(this.lastNumber, number);
      });
    }
  }
}
