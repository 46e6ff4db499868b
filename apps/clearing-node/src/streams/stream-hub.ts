import { setTimeout as wait } from 'node:timers/promises';
import { formatTime } from '#libs/events';
import type { Frame } from '#libs/event-log';
import type { ReadModel } from '#libs/runtime';
import { type ChannelName, STREAM_CLOSE, type SubscribeMessage } from '#libs/wire';
import { scopeFor } from './access-rules.js';
import type { Anonymity } from './anonymity.js';
import { CatchUp } from './catch-up.js';
import { CHANNELS } from './channels.js';
import type { Connection } from './connection.js';
import { FeedSet } from './feed-set.js';
import type { StreamLimits } from './limits.js';
import { snapshotsOf } from './snapshots.js';
import { RefusedMessage } from './stream-fault.js';
import { Subscription } from './subscription.js';

const STATUS_BEAT_MS = 1_000;
const HEAD_POLL_MS = 10;

/** All subscriptions of a node: live ones get each frame once it is folded, others the log. */
export class StreamHub {
  readonly connections = new Set<Connection>();
  private readonly live: FeedSet;
  private readonly catchUp: CatchUp;
  private readonly owners = new Map<Subscription, Connection>();
  private readonly stopListening: () => void;
  private readonly beat: NodeJS.Timeout;
  private lastBeatAt = performance.now();

  constructor(
    private readonly model: ReadModel,
    private readonly limits: StreamLimits,
    anonymity: Anonymity,
    /** Whether a token is still good. */
    private readonly isValid: (token: string) => boolean,
  ) {
    this.live = new FeedSet(model.state, anonymity);
    this.catchUp = new CatchUp(model, this.live, anonymity, (error) => this.fail(error));
    this.stopListening = model.listen((frame) => this.tell(frame));
    this.beat = setInterval(() => this.tick(), STATUS_BEAT_MS);
  }

  get head(): { readonly sequence: string; readonly time: string } {
    const { sequence, timeUs } = this.model.state.clock;
    return { sequence: String(sequence), time: formatTime(timeUs) };
  }

  /** @throws RefusedMessage */
  async subscribe(connection: Connection, message: SubscribeMessage): Promise<void> {
    const { grant } = connection;
    if (grant === undefined) throw new RefusedMessage('not-authenticated');
    const scope = scopeFor(grant, message, this.model.state);
    if (connection.subscriptions.size >= this.limits.subscriptionsPerConnection) {
      throw new RefusedMessage('too-many-subscriptions', undefined, message.request);
    }
    if (!connection.hasRoom) throw new RefusedMessage('not-drained', undefined, message.request);
    const { from } = message;
    const id = connection.takeSubscriptionId();
    const wanted = from === undefined || from === 'head' ? 0 : Number(from);
    const subscription = new Subscription(id, scope, connection, wanted);
    connection.subscriptions.set(id, subscription);
    if (wanted > this.model.state.clock.sequence + 1) await this.untilHead(wanted - 1);
    if (!connection.isOpen || subscription.place === 'ended') return;
    this.begin(connection, subscription, message);
  }

  unsubscribe(connection: Connection, id: number): void {
    const subscription = connection.subscriptions.get(id);
    if (subscription === undefined) throw new RefusedMessage('unknown-subscription');
    this.end(subscription);
    connection.subscriptions.delete(id);
    connection.tell({ op: 'unsubscribed', subscription: id });
  }

  /** A live subscriber has no room: it gets the rest out of the log. */
  overflowed(subscription: Subscription): void {
    this.live.remove(subscription);
    const connection = this.owners.get(subscription);
    if (connection !== undefined) this.catchUp.add({ subscription, connection });
  }

  /** Forgets a connection that is closed. */
  forget(connection: Connection): void {
    this.connections.delete(connection);
    for (const subscription of connection.subscriptions.values()) this.end(subscription);
    connection.subscriptions.clear();
  }

  async close(): Promise<void> {
    clearInterval(this.beat);
    this.stopListening();
    await this.catchUp.close();
    for (const connection of this.connections) connection.end(1001, 'the node stops');
  }

