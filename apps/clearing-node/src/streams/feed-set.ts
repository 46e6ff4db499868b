import type { HouseState } from '#libs/clearing-house';
import { recordLengthAt, templateIdAt } from '#libs/events';
import type { Frame } from '#libs/event-log';
import { CHANNEL_NAMES, type ChannelName } from '#libs/wire';
import { AckSummaries } from './ack-summary.js';
import type { Anonymity } from './anonymity.js';
import { ChannelFeeds } from './channel-feeds.js';
import { CHANNELS } from './channels.js';
import { EventText } from './event-text.js';
import { Feed, type FeedScope, type FeedSubscriber, keyOf } from './feed.js';
import { type Route, routesOf } from './routes.js';

export type ScopedSubscriber = FeedSubscriber & { readonly scope: FeedScope };

interface ActiveRoute {
  readonly route: Route;
  readonly feeds: ChannelFeeds;
}

/**
 * Subscribers that are at one place of the log. A frame is scanned once for all of them, and an event
 * becomes text once for all who see it alike; a channel without subscribers costs nothing.
 */
export class FeedSet {
  private readonly feeds = new Map<string, Feed>();
  private readonly touched = new Set<Feed>();
  /** By template: where its records go. Made anew when a feed comes or goes. */
  private active: (readonly ActiveRoute[] | undefined)[] | undefined;
  private hasAcks = false;

  constructor(
    private readonly state: HouseState,
    private readonly anonymity: Anonymity,
  ) {}

  get isEmpty(): boolean {
    return this.feeds.size === 0;
  }

  add(subscriber: ScopedSubscriber): void {
    const key = keyOf(subscriber.scope);
    let feed = this.feeds.get(key);
    if (feed === undefined) {
      feed = new Feed(subscriber.scope);
      this.feeds.set(key, feed);
      this.active = undefined;
    }
    feed.subscribers.add(subscriber);
  }

  remove(subscriber: ScopedSubscriber): void {
    const key = keyOf(subscriber.scope);
    const feed = this.feeds.get(key);
    feed?.subscribers.delete(subscriber);
    if (feed?.subscribers.size === 0 && this.feeds.delete(key)) this.active = undefined;
  }

  /** Delivers what a frame holds from a sequence on. */
  scan(frame: Frame, fromSequence = 0): void {
    if (this.isEmpty) return;
    const active = (this.active ??= this.activate());
    const acks = this.hasAcks ? this.ackSummaries(frame) : undefined;
    const text = new EventText(frame, this.state.names, this.anonymity);
    const { records, firstSequence, count } = frame;
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    for (let k = 0, at = 0; k < count; at += recordLengthAt(view, at), k++) {
      const sequence = firstSequence + k;
      if (sequence < fromSequence) continue;
      const template = templateIdAt(view, at);
      if (acks !== undefined) acks.visit(template, view, at, sequence);
      const routes = active[template];
      if (routes === undefined) continue;
      text.move(view, at, sequence);
      for (const { route, feeds } of routes) {
        if (route.applies(view, at)) feeds.offer(route, view, at, text, this.touched);
      }
    }
    if (acks !== undefined) this.tellAcks(acks, frame);
    for (const feed of this.touched) feed.flush();
    this.touched.clear();
  }

  private ackSummaries(frame: Frame): AckSummaries {
    const feeds = [...this.feeds.values()].filter(({ scope }) => scope.channel === 'acks');
    const publishers = feeds.map(({ scope }) => scope.publisher);
    const wanted = publishers.includes(0) ? undefined : new Set(publishers);
    const summaries: AckSummaries = new AckSummaries(wanted, () => this.tellAcks(summaries, frame));
    return summaries;
  }

  /** All at once, so that a message covers the log up to its last sequence for every publisher. */
  private tellAcks(summaries: AckSummaries, frame: Frame): void {
    const feeds = [...this.feeds.values()].filter(({ scope }) => scope.channel === 'acks');
    for (const summary of summaries.filled()) {
      const { firstSequence, lastSequence, publisher } = summary;
      const text = summary.text(frame, this.state.names);
      for (const feed of feeds) {
        if (feed.scope.publisher !== 0 && feed.scope.publisher !== publisher) continue;
        feed.add(lastSequence, text, firstSequence);
      }
    }
    for (const feed of feeds) feed.flush();
  }

  private activate(): (readonly ActiveRoute[] | undefined)[] {
    const table: ActiveRoute[][] = [];
    this.hasAcks = false;
    for (const channel of CHANNEL_NAMES) {
      const feeds = [...this.feeds.values()].filter(({ scope }) => scope.channel === channel);
      if (feeds.length === 0) continue;
      if (CHANNELS[channel].isSummary === true) this.hasAcks = true;
      else this.activateChannel(table, channel, feeds);
    }
    return table;
  }

  private activateChannel(table: ActiveRoute[][], channel: ChannelName, feeds: Feed[]): void {
    const channelFeeds = new ChannelFeeds(this.state, feeds);
    for (const route of routesOf(channel)) {
      (table[route.templateId] ??= []).push({ route, feeds: channelFeeds });
    }
  }
}
