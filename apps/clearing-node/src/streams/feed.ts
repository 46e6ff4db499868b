import type { ChannelName } from '#libs/wire';
import type { Audience } from './channels.js';

/** Events are sent in messages of about so many characters at most (more for one larger event). */
const BATCH_CHARACTERS = 64 * 1024;

/** What subscribers of a feed have in common: they get the same text. Ids, 0 for no restriction. */
export interface FeedScope {
  readonly channel: ChannelName;
  readonly audience: Audience;
  readonly account: number;
  readonly member: number;
  readonly publisher: number;
}

/** Events in the form in which they are sent, but for what belongs to a subscription. */
export interface Batch {
  /** Texts of the events, and the end of the message. */
  readonly body: string | Buffer;
  readonly count: number;
  readonly firstSequence: number;
  readonly lastSequence: number;
}

export interface FeedSubscriber {
  deliver(batch: Batch): void;
}

/** From this size on a text becomes bytes once, and not once for each subscriber. */
const SHARED_CHARACTERS = 2048;

/** Collects the events of one scope and gives them to all who want them. */
export class Feed {
  readonly subscribers = new Set<FeedSubscriber>();
  private texts: string[] = [];
  private characters = 0;
  private firstSequence = 0;
  private lastSequence = 0;

  constructor(readonly scope: FeedScope) {}

  /** Whether it has this event: a trade between two accounts of a member is one event. */
  has(sequence: number): boolean {
    return this.lastSequence === sequence;
  }

  /** Adds an event that covers the log from `firstSequence` on; the message may end behind it. */
  push(sequence: number, text: string, firstSequence = sequence): void {
    this.add(sequence, text, firstSequence);
    if (this.characters >= BATCH_CHARACTERS) this.flush();
  }

  /** Adds an event; one that follows stands in the same message. */
  add(sequence: number, text: string, firstSequence: number): void {
    const isFirst = this.texts.length === 0;
    this.firstSequence = isFirst ? firstSequence : Math.min(this.firstSequence, firstSequence);
    this.texts.push(text);
    this.characters += text.length;
    this.lastSequence = sequence;
  }

  flush(): void {
    if (this.texts.length === 0) return;
    const text = `${this.texts.join(',')}]}`;
    const isShared = text.length >= SHARED_CHARACTERS && this.subscribers.size > 1;
    const batch: Batch = {
      body: isShared ? Buffer.from(text) : text,
      count: this.texts.length,
      firstSequence: this.firstSequence,
      lastSequence: this.lastSequence,
    };
    this.texts = [];
    this.characters = 0;
    for (const subscriber of this.subscribers) subscriber.deliver(batch);
  }
}

export function keyOf({ channel, audience, account, member, publisher }: FeedScope): string {
  return [channel, audience, account, member, publisher].join(' ');
}
