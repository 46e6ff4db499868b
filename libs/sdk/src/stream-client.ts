import { WebSocket } from 'ws';
import { type ServerMessage, STREAM_CLOSE, STREAM_PATH } from '#libs/wire';
import {
  type StreamHandlers,
  type StreamRequest,
  StreamSubscription,
} from './stream-subscription.js';

const BACKOFF_FIRST_MS = 50;
const BACKOFF_LAST_MS = 10_000;
/** The node sends a heartbeat every 5 s: after so long a connection is dead. */
const SILENCE_MS = 20_000;
/** Messages that wait for handlers; beyond, nothing more is read from the socket. */
const WAITING_MAX = 64;
const UNAUTHORIZED = 401;

export interface StreamClientOptions {
  /** Address of the node's HTTP server: `http://127.0.0.1:7070`, or `ws://...`. */
  readonly url: string;
  readonly token: string;
  /** Connected, or why not (it tries again, but after `refused` and `closed`). */
  readonly onState?: (state: StreamState, reason: string) => void;
}

export type StreamState = 'open' | 'reconnecting' | 'refused' | 'closed';

/**
 * Follows a node's streams for as long as the program runs. When the connection breaks it is made
 * again, later and later up to 10 s, and every subscription goes on where it was: each event reaches
 * its handler once and in order.
 */
export class StreamClient {
  private readonly subscriptions = new Map<string, StreamSubscription>();
  private socket: WebSocket | undefined;
  private attempts = 0;
  private nextRequest = 1;
  private isClosed = false;
  /** The node said welcome on the present connection. */
  private isReady = false;
  private retry: NodeJS.Timeout | undefined;
  private silence: NodeJS.Timeout | undefined;
  private waiting = 0;
  private work = Promise.resolve();

  constructor(private readonly options: StreamClientOptions) {
    this.connect();
  }

  subscribe(request: StreamRequest, handlers: StreamHandlers): StreamSubscription {
    const subscription = new StreamSubscription(request, handlers);
    const name = String(this.nextRequest++);
    this.subscriptions.set(name, subscription);
    if (this.isReady) this.send(subscription.message(name));
    return subscription;
  }

  unsubscribe(subscription: StreamSubscription): void {
    for (const [name, one] of this.subscriptions) {
      if (one === subscription) this.subscriptions.delete(name);
    }
    const { id } = subscription;
    if (id > 0) this.send({ op: 'unsubscribe', subscription: id });
  }

  /** Breaks the connection, as the network may at any time. */
  reconnect(): void {
    this.socket?.terminate();
  }

  close(): void {
    this.finish('closed', 'closed by the program');
  }

  private connect(): void {
    const url = new URL(STREAM_PATH, this.options.url);
    url.protocol = url.protocol === 'https:' || url.protocol === 'wss:' ? 'wss:' : 'ws:';
    const socket = new WebSocket(url, {
      headers: { Authorization: `Bearer ${this.options.token}` },
      perMessageDeflate: false,
    });
    this.socket = socket;
    let reason = 'the connection was closed';
    socket.on('message', (data: Buffer) => this.take(socket, data.toString('utf8')));
    socket.on('ping', () => this.heard());
    socket.on('error', (error) => (reason = error.message));
    socket.on('unexpected-response', (_, response) => {
      reason = `the node answered ${String(response.statusCode)}`;
      if (response.statusCode === UNAUTHORIZED) this.finish('refused', reason);
      else socket.terminate();
    });
    socket.on('close', (code, text) => {
      clearTimeout(this.silence);
      this.isReady = false;
      if (this.isClosed) return;
      if (text.length > 0) reason = text.toString('utf8');
      if (code === STREAM_CLOSE.unauthenticated) this.finish('refused', reason);
      else this.later(reason);
    });
    this.heard();
  }

  private later(reason: string): void {
    const backoff = Math.min(BACKOFF_LAST_MS, BACKOFF_FIRST_MS * 2 ** this.attempts);
    this.attempts += 1;
    this.options.onState?.('reconnecting', reason);
    // What was read before is handed over first, so that it is not asked for again.
    this.work = this.work.then(() => {
      for (const subscription of this.subscriptions.values()) subscription.disconnected();
      if (this.isClosed) return;
      this.retry = setTimeout(() => this.connect(), backoff * (0.5 + Math.random() / 2));
    });
  }

  private finish(state: 'refused' | 'closed', reason: string): void {
    if (this.isClosed) return;
    this.isClosed = true;
    clearTimeout(this.retry);
    clearTimeout(this.silence);
    this.socket?.close();
    this.options.onState?.(state, reason);
  }

  private heard(): void {
    clearTimeout(this.silence);
    this.silence = setTimeout(() => this.socket?.terminate(), SILENCE_MS);
  }

  private send(message: object): void {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(JSON.stringify(message));
  }

  private take(socket: WebSocket, text: string): void {
    this.heard();
    this.waiting += 1;
    if (this.waiting === WAITING_MAX) socket.pause();
    this.work = this.work.then(async () => {
      try {
        await this.handle(socket, JSON.parse(text) as ServerMessage);
      } catch (error) {
        this.finish('closed', `a handler failed: ${String(error)}`);
      }
      this.waiting -= 1;
      if (socket.isPaused && this.waiting < WAITING_MAX / 2) socket.resume();
    });
  }

  private async handle(socket: WebSocket, message: ServerMessage): Promise<void> {
    if (this.isClosed) return;
    if (message.op === 'welcome') {
      this.attempts = 0;
      this.options.onState?.('open', '');
      this.isReady = socket === this.socket;
      for (const [name, subscription] of this.subscriptions) this.send(subscription.message(name));
    } else if (message.op === 'subscribed') {
      this.subscriptions.get(message.request ?? '')?.began(message);
    } else if (message.op === 'events') {
      const subscription = this.of(message.subscription);
      if ((await subscription?.events(message)) !== false) return;
      subscription?.disconnected();
      socket.terminate();
    } else if (message.op === 'snapshot') {
      await this.of(message.subscription)?.snapshot(message);
    } else if (message.op === 'gap') {
      this.of(message.subscription)?.gap(message);
    } else if (message.op === 'heartbeat') {
      for (const one of this.subscriptions.values()) one.through(message.through[String(one.id)]);
    } else if (message.op === 'error' && message.request !== undefined) {
      this.subscriptions.get(message.request)?.refused(message);
      this.subscriptions.delete(message.request);
    }
  }

  private of(id: number): StreamSubscription | undefined {
    return [...this.subscriptions.values()].find((one) => one.id === id);
  }
}
