/**
 * `log-jetstream`: the engine on a single nats-server of its own, on this machine. Frames of three
 * sizes appended one after another, each acknowledged before the next, then read back with every
 * hash checked; and in turn with it a bare client that publishes messages of the same sizes.
 * `--set sync=2m` for a server that does not sync each message.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { jetstream, jetstreamManager, StorageType } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { FRAME_HEADER_BYTES, type Durability } from '#libs/event-log';
import { JetStreamEventLog, JetStreamReader } from '#libs/event-log-jetstream';
import { MIN_REPEATS, repeat } from './measure.js';
import { NatsUnderTest } from './nats-under-test.js';
import { machine, numberParam, result } from './report.js';
import type { BenchParams, BenchReport, BenchResult } from './report.js';

const SIZES = [
  { suffix: '', bytes: 128 * 1024 },
  { suffix: '4KiB', bytes: 4 * 1024 },
  { suffix: '1MiB', bytes: 1024 * 1024 },
] as const;
const PORT_DEFAULT = 27_400;

interface Pass {
  readonly appendSeconds: number;
  readonly readSeconds: number;
  readonly bareSeconds: number;
  readonly durability: Durability;
}

interface Setting {
  readonly broker: NatsUnderTest;
  readonly nc: NatsConnection;
  readonly frames: number;
}

export async function run(params: BenchParams): Promise<BenchReport> {
  const repeats = numberParam(params, 'repeats', MIN_REPEATS);
  const frames = numberParam(params, 'frames', 500);
  const port = numberParam(params, 'port', PORT_DEFAULT);
  const sync = String(params['sync'] ?? 'always');
  const base = String(params['dir'] ?? os.tmpdir());
  const directory = mkdtempSync(path.join(base, 'novate-log-'));
  const broker = new NatsUnderTest(directory, port, sync);
  try {
    const nc = await connect({ servers: broker.server });
    const results: BenchResult[] = [];
    let durability: Durability | undefined;
    for (const { suffix, bytes } of SIZES) {
      const passes = await repeat(repeats, 1, () => pass({ broker, nc, frames }, bytes));
      durability = passes[0]?.durability;
      results.push(...resultsOf(passes, frames, bytes, suffix));
    }
    await nc.close();
    const promised = durability ?? 'unknown';
    const used = { dir: base, port, sync, repeats, frames, durability: promised };
    const baseline = baselineOf(results);
    return { name: 'log-jetstream', params: used, machine: machine(directory), results, baseline };
  } finally {
    broker.destroy();
    rmSync(directory, { recursive: true });
  }
}

function resultsOf(
  passes: readonly Pass[],
  frames: number,
  bytes: number,
  suffix: string,
): BenchResult[] {
  const appended = passes.map(({ appendSeconds }) => frames / appendSeconds);
  const read = passes.map(({ readSeconds }) => frames / readSeconds);
  const bare = passes.map(({ bareSeconds }) => frames / bareSeconds);
  const ratio = passes.map(({ appendSeconds, bareSeconds }) => bareSeconds / appendSeconds);
  const megabytes = (rates: readonly number[]): number[] => rates.map((x) => (x * bytes) / 1e6);
  return [
    result(`framesPerSecond${suffix}`, '1/s', appended),
    result(`appendedMegabytesPerSecond${suffix}`, 'MB/s', megabytes(appended)),
    result(`framesReadPerSecond${suffix}`, '1/s', read),
    result(`readMegabytesPerSecond${suffix}`, 'MB/s', megabytes(read)),
    result(`bareMessagesPerSecond${suffix}`, '1/s', bare),
    result(`ratioToBareClient${suffix}`, '', ratio),
  ];
}

function baselineOf(results: readonly BenchResult[]): Record<string, number> {
  const bare = results.filter(({ metric }) => metric.startsWith('bareMessages'));
  return Object.fromEntries(bare.map(({ metric, value }) => [metric, value]));
}

let streams = 0;

/** Appends `frames` frames to a new log and reads them; then the bare client does the like. */
async function pass({ broker, nc, frames }: Setting, bytes: number): Promise<Pass> {
  streams += 1;
  const stream = `log-${String(streams)}`;
  const log = await JetStreamEventLog.open({ url: broker.url(stream) });
  const { epoch } = await log.claim();
  const records = new Uint8Array(bytes).map((_, k) => (k * 31) % 251);
  const startMs = performance.now();
  for (let sequence = 1; sequence <= frames; sequence += 1) {
    const draft = { epoch, firstSequence: sequence, count: 1, frameTimeUs: sequence, records };
    const outcome = await log.append(draft, sequence - 1);
    if (outcome.kind !== 'committed') throw new Error(`an append was ${outcome.kind}`);
  }
  const appendSeconds = (performance.now() - startMs) / 1000;
  const { durability } = log;
  await log.close();
  const readSeconds = await readAll(broker.url(stream), frames);
  const manager = await jetstreamManager(nc);
  await manager.streams.delete(stream);
  const bareSeconds = await publishBare(nc, frames, bytes + FRAME_HEADER_BYTES);
  return { appendSeconds, readSeconds, bareSeconds, durability };
}

async function readAll(url: string, frames: number): Promise<number> {
  const log = await JetStreamReader.open({ url });
  const startMs = performance.now();
  let count = 0;
  for await (const frame of log.read(1)) count += frame.count;
  const seconds = (performance.now() - startMs) / 1000;
  if (count !== frames) throw new Error(`${String(count)} of ${String(frames)} frames were read`);
  await log.close();
  return seconds;
}

/** The client alone: no chain, no hash, no compare-and-set; one message in flight, as the log has. */
async function publishBare(nc: NatsConnection, messages: number, bytes: number): Promise<number> {
  const manager = await jetstreamManager(nc);
  await manager.streams.add({ name: 'bare', subjects: ['bare'], storage: StorageType.File });
  const payload = new Uint8Array(bytes).map((_, k) => (k * 31) % 251);
  const client = jetstream(nc);
  const startMs = performance.now();
  for (let n = 0; n < messages; n += 1) await client.publish('bare', payload);
  const seconds = (performance.now() - startMs) / 1000;
  await manager.streams.delete('bare');
  return seconds;
}
