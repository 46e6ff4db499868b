/**
 * `ingest`: trades a second from a publisher in another process to durable acknowledgement, with
 * margin monitoring on and every thread of the node running. Files go to a new directory under
 * `--set dir=D`. `--set verify=1` recomputes the whole log at the end; `--set profile=DIR` writes
 * CPU profiles of the node's threads.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bareIngest } from './floor-ingest.js';
import { IngestRun } from './ingest-run.js';
import { type VenueEnd, verifyIngestLog } from './ingest-verification.js';
import { MIN_REPEATS, repeat } from './measure.js';
import { IngestMeter, type IngestSample } from './ingest-meter.js';
import {
  type BenchParams,
  type BenchReport,
  type BenchResult,
  latencyResult,
  machine,
  numberParams,
  result,
} from './report.js';

const DEFAULTS = {
  accounts: 100_000,
  ring: 1_048_000,
  trades: 2_000_000,
  trades100: 1_000_000,
  trades1: 100_000,
  rateSeconds: 3,
  pricesPerSecond: 200,
  stepPpm: 800,
  snapshotEvery: 1_000_000,
  bareRecords: 1_000_000,
  repeats: MIN_REPEATS,
};
type Numbers = Record<keyof typeof DEFAULTS, number>;

export async function run(params: BenchParams): Promise<BenchReport> {
  const numbers = numberParams(params, DEFAULTS);
  const base = String(params['dir'] ?? os.tmpdir());
  const verify = String(params['verify'] ?? '0');
  const profile = String(params['profile'] ?? 'none');
  const directory = mkdtempSync(path.join(base, 'novate-ingest-'));
  try {
    const bare = await repeat(numbers.repeats, 1, () => bareIngest(directory, numbers.bareRecords));
    const baseline = result(
      'bareIngestRecordsPerSecond',
      '1/s',
      bare.map(({ recordsPerSecond }) => recordsPerSecond),
    );
    const dataDir = path.join(directory, 'log');
    const { results, venue } = await measure(numbers, dataDir, profile, baseline.value);
    if (verify === '1') results.push(await verifyIngestLog(dataDir, venue));
    return {
      name: 'ingest',
      params: { dir: base, verify, profile, ...numbers },
      machine: machine(directory),
      results: [...results, baseline],
      baseline: { bareIngestRecordsPerSecond: baseline.value },
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function measure(
  numbers: Numbers,
  dataDir: string,
  profile: string,
  barePerSecond: number,
): Promise<{ readonly results: BenchResult[]; readonly venue: VenueEnd }> {
  const { accounts, ring, pricesPerSecond, stepPpm, snapshotEvery } = numbers;
  const ingest = await IngestRun.start({
    dataDir,
    time: 'machine',
    snapshotEvery,
    accounts,
    ring,
    pricesPerSecond,
    stepPpm,
    ...(profile === 'none' ? {} : { profileDir: profile }),
  });
  const meter = new IngestMeter(ingest);
  const rates = (batch: number, trades: number, inFlight: number): Promise<IngestSample[]> =>
    repeat(numbers.repeats, 1, () => meter.run({ kind: 'run', batch, trades, inFlight }));
  const large = await rates(4_000, numbers.trades, Math.min(200_000, ring / 4));
  const middle = await rates(100, numbers.trades100, Math.min(100_000, ring / 4));
  const single = await rates(1, numbers.trades1, 256);
  const half = result('', '', perSecond(large)).value / 2;
  const paced = await repeat(numbers.repeats, 1, () => {
    const trades = Math.ceil((half * numbers.rateSeconds) / 100) * 100;
    return meter.run({ kind: 'rate', batch: 100, trades, perSecond: half });
  });
  const refusals = meter.refusals();
  if (refusals !== '') process.stderr.write(`ingest: ${refusals}\n`);
  await ingest.stop();
  const results = [
    result('durableTradesPerSecond', '1/s', perSecond(large)),
    result('durableTradesPerSecondBatch100', '1/s', perSecond(middle)),
    result('durableTradesPerSecondSingle256InFlight', '1/s', perSecond(single)),
    ...latencyResults(paced),
    ...costResults(large, barePerSecond),
    figures('refusedTrades', '1', [...large, ...middle, ...single, ...paced], (one) => {
      return one.refusedTrades;
    }),
    ...meter.threadResults(large),
  ];
  const { lastSequence } = meter;
  return { results, venue: { publisher: ingest.venuePublisher, lastSequence } };
}

function latencyResults(paced: readonly IngestSample[]): BenchResult[] {
  const latencies = paced.map(({ latenciesMs }) => latenciesMs);
  const late = paced.map(({ sendLateMs }) => sendLateMs);
  return [
    latencyResult('acknowledgementMs', 'ms', latencies),
    latencyResult('sendLatenessMs', 'ms', late),
    result('acknowledgementOfferedTradesPerSecond', '1/s', perSecond(paced)),
  ];
}

/** What a trade costs, and what else the node did meanwhile. */
function costResults(samples: readonly IngestSample[], barePerSecond: number): BenchResult[] {
  return [
    figures('ratioToBareIngest', '1', samples, (one) => one.trades / one.seconds / barePerSecond),
    figures('bytesOnDiskPerTrade', 'B', samples, (one) => one.logBytes / one.trades),
    figures('evaluationsPerTrade', '1', samples, (one) => one.evaluations / one.trades),
    figures('pricesPerSecond', '1/s', samples, (one) => one.prices / one.seconds),
    figures('liquidationsPerSecond', '1/s', samples, (one) => one.liquidations / one.seconds),
    figures('nodeResidentMegabytes', 'MB', samples, (one) => one.residentBytes / 1e6),
  ];
}

function figures(
  metric: string,
  unit: string,
  samples: readonly IngestSample[],
  figureOf: (sample: IngestSample) => number,
): BenchResult {
  return result(metric, unit, samples.map(figureOf));
}

function perSecond(samples: readonly IngestSample[]): number[] {
  return samples.map(({ trades, seconds }) => trades / seconds);
}
