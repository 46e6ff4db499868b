import type {
  ChannelName,
  EventEnvelope,
  ServerMessage,
  StreamFault,
  SubscribeMessage,
} from '#libs/wire';

type Snapshot = Extract<ServerMessage, { op: 'snapshot' }>;
type Gap = Extract<ServerMessage, { op: 'gap' }>;
type Subscribed = Extract<ServerMessage, { op: 'subscribed' }>;
type Events = Extract<ServerMessage, { op: 'events' }>;

/** What a program wants to follow. Without `from`: the present state first, where there is one. */
export interface StreamRequest {
  readonly channel: ChannelName;
  readonly account?: string;
  readonly publisher?: string;
  /** First sequence wanted, `head` for what comes from now on. */
  readonly from?: number | string;
}

/** Called one after the other, in the order of the log; a promise holds back what follows. */
export interface StreamHandlers {
  /** Every event once. */
  onEvent(event: EventEnvelope): void | Promise<void>;
  /** State at the beginning; again when the connection broke before all of it had come. */
  onSnapshot?(snapshot: Snapshot): void | Promise<void>;
  /** These sequences can never be had: whoever needs them must look elsewhere. */
  onGap?(gap: { readonly from: string; readonly to: string; readonly reason: string }): void;
  /** The node refuses the subscription; it is given up. */
  onRefused?(fault: StreamFault): void;
}

/** One subscription over all connections: knows what has been handed over, and where to go on. */
export class StreamSubscription {
  /** First sequence that was not handed over; 0 before the beginning is known. */
  next = 0;
  /** Its number on the present connection; 0 while it has none. */
  id = 0;
  private expected = 1;
  private snapshotsLeft = 0;

  constructor(
    readonly request: StreamRequest,
    private readonly handlers: StreamHandlers,
  ) {}

  /** How it is asked for on a new connection. */
  message(request: string): SubscribeMessage {
    const { channel, account, publisher, from } = this.request;
    const goesOn = this.next > 0 && this.snapshotsLeft === 0;
    const start = goesOn ? String(this.next) : from === undefined ? undefined : String(from);
    return {
      op: 'subscribe',
      channel,
      ...(account === undefined ? {} : { account }),
      ...(publisher === undefined ? {} : { publisher }),
      ...(start === undefined ? {} : { from: start }),
      request,
    };
  }

  disconnected(): void {
    this.id = 0;
  }

  began({ subscription, from, snapshots = 0 }: Subscribed): void {
    this.id = subscription;
    this.expected = 1;
    this.snapshotsLeft = snapshots;
    this.next = Number(from);
  }

  async snapshot(snapshot: Snapshot): Promise<void> {
    await this.handlers.onSnapshot?.(snapshot);
    this.snapshotsLeft -= 1;
  }

  /** Hands events over. False when some are missing, so that it must be asked for anew. */
  async events({ number, events }: Events): Promise<boolean> {
    if (number !== this.expected) return false;
    const { next } = this;
    for (const event of events) {
      if (Number(event.sequence) >= next) await this.handlers.onEvent(event);
    }
    this.expected += events.length;
    const last = events.at(-1);
    if (last !== undefined) this.next = Math.max(this.next, Number(last.sequence) + 1);
    return true;
  }

  /** Everything up to a sequence has come: a later connection need not look there again. */
  through(sequence: string | undefined): void {
    if (sequence !== undefined) this.next = Math.max(this.next, Number(sequence) + 1);
  }

  gap({ from, to, reason }: Gap): void {
    this.handlers.onGap?.({ from, to, reason });
  }

  refused(fault: StreamFault): void {
    this.handlers.onRefused?.(fault);
  }
}
