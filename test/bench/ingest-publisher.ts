/**
 * The venue's process of the ingest benchmarks: `SOCKET ACCOUNTS RING TIGHT-PPM`. Sends trades through
 * the publishers' library as it is told, and checks that each is acknowledged once, in order.
 */
import { runBursts } from './burst-schedule.js';
import type { PublisherDone, PublisherOrder, PublisherReply } from './ingest-messages.js';
import { Population } from './ingest-population.js';
import { VenueSession } from './venue-session.js';

const TICK_MS = 1;
const [address = '', accounts = '0', ringTrades = '0', tightPpm = '0'] = process.argv.slice(2);
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

/**
 * Sends what is due each millisecond; gives the latency of every batch against when it was due, and how
 * much of it had passed when the batch was sent.
 */
function runAtRate(
  trades: number,
  batch: number,
  perSecond: number,
): Promise<Pick<PublisherDone, 'latenciesMs' | 'sendLateMs'>> {
  const start = session.sent;
  const end = start + trades;
  const startMs = performance.now();
  const dueMs: number[] = [];
  const latenciesMs: number[] = [];
  const sendLateMs: number[] = [];
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      const elapsedTicks = Math.floor((performance.now() - startMs) / TICK_MS);
      const due = start + (elapsedTicks * TICK_MS * perSecond) / 1000;
      // A node that stands still delays batches; they stay due when they were.
      while (session.sent < end && session.sent + batch <= due && session.hasRoom(batch)) {
        const ticks = ((session.sent + batch - start) * 1000) / (TICK_MS * perSecond);
        const at = startMs + Math.ceil(ticks) * TICK_MS;
        dueMs.push(at);
        sendLateMs.push(performance.now() - at);
        session.send(batch);
      }
      if (session.sent >= end) clearInterval(timer);
    }, TICK_MS);
    session.onAcknowledged = () => {
      const now = performance.now();
      while (start + (latenciesMs.length + 1) * batch <= session.acknowledged) {
        latenciesMs.push(now - (dueMs[latenciesMs.length] ?? now));
      }
      if (session.acknowledged === end) resolve({ latenciesMs, sendLateMs });
    };
  });
}

async function perform(order: PublisherOrder): Promise<void> {
  if (order.kind === 'end') process.exit(0);
  if (order.kind === 'marks') {
    session.marks.set(order.marks);
    return;
  }
  session.refused = {};
  const startMs = performance.now();
  const startCpu = process.cpuUsage();
  const work = await workOf(order);
  const cpu = process.cpuUsage(startCpu);
  reply({
    kind: 'done',
    seconds: (performance.now() - startMs) / 1000,
    refused: session.refused,
    bursts: [],
    sendLateMs: [],
    ...work,
    cpuSeconds: (cpu.user + cpu.system) / 1e6,
    lastSequence: session.acknowledged,
  });
}

async function workOf(
  order: Extract<PublisherOrder, { batch: number }>,
): Promise<Pick<PublisherDone, 'latenciesMs'> & Partial<PublisherDone>> {
  switch (order.kind) {
    case 'run':
      return { latenciesMs: await run(order.trades, order.batch, order.inFlight) };
    case 'rate':
      return runAtRate(order.trades, order.batch, order.perSecond);
    case 'bursts':
      return runBursts(session, order, () => reply({ kind: 'burst' }));
  }
}

function reply(message: PublisherReply): void {
  process.send?.(message);
}

process.on('message', (order: PublisherOrder) => void perform(order));
process.on('disconnect', () => process.exit(1));
const population = new Population(Number(accounts), { tightPpm: Number(tightPpm) });
await session.open(address, population, Number(ringTrades));
reply({ kind: 'ready', publisher: session.publisher });
