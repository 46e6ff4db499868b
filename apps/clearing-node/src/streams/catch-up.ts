import { setTimeout as wait } from 'node:timers/promises';
import type { EventLog, Frame } from '#libs/event-log';
import type { ReadModel } from '#libs/runtime';
import type { Anonymity } from './anonymity.js';
import type { Connection } from './connection.js';
import { FeedSet } from './feed-set.js';
import type { Subscription } from './subscription.js';

/** A subscription that is behind, with the connection that it belongs to. */
export interface Follower {
  readonly subscription: Subscription;
  readonly connection: Connection;
}

/** How long a pass waits for a subscriber to read on before it goes on without it. */
const PATIENCE_MS = 250;
const POLL_MS = 2;

/**
 * Serves subscribers that are behind, out of the log. One pass reads it for all of them, from the
 * one furthest behind; others join where it comes by, whoever cannot take more leaves it. At the
 * head, where the read model is, a subscriber becomes live, between two frames and so exactly.
 */
export class CatchUp {
  private readonly followers = new Map<Subscription, Follower>();
  private isRunning = false;
  private isClosed = false;
  private log: EventLog | undefined;

  constructor(
    private readonly model: ReadModel,
    private readonly live: FeedSet,
    private readonly anonymity: Anonymity,
    private readonly onFailed: (error: unknown) => void,
  ) {}

  add(follower: Follower): void {
    follower.subscription.place = 'waiting';
    this.followers.set(follower.subscription, follower);
    if (!this.isRunning) void this.run();
  }

  remove(subscription: Subscription): void {
    this.followers.delete(subscription);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.followers.clear();
    await this.log?.close();
    this.log = undefined;
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    try {
      while (this.followers.size > 0 && !this.isClosed) {
        const start = this.placeToStart();
        if (start === undefined) await wait(POLL_MS * 5);
        else await this.pass(start);
      }
    } catch (error) {
      if (!this.isClosed) this.onFailed(error);
    } finally {
      this.isRunning = false;
    }
  }

  /** First sequence that somebody wants who can take it; those at the head become live. */
  private placeToStart(): number | undefined {
    let start: number | undefined;
    for (const { subscription, connection } of this.followers.values()) {
      if (this.joinLive(subscription) || !connection.isDrained) continue;
      if (start === undefined || subscription.next < start) start = subscription.next;
    }
    return start;
  }

  private joinLive(subscription: Subscription): boolean {
    if (subscription.next !== this.model.state.clock.sequence + 1) return false;
    this.followers.delete(subscription);
    subscription.place = 'live';
    this.live.add(subscription);
    return true;
  }

  private async pass(start: number): Promise<void> {
    this.log ??= await this.model.openLog();
    const pass = new Pass(this.model, this.anonymity);
    const ending = new AbortController();
    try {
      for await (const frame of this.log.follow(start, ending.signal)) {
        // What the read model has not folded yet comes live.
        const isFolded = lastOf(frame) <= this.model.state.clock.sequence;
        if (isFolded) pass.scan(frame, this.followers.values());
        this.joinAll(pass);
        if (!isFolded || this.isClosed) break;
        await this.room(pass);
        if (!this.isWanted(frame)) break;
      }
    } finally {
      ending.abort();
      pass.end();
    }
  }

  private joinAll(pass: Pass): void {
    for (const { subscription } of [...this.followers.values()]) {
      if (this.joinLive(subscription)) pass.leave(subscription);
    }
  }

  /** Whether anybody wants, and can take, what comes after a frame. */
  private isWanted(frame: Frame): boolean {
    for (const { subscription, connection } of this.followers.values()) {
      if (subscription.place === 'passing') return true;
      if (connection.isDrained && subscription.next > lastOf(frame)) return true;
    }
    return false;
  }

  /** Waits until everybody in the pass can take more; those who cannot in time leave it. */
  private async room(pass: Pass): Promise<void> {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      const full = pass.followers.filter(({ connection }) => !connection.isDrained);
      if (full.length === 0) return;
      if (performance.now() > until) {
        for (const { subscription } of full) {
          pass.leave(subscription);
          if (subscription.place === 'passing') subscription.place = 'waiting';
        }
        return;
      }
      await wait(POLL_MS);
    }
  }
}

/** One reading of the log, with those who take part in it. */
class Pass {
  private readonly set: FeedSet;
  followers: readonly Follower[] = [];

  constructor(
    private readonly model: ReadModel,
    private readonly anonymity: Anonymity,
  ) {
    this.set = new FeedSet(model.state, anonymity);
  }

  /** Gives a frame to all whose place in the log it is. */
  scan(frame: Frame, candidates: Iterable<Follower>): void {
    const late: Follower[] = [];
    for (const follower of candidates) {
      const { subscription, connection } = follower;
      const { next, place } = subscription;
      if (place !== 'waiting' || next < frame.firstSequence || next > lastOf(frame)) continue;
      if (!connection.isDrained) continue;
      subscription.place = 'passing';
      if (next === frame.firstSequence) this.join(follower);
      else late.push(follower);
    }
    this.set.scan(frame);
    for (const follower of late) {
      const part = new FeedSet(this.model.state, this.anonymity);
      part.add(follower.subscription);
      part.scan(frame, follower.subscription.next);
      this.join(follower);
    }
    for (const { subscription } of this.followers) {
      if (subscription.place === 'passing') subscription.next = lastOf(frame) + 1;
      else this.leave(subscription);
    }
  }

  leave(subscription: Subscription): void {
    this.set.remove(subscription);
    this.followers = this.followers.filter((one) => one.subscription !== subscription);
  }

  end(): void {
    for (const { subscription } of this.followers) {
      if (subscription.place === 'passing') subscription.place = 'waiting';
    }
  }

  private join(follower: Follower): void {
    this.set.add(follower.subscription);
    this.followers = [...this.followers, follower];
  }
}

function lastOf(frame: Frame): number {
  return frame.firstSequence + frame.count - 1;
}
