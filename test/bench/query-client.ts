/**
 * The process that asks: `HTTP TOKEN ACCOUNTS`. Queries are due at a fixed rate, whether or not earlier
 * ones are answered, over connections that stay open; the latency of each counts from when it was
 * due, so that waiting for a free connection is in it.
 */
import { Agent, get } from 'node:http';
import { type Query, type QueryKind, QueryMix } from './query-mix.js';

export type QueryOrder =
  { readonly kind: 'start'; readonly perSecond: number } | { readonly kind: 'stop' | 'end' };

export interface QueryReply {
  readonly kind: 'started' | 'stopped';
  /** From the first query's time to the last answer. */
  readonly seconds: number;
  readonly asked: number;
  /** Latencies of what was answered as it must be, by kind, milliseconds. */
  readonly latenciesMs: Readonly<Partial<Record<QueryKind, readonly number[]>>>;
  /** What was not: how often, by status or error. */
  readonly errors: Readonly<Record<string, number>>;
  /** Times that the margin of all accounts was read to the end. */
  readonly passes: number;
  readonly cpuSeconds: number;
}

const TICK_MS = 1;
const CONNECTIONS = 64;
const [http = '', token = '', accounts = '0'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
const headers = { Authorization: `Bearer ${token}` };
const { hostname: host, port } = new URL(http);
const mix = new QueryMix(Number(accounts));

let latenciesMs: Partial<Record<QueryKind, number[]>> = {};
let errors: Record<string, number> = {};
let asked = 0;
let open = 0;
let passesBefore = 0;
let startMs = 0;
let cpuBefore = process.cpuUsage();
let timer: NodeJS.Timeout | undefined;
let onIdle: () => void = () => undefined;

function ask(dueMs: number): void {
  const query = mix.draw();
  asked += 1;
  open += 1;
  const request = get({ host, port, path: query.path, headers, agent }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('end', () => {
      const isGood =
        response.statusCode === 200 && mix.take(query, Buffer.concat(chunks).toString('utf8'));
      if (isGood) (latenciesMs[query.kind] ??= []).push(performance.now() - dueMs);
      else failed(query, String(response.statusCode));
      answered();
    });
  });
  request.on('error', ({ message }) => {
    failed(query, message);
    answered();
  });
}

function failed(query: Query, what: string): void {
  mix.failed(query);
  errors[what] = (errors[what] ?? 0) + 1;
}

function answered(): void {
  open -= 1;
  if (open === 0) onIdle();
}

function start(perSecond: number): void {
  [latenciesMs, errors, asked, passesBefore] = [{}, {}, 0, mix.passes];
  cpuBefore = process.cpuUsage();
  startMs = performance.now();
  timer = setInterval(() => {
    const due = Math.floor(((performance.now() - startMs) * perSecond) / 1000);
    while (asked < due) ask(startMs + (asked * 1000) / perSecond);
  }, TICK_MS);
}

/** Resolves when every query is answered. */
async function stop(): Promise<void> {
  clearInterval(timer);
  if (open > 0) await new Promise<void>((resolve) => (onIdle = resolve));
  onIdle = () => undefined;
}

function reply(kind: QueryReply['kind']): void {
  const { user, system } = process.cpuUsage(cpuBefore);
  process.send?.({
    kind,
    seconds: (performance.now() - startMs) / 1000,
    asked,
    latenciesMs,
    errors,
    passes: mix.passes - passesBefore,
    cpuSeconds: (user + system) / 1e6,
  } satisfies QueryReply);
}

process.on('message', (order: QueryOrder) => {
  if (order.kind === 'end') process.exit(0);
  if (order.kind === 'start') {
    start(order.perSecond);
    reply('started');
  } else void stop().then(() => reply('stopped'));
});
process.on('disconnect', () => process.exit(1));
