import type { BurstSample, PublisherDone, PublisherOrder } from './ingest-messages.js';
import type { VenueSession } from './venue-session.js';

const TICK_MS = 1;

type BurstOrder = Extract<PublisherOrder, { kind: 'bursts' }>;
type BurstWork = Pick<PublisherDone, 'latenciesMs' | 'bursts'>;

/**
 * Trades at a steady rate, open loop, and in the middle of each interval as many as the node takes for
 * `burstMs`: then the socket is written until it is full, and again when it has drained. Resolves
 * when everything is acknowledged.
 */
export function runBursts(
  session: VenueSession,
  order: BurstOrder,
  onBurst: () => void,
): Promise<BurstWork> {
  return new Promise((resolve) => {
    new BurstSchedule(session, order, onBurst, resolve).start();
  });
}

interface OpenBurst {
  readonly firstSent: number;
  readonly endsAtMs: number;
}

interface EndedBurst {
  readonly lastSent: number;
  readonly endedAtMs: number;
  readonly sample: Omit<BurstSample, 'drainMs'>;
}

class BurstSchedule {
  readonly #startMs = performance.now();
  readonly #first: number;
  readonly #dueMs: number[] = [];
  readonly #latenciesMs: number[] = [];
  readonly #bursts: BurstSample[] = [];
  readonly #draining: EndedBurst[] = [];
  #timer: NodeJS.Timeout | undefined;
  #begun = 0;
  /** Trades of the steady rate, those that a burst stood for among them. */
  #steady = 0;
  #burst: OpenBurst | undefined;
  #blockedSinceMs: number | undefined;
  #blockedMs = 0;
  #inFlightMax = 0;
  #isSent = false;

  constructor(
    private readonly session: VenueSession,
    private readonly order: BurstOrder,
    private readonly onBurst: () => void,
    private readonly resolve: (work: BurstWork) => void,
  ) {
    this.#first = session.sent;
  }

  start(): void {
    this.session.onAcknowledged = () => this.#acknowledged();
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  #tick(): void {
    const { everyMs, burstMs, bursts } = this.order;
    const now = performance.now();
    const elapsedMs = now - this.#startMs;
    if (this.#burst === undefined && this.#begun < bursts) {
      if (elapsedMs >= (this.#begun + 0.5) * everyMs) this.#begin(now + burstMs);
    }
    if (this.#burst !== undefined) {
      if (now < this.#burst.endsAtMs) this.#pump();
      else this.#end(now);
    }
    if (this.#burst !== undefined) return;
    this.#sendDue(elapsedMs);
    if (elapsedMs < everyMs * bursts) return;
    clearInterval(this.#timer);
    this.#isSent = true;
    this.#acknowledged();
  }

  #begin(endsAtMs: number): void {
    this.#begun += 1;
    this.#burst = { firstSent: this.session.sent, endsAtMs };
    this.#blockedMs = 0;
    this.#inFlightMax = 0;
    this.onBurst();
  }

  /** Writes until the socket is full, or so many are in flight that the ring would be overrun. */
  #pump(): void {
    const { session } = this;
    while (this.#burst !== undefined && this.#blockedSinceMs === undefined) {
      const now = performance.now();
      if (now >= this.#burst.endsAtMs || !this.session.hasRoom(this.order.batch)) return;
      if (this.#send(now)) continue;
      this.#blockedSinceMs = now;
      void session.drained().then(() => {
        this.#blockedMs += performance.now() - (this.#blockedSinceMs ?? 0);
        this.#blockedSinceMs = undefined;
        this.#pump();
      });
    }
  }

  #end(now: number): void {
    const { sent, acknowledged } = this.session;
    const { firstSent = sent } = this.#burst ?? {};
    const stillBlockedMs = this.#blockedSinceMs === undefined ? 0 : now - this.#blockedSinceMs;
    this.#draining.push({
      lastSent: sent,
      endedAtMs: now,
      sample: {
        trades: sent - firstSent,
        backlogTrades: sent - acknowledged,
        inFlightTradesMax: this.#inFlightMax,
        blockedMs: Math.min(this.order.burstMs, this.#blockedMs + stillBlockedMs),
      },
    });
    this.#burst = undefined;
    this.#steady = this.#dueAt(now - this.#startMs);
  }

  #dueAt(elapsedMs: number): number {
    return (Math.floor(elapsedMs / TICK_MS) * TICK_MS * this.order.perSecond) / 1000;
  }

  #sendDue(elapsedMs: number): void {
    const due = this.#dueAt(elapsedMs);
    while (this.#steady + this.order.batch <= due && this.session.hasRoom(this.order.batch)) {
      this.#steady += this.order.batch;
      this.#send(this.#startMs + (this.#steady * 1000) / this.order.perSecond);
    }
  }

  #send(dueMs: number): boolean {
    this.#dueMs.push(dueMs);
    const isTaken = this.session.send(this.order.batch);
    const { sent, acknowledged } = this.session;
    this.#inFlightMax = Math.max(this.#inFlightMax, sent - acknowledged);
    return isTaken;
  }

  #acknowledged(): void {
    const { acknowledged, sent } = this.session;
    const now = performance.now();
    const { batch } = this.order;
    while (this.#first + (this.#latenciesMs.length + 1) * batch <= acknowledged) {
      this.#latenciesMs.push(now - (this.#dueMs[this.#latenciesMs.length] ?? now));
    }
    while ((this.#draining[0]?.lastSent ?? Infinity) <= acknowledged) {
      const ended = this.#draining.shift();
      if (ended === undefined) break;
      this.#bursts.push({ ...ended.sample, drainMs: Math.max(0, now - ended.endedAtMs) });
    }
    if (this.#isSent && acknowledged === sent) {
      this.session.onAcknowledged = () => undefined;
      this.resolve({ latenciesMs: this.#latenciesMs, bursts: this.#bursts });
    } else this.#pump();
  }
}
