import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { Grant } from '#libs/access';
import { type ServerMessage, STREAM_CLOSE } from '#libs/wire';
import type { StreamLimits } from './limits.js';
import type { EventSink, Subscription } from './subscription.js';

const MINUTE_MS = 60_000;
/** After its close message a connection is cut off, whether or not the other side has read it. */
const CLOSE_GRACE_MS = 10_000;

/** One subscriber's WebSocket: what waits to be read is bounded, and whoever reads nothing is found. */
export class Connection implements EventSink {
  readonly subscriptions = new Map<number, Subscription>();
  readonly openedAt = performance.now();
  grant: Grant | undefined;
  /** Kept to see, later on, whether it is still valid. */
  token = '';
  lastHeardAt = performance.now();
  faults = 0;
  private nextSubscription = 1;
  private flushedBytes = 0;
  private progressAt = performance.now();
  private overflows: number[] = [];
  private isEnding = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly transport: Socket,
    private readonly limits: StreamLimits,
    private readonly onOverflow: (subscription: Subscription) => void,
  ) {}

  get isOpen(): boolean {
    return !this.isEnding && this.socket.readyState === WebSocket.OPEN;
  }

  get hasRoom(): boolean {
    return this.socket.bufferedAmount < this.limits.bufferedBytes;
  }

  /** Whether it can take more of what it is behind with. */
  get isDrained(): boolean {
    return this.socket.bufferedAmount <= this.limits.drainedBytes;
  }

  takeSubscriptionId(): number {
    return this.nextSubscription++;
  }

  tell(message: ServerMessage): void {
    this.tellText(JSON.stringify(message));
  }

  tellText(text: string): void {
    if (this.isOpen) this.socket.send(text);
  }

  /** A long body is shared by many subscribers: it goes as it is, as the second half of a message. */
  sendEvents(head: string, body: string | Buffer): void {
    if (!this.isOpen) return;
    if (typeof body === 'string') {
      this.socket.send(head + body);
    } else {
      this.transport.cork();
      this.socket.send(head, { fin: false });
      this.socket.send(body, { fin: true, binary: false });
      this.transport.uncork();
    }
  }

  overflowed(subscription: Subscription): void {
    const now = performance.now();
    this.overflows = [...this.overflows.filter((at) => now - at < MINUTE_MS), now];
    this.onOverflow(subscription);
  }

  /** Whether it reads nothing at all, or too slowly again and again. */
  isTooSlow(now: number): boolean {
    const flushed = this.transport.bytesWritten - this.transport.writableLength;
    if (flushed !== this.flushedBytes || this.transport.writableLength === 0) {
      this.flushedBytes = flushed;
      this.progressAt = now;
    }
    const isStalled = now - this.progressAt > this.limits.stallMs;
    return isStalled || this.overflows.length > this.limits.overflowsPerMinute;
  }

  ping(): void {
    if (this.isOpen) this.socket.ping();
  }

  /** Ends it because it is slow: tells what it has got, so that it can go on from there. */
  drop(through: Readonly<Record<string, string>>): void {
    const last = Object.values(through).map(Number);
    const rest = last.length === 0 ? '' : `; sent up to ${String(Math.min(...last))}`;
    this.tell({ op: 'dropped', code: 'slow', through });
    this.end(STREAM_CLOSE.slow, `too slow${rest}`);
  }

  end(code: number, reason: string): void {
    if (this.isEnding) return;
    this.isEnding = true;
    this.socket.close(code, reason);
    const timer = setTimeout(() => this.socket.terminate(), CLOSE_GRACE_MS);
    this.socket.once('close', () => clearTimeout(timer));
  }

  /** Cuts it off at once. */
  terminate(): void {
    this.isEnding = true;
    this.socket.terminate();
  }
}
