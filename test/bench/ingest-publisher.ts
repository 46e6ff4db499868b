/**
 * The venue's process of the ingest benchmark: `SOCKET ACCOUNTS RING`. Sends trades through the
 * publishers' library as it is told, and checks that each is acknowledged once, in order.
 */
import { StreamConnection } from '#libs/sdk';
import { invariant } from '#libs/units';
import type { Released } from '#libs/wire';
import type { PublisherDone, PublisherOrder, PublisherReply } from './ingest-messages.js';
import { INSTRUMENTS, openTicks } from './ingest-market.js';
import { Population } from './ingest-population.js';
import { TradeRing } from './trade-ring.js';

const TICK_MS = 1;
const [address = '', accounts = '0', ringTrades = '0'] = process.argv.slice(2);
const marks = Float64Array.from({ length: INSTRUMENTS + 1 }, (_, k) => openTicks(k));
let ring: TradeRing;

/** The session of the venue: numbers what is sent, takes what is acknowledged. */
class VenueSession {
  sent = 0;
  acknowledged = 0;
  refused: Record<number, number> = {};
  onAcknowledged: () => void = () => undefined;
  #publisher: StreamConnection | undefined;

  async open(): Promise<void> {
    this.#publisher = await StreamConnection.open({
      address,
      publisher: 'venue',
      subscribeFrom: 0,
      onReleased: (released) => this.#take(released),
      onClosed: ({ text }) => {
        throw new Error(`the node closed the connection: ${text}`);
      },
    });
    this.sent = this.#publisher.welcome.lastPublisherSequence;
    this.acknowledged = this.sent;
    const { publisher } = this.#publisher.welcome;
    ring = new TradeRing(Number(ringTrades), new Population(Number(accounts)), publisher);
  }

  /** False when the socket is full. */
  send(count: number): boolean {
    const records = ring.records(this.sent, count, marks);
    this.sent += count;
    invariant(this.sent - this.acknowledged <= ring.trades, 'the ring is not overrun');
    return this.#publisher?.send(records) ?? false;
  }

  drained(): Promise<void> {
    return this.#publisher?.drained() ?? Promise.resolve();
  }

  #take({ lastPublisherSequence, refusals }: Released): void {
    invariant(lastPublisherSequence > this.acknowledged, 'a trade is acknowledged once');
    invariant(lastPublisherSequence <= this.sent, 'only what was sent is acknowledged');
    this.acknowledged = lastPublisherSequence;
    for (const { reason } of refusals) this.refused[reason] = (this.refused[reason] ?? 0) + 1;
    this.onAcknowledged();
  }
}

const session = new VenueSession();

/** Sends without a break; resolves when all is acknowledged. */
function run(trades: number, batch: number, inFlight: number): Promise<number[]> {
  const end = session.sent + trades;
  let isWaiting = false;
  const pump = (): void => {
    while (!isWaiting && session.sent < end) {
      if (session.sent + batch - session.acknowledged > inFlight) return;
      if (session.send(batch)) continue;
      isWaiting = true;
      void session.drained().then(() => {
        isWaiting = false;
        pump();
      });
    }
  };
  return new Promise((resolve) => {
    session.onAcknowledged = () => {
      if (session.acknowledged === end) resolve([]);
      else pump();
    };
    pump();
  });
}

/** Sends what is due each millisecond; gives the latency of every batch against when it was due. */
function runAtRate(trades: number, batch: number, perSecond: number): Promise<number[]> {
  const start = session.sent;
  const end = start + trades;
  const startMs = performance.now();
  const dueMs: number[] = [];
  const latenciesMs: number[] = [];
  return new Promise((resolve) => {
    let tick = 0;
    const timer = setInterval(() => {
      const elapsedTicks = Math.floor((performance.now() - startMs) / TICK_MS);
      for (; tick <= elapsedTicks; tick += 1) {
        const due = start + (tick * TICK_MS * perSecond) / 1000;
        while (session.sent < end && session.sent + batch <= due) {
          dueMs.push(startMs + tick * TICK_MS);
          session.send(batch);
        }
      }
      if (session.sent >= end) clearInterval(timer);
    }, TICK_MS);
    session.onAcknowledged = () => {
      const now = performance.now();
      while (start + (latenciesMs.length + 1) * batch <= session.acknowledged) {
        latenciesMs.push(now - (dueMs[latenciesMs.length] ?? now));
      }
      if (session.acknowledged === end) resolve(latenciesMs);
    };
  });
}

async function perform(order: PublisherOrder): Promise<void> {
  if (order.kind === 'end') process.exit(0);
  if (order.kind === 'marks') {
    marks.set(order.marks);
    return;
  }
  session.refused = {};
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  const latenciesMs =
    order.kind === 'run'
      ? await run(order.trades, order.batch, order.inFlight)
      : await runAtRate(order.trades, order.batch, order.perSecond);
  const cpu = process.cpuUsage(startCpu);
  const done: PublisherDone = {
    kind: 'done',
    seconds: (performance.now() - startMs) / 1000,
    refused: session.refused,
    latenciesMs,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    lastSequence: session.acknowledged,
  };
  reply(done);
}

function reply(message: PublisherReply): void {
  process.send?.(message);
}

process.on('message', (order: PublisherOrder) => void perform(order));
process.on('disconnect', () => process.exit(1));
await session.open();
reply({ kind: 'ready' });
