import { execFile } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { IngestMeter, type IngestSample } from './ingest-meter.js';
import { IngestRun, type IngestSetting } from './ingest-run.js';
import { logBytes } from './node-under-test.js';
import type { QueryReply } from './query-client.js';
import { QueryProcess } from './query-process.js';
import type { TimedSample } from './steady-bounds.js';
import type { SubscribersReply } from './stream-subscribers.js';
import { SubscribersProcess } from './subscribers-process.js';

/** What `npx novate` starts: not by way of `bin`, which refuses a build older than its sources. */
const novate = fileURLToPath(new URL('../../apps/cli/src/main.js', import.meta.url));

export interface PhaseSetting {
  readonly seconds: number;
  /** Trades a second; half of the measured maximum when absent. */
  readonly perSecond: number | undefined;
  readonly batch: number;
  /** Of each run that measures the maximum. */
  readonly trades: number;
  readonly minuteSeconds: number;
  readonly residentEverySeconds: number;
  readonly queriesPerSecond: number;
  readonly subscribers: number;
}

/** What a phase did; its log is gone. */
export interface PhaseSample {
  readonly perSecond: number;
  /** One a minute, one after another; between two everything is acknowledged. */
  readonly minutes: readonly IngestSample[];
  readonly resident: readonly TimedSample[];
  readonly asked: QueryReply;
  readonly seen: SubscribersReply;
  readonly logBytes: number;
  readonly segments: number;
  readonly snapshots: number;
  readonly verified: Verified;
}

interface Verified {
  readonly ok: boolean;
  readonly events: number;
  readonly seconds: number;
}

/**
 * Trades at a steady rate into a new node, with prices, snapshots, queries and subscribers, then stops
 * it, verifies its log with the program that users have, and removes it.
 */
export async function runPhase(node: IngestSetting, setting: PhaseSetting): Promise<PhaseSample> {
  const ingest = await IngestRun.start({ ...node, api: true });
  const meter = new IngestMeter(ingest);
  const perSecond = setting.perSecond ?? (await halfOfMaximum(meter, node, setting));
  const work = await underLoad(ingest, meter, setting, perSecond);
  await ingest.stop();
  const files = readdirSync(node.dataDir);
  const sample = {
    ...work,
    perSecond,
    logBytes: logBytes(node.dataDir),
    segments: files.filter((name) => name.endsWith('.nvl')).length,
    snapshots: files.filter((name) => name.endsWith('.snapshot')).length,
    verified: await verify(node.dataDir),
  };
  rmSync(node.dataDir, { recursive: true });
  return sample;
}

async function halfOfMaximum(
  meter: IngestMeter,
  { ring }: IngestSetting,
  { batch, trades }: PhaseSetting,
): Promise<number> {
  const rates: number[] = [];
  for (let k = 0; k < 4; k++) {
    const inFlight = Math.min(200_000, ring / 4);
    const { seconds } = await meter.run({ kind: 'run', batch, trades, inFlight });
    if (k > 0) rates.push(trades / seconds);
  }
  return (rates.sort((a, b) => a - b)[1] ?? 0) / 2;
}

async function underLoad(
  ingest: IngestRun,
  meter: IngestMeter,
  setting: PhaseSetting,
  perSecond: number,
): Promise<Pick<PhaseSample, 'minutes' | 'resident' | 'asked' | 'seen'>> {
  const { seconds, minuteSeconds, batch, queriesPerSecond } = setting;
  const subscribers = new SubscribersProcess(ingest.ready?.http ?? '', ingest.token('auditor'));
  const who = { subscribers: setting.subscribers, stalled: 0 };
  await subscribers.perform({ kind: 'connect', ...who, lastSequence: 0 });
  const queries = new QueryProcess(ingest);
  await queries.start(queriesPerSecond);
  const resident: TimedSample[] = [];
  const startMs = performance.now();
  const timer = setInterval(() => {
    const value = ingest.node.residentBytes() / 1e6;
    resident.push({ seconds: (performance.now() - startMs) / 1000, value });
  }, setting.residentEverySeconds * 1000);
  const minutes: IngestSample[] = [];
  for (let left = seconds; left > 0; left -= minuteSeconds) {
    const span = Math.min(left, minuteSeconds);
    const trades = Math.ceil((perSecond * span) / batch) * batch;
    minutes.push(await meter.run({ kind: 'rate', batch, trades, perSecond }));
    progress(minutes.length, minutes.at(-1), resident.at(-1));
  }
  clearInterval(timer);
  const asked = await queries.stop();
  queries.end();
  const { lastSequence } = meter;
  const seen = await subscribers.perform({ kind: 'leave', ...who, lastSequence });
  subscribers.end();
  return { minutes, resident, asked, seen };
}

function progress(minute: number, sample?: IngestSample, resident?: TimedSample): void {
  if (!process.stderr.isTTY || sample === undefined) return;
  const rate = (sample.trades / sample.seconds).toFixed(0);
  const megabytes = (resident?.value ?? 0).toFixed(0);
  process.stderr.write(`steady: minute ${String(minute)}, ${rate}/s, ${megabytes} MB resident\n`);
}

/** `novate verify`, as a process of its own. A log that differs is an answer, not an error. */
async function verify(dataDir: string): Promise<Verified> {
  const startMs = performance.now();
  const args = [novate, 'verify', '--data-dir', dataDir, '--json'];
  const run = promisify(execFile)(process.execPath, args);
  const { stdout } = await run.catch((error: unknown) => {
    const { code, stdout: text } = error as { readonly code?: number; readonly stdout?: string };
    if (code === 1 && text !== undefined) return { stdout: text };
    throw error;
  });
  const { ok, events } = JSON.parse(stdout) as { readonly ok: boolean; readonly events: string };
  return { ok, events: Number(events), seconds: (performance.now() - startMs) / 1000 };
}
