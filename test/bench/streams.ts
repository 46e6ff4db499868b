/**
 * `streams`: what subscribers cost the ingest. In one run, on one node, alternately without any and
 * with `subscribers` on `liquidations` and `calls` (of which `stalled` read nothing) and one on
 * `acks`, all in one process on the same machine.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { IngestMeter, type IngestSample } from './ingest-meter.js';
import { IngestRun } from './ingest-run.js';
import { MIN_REPEATS } from './measure.js';
import {
  type BenchParams,
  type BenchReport,
  type BenchResult,
  latencyResult,
  machine,
  numberParams,
  result,
} from './report.js';
import type { SubscribersReply } from './stream-subscribers.js';
import { SubscribersProcess } from './subscribers-process.js';

const DEFAULTS = {
  accounts: 100_000,
  ring: 1_048_000,
  trades: 2_000_000,
  pricesPerSecond: 200,
  stepPpm: 800,
  snapshotEvery: 1_000_000,
  subscribers: 100,
  stalled: 10,
  repeats: MIN_REPEATS,
};

interface Pair {
  readonly without: IngestSample;
  readonly with: IngestSample;
  readonly seen: SubscribersReply;
}

export async function run(params: BenchParams): Promise<BenchReport> {
  const numbers = numberParams(params, DEFAULTS);
  const base = String(params['dir'] ?? os.tmpdir());
  const directory = mkdtempSync(path.join(base, 'novate-streams-'));
  try {
    const dataDir = path.join(directory, 'log');
    const ingest = await IngestRun.start({ dataDir, time: 'machine', api: true, ...numbers });
    const pairs = await measure(ingest, numbers);
    await ingest.stop();
    return {
      name: 'streams',
      params: { dir: base, ...numbers },
      machine: machine(directory),
      results: resultsOf(pairs, new IngestMeter(ingest)),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function measure(ingest: IngestRun, numbers: typeof DEFAULTS): Promise<Pair[]> {
  const { trades, ring, repeats, subscribers, stalled } = numbers;
  const http = ingest.ready?.http ?? '';
  const subscribersProcess = new SubscribersProcess(http, ingest.token('auditor'));
  const meter = new IngestMeter(ingest);
  const inFlight = Math.min(200_000, ring / 4);
  const once = (): Promise<IngestSample> =>
    meter.run({ kind: 'run', batch: 4_000, trades, inFlight });
  await once();
  const pairs: Pair[] = [];
  for (let k = 0; k < Math.max(MIN_REPEATS, repeats); k++) {
    const without = await once();
    const order = { subscribers, stalled, lastSequence: 0 };
    await subscribersProcess.perform({ kind: 'connect', ...order });
    const sample = await once();
    const { lastSequence } = meter;
    const seen = await subscribersProcess.perform({ kind: 'leave', ...order, lastSequence });
    pairs.push({ without, with: sample, seen });
  }
  subscribersProcess.end();
  return pairs;
}

const rate = ({ trades, seconds }: IngestSample): number => trades / seconds;

function resultsOf(pairs: readonly Pair[], meter: IngestMeter): BenchResult[] {
  const figures = (metric: string, unit: string, of: (pair: Pair) => number): BenchResult =>
    result(metric, unit, pairs.map(of));
  return [
    figures('ingestRatioWithSubscribers', '1', (one) => rate(one.with) / rate(one.without)),
    figures('durableTradesPerSecondWithout', '1/s', (one) => rate(one.without)),
    figures('durableTradesPerSecondWith', '1/s', (one) => rate(one.with)),
    figures('streamMessagesPerSecond', '1/s', ({ seen, with: { seconds } }) => {
      return seen.messages / seconds;
    }),
    figures('droppedConnections', '1', ({ seen }) => seen.dropped),
    figures('liquidationsPerSecond', '1/s', (one) => one.with.liquidations / one.with.seconds),
    figures('subscribersBusy', 'cores', ({ seen, with: { seconds } }) => seen.cpuSeconds / seconds),
    latencyResult(
      'readerLagMs',
      'ms',
      pairs.map(({ seen }) => seen.lagsMs),
    ),
    figures('readerBehindAtTheEndMs', 'ms', ({ seen }) => seen.behindMs),
    figures('residentMegabytesWithout', 'MB', (one) => one.without.residentBytes / 1e6),
    figures('residentMegabytesWith', 'MB', (one) => one.with.residentBytes / 1e6),
    figures('readerCpuMicrosecondsPerTradeWithout', 'µs', ({ without }) => {
      return ((without.cpuSeconds.get('reader') ?? 0) / without.trades) * 1e6;
    }),
    ...meter.threadResults(pairs.map((one) => one.with)),
  ];
}