  /** Answers, with snapshots where the channel has them, and lets the events follow. */
  private begin(connection: Connection, s: Subscription, message: SubscribeMessage): void {
    const { channel, request } = message;
    const { sequence } = this.model.state.clock;
    const gapTo = s.next > sequence + 1 ? s.next - 1 : 0;
    const hasSnapshot = message.from === undefined && CHANNELS[channel].hasSnapshot === true;
    const snapshots = hasSnapshot ? this.snapshots(connection, s, message) : [];
    if (s.next === 0 || gapTo > 0) s.next = sequence + 1;
    connection.tell({
      op: 'subscribed',
      subscription: s.id,
      channel,
      ...(message.account === undefined ? {} : { account: message.account }),
      ...(message.publisher === undefined ? {} : { publisher: message.publisher }),
      from: String(s.next),
      ...{ sequence: String(sequence) },
      ...(hasSnapshot ? { snapshots: snapshots.length } : {}),
      ...(request === undefined ? {} : { request }),
    });
    if (gapTo > 0) {
      const [from, to] = [String(sequence + 1), String(gapTo)];
      connection.tell({ op: 'gap', subscription: s.id, from, to, reason: 'not-in-this-log' });
    }
    for (const text of snapshots) connection.tellText(text);
    this.owners.set(s, connection);
    this.catchUp.add({ subscription: s, connection });
  }

  private snapshots(connection: Connection, s: Subscription, message: SubscribeMessage): string[] {
    try {
      const { state } = this.model;
      const head = JSON.stringify({ op: 'snapshot', subscription: s.id, ...this.head });
      return snapshotsOf(state, s.scope, message, this.limits).map(
        (one) =>
          `${head.slice(0, -1)},"account":${JSON.stringify(one.account)},"state":${one.state}}`,
      );
    } catch (error) {
      connection.subscriptions.delete(s.id);
      throw error;
    }
  }

  /** What a publisher was told may be ahead of the read model: gives it the time to come there. */
  private async untilHead(sequence: number): Promise<void> {
    const until = performance.now() + this.limits.headPatienceMs;
    while (this.model.state.clock.sequence < sequence && performance.now() < until) {
      await wait(HEAD_POLL_MS);
    }
  }

  /** A fault of the streams ends them and not the read model; nobody is left with a silent gap. */
  private tell(frame: Frame): void {
    try {
      this.live.scan(frame);
    } catch (error) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.stderr.write(`novate: the streams failed: ${reason}\n`);
      for (const connection of this.connections) {
        connection.end(STREAM_CLOSE.failed, 'the node failed to tell an event');
      }
    }
  }

  private end(subscription: Subscription): void {
    subscription.place = 'ended';
    this.live.remove(subscription);
    this.catchUp.remove(subscription);
    this.owners.delete(subscription);
  }

  private through(connection: Connection): Record<string, string> {
    const { sequence } = this.model.state.clock;
    const entries = [...connection.subscriptions.values()].map(({ id, place, next }) => {
      return [String(id), String(place === 'live' ? sequence : Math.max(0, next - 1))];
    });
    return Object.fromEntries(entries) as Record<string, string>;
  }

  private tick(): void {
    const now = performance.now();
    const isBeat = now - this.lastBeatAt >= this.limits.heartbeatMs;
    if (isBeat) this.lastBeatAt = now;
    const { head } = this;
    for (const connection of [...this.connections]) {
      if (connection.grant === undefined || !connection.isOpen) continue;
      if (connection.isTooSlow(now)) connection.drop(this.through(connection));
      else if (now - connection.lastHeardAt > this.limits.silenceMs) {
        connection.end(STREAM_CLOSE.silent, 'nothing was heard');
      } else if (isBeat && !this.isValid(connection.token)) {
        connection.end(STREAM_CLOSE.unauthenticated, 'the token is no longer valid');
      } else if (isBeat || hasChannel(connection, 'status')) {
        connection.tell({ op: 'heartbeat', ...head, through: this.through(connection) });
        if (isBeat) connection.ping();
      }
    }
  }

  private fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    process.stderr.write(`novate: streams out of the log failed: ${reason}\n`);
    for (const connection of this.connections) {
      for (const { place, next, id } of connection.subscriptions.values()) {
        if (place === 'live') continue;
        const [from, to] = [String(next), this.head.sequence];
        connection.tell({ op: 'gap', subscription: id, from, to, reason: 'log-unreadable' });
        connection.end(STREAM_CLOSE.failed, 'the log could not be read');
      }
    }
  }
}

function hasChannel(connection: Connection, channel: ChannelName): boolean {
  return [...connection.subscriptions.values()].some(({ scope }) => scope.channel === channel);
}
