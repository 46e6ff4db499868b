/**
 * `queries`: what API queries cost the ingest. On one node at one offered rate, alternately without and
 * with `queriesPerSecond` (without, with, with, without, …), so that drift of the machine falls on
 * both. The rate is half of the maximum measured first, unless `--set perSecond=N`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { IngestMeter, type IngestSample } from './ingest-meter.js';
import { IngestRun } from './ingest-run.js';
import { MIN_REPEATS } from './measure.js';
import type { QueryReply } from './query-client.js';
import type { QueryKind } from './query-mix.js';
import { allLatenciesMs, errorCount, QueryProcess } from './query-process.js';
import {
  type BenchParams,
  type BenchReport,
  type BenchResult,
  latencyResult,
  machine,
  numberParam,
  numberParams,
  quantile,
  result,
  resultOf,
} from './report.js';

const DEFAULTS = {
  accounts: 100_000,
  ring: 1_048_000,
  batch: 1_000,
  /** Of each run that measures the maximum. */
  trades: 2_000_000,
  rateSeconds: 10,
  queriesPerSecond: 1_000,
  pricesPerSecond: 200,
  stepPpm: 800,
  snapshotEvery: 1_000_000,
  repeats: MIN_REPEATS,
};
const RATIO_MAX = 1.2;
const MAXIMUM_RUNS = 3;

interface Pair {
  readonly without: IngestSample;
  readonly with: IngestSample;
  readonly asked: QueryReply;
}

export async function run(params: BenchParams): Promise<BenchReport> {
  const numbers = numberParams(params, DEFAULTS);
  const base = String(params['dir'] ?? os.tmpdir());
  const directory = mkdtempSync(path.join(base, 'novate-queries-'));
  try {
    const dataDir = path.join(directory, 'log');
    const ingest = await IngestRun.start({ dataDir, time: 'machine', api: true, ...numbers });
    const meter = new IngestMeter(ingest);
    const isSet = params['perSecond'] !== undefined;
    const maximum = isSet ? undefined : await maximumOf(meter, numbers);
    const perSecond = numberParam(params, 'perSecond', (maximum ?? 0) / 2);
    const pairs = await measure(ingest, meter, { ...numbers, perSecond });
    await ingest.stop();
    const results = resultsOf(pairs, meter);
    return {
      name: 'queries',
      params: { dir: base, perSecond: Math.round(perSecond), ...numbers },
      machine: machine(directory),
      results,
      baseline: {
        ...(maximum === undefined ? {} : { durableTradesPerSecondMaximum: maximum }),
        ratioTarget: RATIO_MAX,
      },
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Median trades a second of a few runs, after one that warms up. */
async function maximumOf(
  meter: IngestMeter,
  { batch, trades, ring }: typeof DEFAULTS,
): Promise<number> {
  const inFlight = Math.min(200_000, ring / 4);
  const rates: number[] = [];
  for (let k = 0; k <= MAXIMUM_RUNS; k++) {
    const sample = await meter.run({ kind: 'run', batch, trades, inFlight });
    if (k > 0) rates.push(sample.trades / sample.seconds);
  }
  return quantile(Float64Array.from(rates).sort(), 0.5);
}

async function measure(
  ingest: IngestRun,
  meter: IngestMeter,
  numbers: typeof DEFAULTS & { readonly perSecond: number },
): Promise<Pair[]> {
  const { batch, rateSeconds, perSecond, queriesPerSecond, repeats } = numbers;
  const trades = Math.ceil((perSecond * rateSeconds) / batch) * batch;
  const alone = (): Promise<IngestSample> => meter.run({ kind: 'rate', batch, trades, perSecond });
  const client = new QueryProcess(ingest);
  const asking = async (): Promise<Omit<Pair, 'without'>> => {
    await client.start(queriesPerSecond);
    const sample = await alone();
    return { with: sample, asked: await client.stop() };
  };
  await alone();
  await asking();
  const pairs: Pair[] = [];
  for (let k = 0; k < Math.max(MIN_REPEATS, repeats); k++) {
    if (k % 2 === 0) pairs.push({ without: await alone(), ...(await asking()) });
    else {
      const first = await asking();
      pairs.push({ ...first, without: await alone() });
    }
  }
  client.end();
  return pairs;
}

const p99 = (...samples: readonly IngestSample[]): number =>
  quantile(Float64Array.from(samples.flatMap(({ latenciesMs }) => latenciesMs)).sort(), 0.99);

/**
 * p99 of all runs with queries over that of all without, once for each pair that is left out: one pair has
 * some 25 batches beyond its p99, so that a single pause of the machine decides about a ratio of its own.
 */
function jackknife(pairs: readonly Pair[]): number[] {
  return pairs.map((_, left) => {
    const others = pairs.filter((__, k) => k !== left);
    return p99(...others.map((one) => one.with)) / p99(...others.map((one) => one.without));
  });
}

function resultsOf(pairs: readonly Pair[], meter: IngestMeter): BenchResult[] {
  const figures = (metric: string, unit: string, of: (pair: Pair) => number): BenchResult =>
    resultOf(metric, unit, pairs, of);
  const readerMicros = ({ cpuSeconds, trades }: IngestSample): number =>
    ((cpuSeconds.get('reader') ?? 0) / trades) * 1e6;
  const coreMicros = ({ cpuSeconds, trades }: IngestSample): number =>
    ((cpuSeconds.get('core') ?? 0) / trades) * 1e6;
  return [
    result('acknowledgementP99RatioWithQueries', '1', jackknife(pairs)),
    figures('acknowledgementP99RatioOfPairs', '1', (one) => p99(one.with) / p99(one.without)),
    latencyResult(
      'acknowledgementMsWithout',
      'ms',
      pairs.map((one) => one.without.latenciesMs),
    ),
    latencyResult(
      'acknowledgementMsWith',
      'ms',
      pairs.map((one) => one.with.latenciesMs),
    ),
    figures('tradesPerSecondWithout', '1/s', ({ without }) => without.trades / without.seconds),
    figures('tradesPerSecondWith', '1/s', (one) => one.with.trades / one.with.seconds),
    latencyResult(
      'queryMs',
      'ms',
      pairs.map(({ asked }) => allLatenciesMs(asked)),
    ),
    ...kindResults(pairs),
    figures('queriesPerSecond', '1/s', ({ asked }) => asked.asked / asked.seconds),
    figures('queryErrors', '1', ({ asked }) => errorCount(asked)),
    figures('passesOverAllAccounts', '1', ({ asked }) => asked.passes),
    figures('queryClientBusy', 'cores', ({ asked }) => asked.cpuSeconds / asked.seconds),
    figures('coreCpuMicrosecondsPerTradeWithout', 'µs', ({ without }) => coreMicros(without)),
    figures('readerCpuMicrosecondsPerTradeWithout', 'µs', ({ without }) => readerMicros(without)),
    ...meter.threadResults(pairs.map((one) => one.with)),
  ];
}

/** The latency of each kind of query; every kind is asked in every pair. */
function kindResults(pairs: readonly Pair[]): BenchResult[] {
  const kinds = Object.keys(pairs[0]?.asked.latenciesMs ?? {}) as QueryKind[];
  return kinds.sort().map((kind) =>
    latencyResult(
      `${kind}QueryMs`,
      'ms',
      pairs.map(({ asked }) => asked.latenciesMs[kind] ?? []),
    ),
  );
}
