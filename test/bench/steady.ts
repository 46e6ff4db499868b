/**
 * `steady`: an hour at 50,000 trades a second, then 5 minutes at half of the maximum, each on a node of its
 * own with snapshots, rolling segments, API queries and subscribers; then the log is verified. Says
 * by minute how long acknowledgements took, and how the resident memory grew. Ends with 1 when a
 * bound does not hold: `p99MsMax` in any minute after the warm-up, `growthMbMax` over a phase.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { IngestSample } from './ingest-meter.js';
import { errorCount, allLatenciesMs } from './query-process.js';
import {
  type BenchParams,
  type BenchReport,
  type BenchResult,
  latencyResult,
  machine,
  numberParams,
  quantile,
  result,
  resultOf,
} from './report.js';
import { checkDisk, diskBytes, slopePerSecond } from './steady-bounds.js';
import { type PhaseSample, runPhase } from './steady-phase.js';

const DEFAULTS = {
  accounts: 100_000,
  ring: 1_048_000,
  batch: 100,
  trades: 2_000_000,
  seconds: 3_600,
  tradesPerSecond: 50_000,
  halfSeconds: 300,
  /** No half of any machine's maximum so far; for the check of the disk. */
  halfTradesPerSecondMax: 400_000,
  minuteSeconds: 60,
  warmUpMinutes: 1,
  residentEverySeconds: 5,
  queriesPerSecond: 100,
  subscribers: 10,
  pricesPerSecond: 200,
  stepPpm: 800,
  snapshotEvery: 5_000_000,
  diskGb: 25,
  p99MsMax: 100,
  growthMbMax: 200,
};
type Numbers = typeof DEFAULTS;
/** Runs that measure the maximum of the second phase. */
const MAXIMUM_RUNS = 4;

export async function run(params: BenchParams): Promise<BenchReport> {
  const numbers = numberParams(params, DEFAULTS);
  const base = String(params['dir'] ?? os.tmpdir());
  const directory = mkdtempSync(path.join(base, 'novate-steady-'));
  try {
    const { seconds, tradesPerSecond, halfSeconds, halfTradesPerSecondMax, trades } = numbers;
    const half = halfSeconds * halfTradesPerSecondMax + MAXIMUM_RUNS * trades;
    const most = Math.max(seconds * tradesPerSecond, half);
    const bytes = diskBytes(most, numbers.accounts);
    process.stderr.write(`steady: up to ${(bytes / 1e9).toFixed(1)} GB in ${directory}\n`);
    checkDisk(directory, bytes, numbers.diskGb);
    const hour = await phase(directory, numbers, seconds, tradesPerSecond);
    const short = await phase(directory, numbers, halfSeconds, undefined);
    return {
      name: 'steady',
      params: { dir: base, ...numbers },
      machine: machine(directory),
      results: [...resultsOf('', hour, numbers), ...resultsOf('AtHalf', short, numbers)],
      breaches: [
        ...breachesOf('the hour', hour, numbers),
        ...breachesOf('half of the maximum', short, numbers),
      ],
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function phase(
  directory: string,
  numbers: Numbers,
  seconds: number,
  perSecond: number | undefined,
): Promise<PhaseSample> {
  const dataDir = path.join(directory, perSecond === undefined ? 'half' : 'hour');
  return runPhase({ dataDir, time: 'machine', ...numbers }, { ...numbers, seconds, perSecond });
}

const p99 = ({ latenciesMs }: IngestSample): number =>
  quantile(Float64Array.from(latenciesMs).sort(), 0.99);

/** The minutes that count: those after the warm-up, if there are any. */
function counted<T>(minutes: readonly T[], { warmUpMinutes }: Numbers): readonly T[] {
  return minutes.length > warmUpMinutes ? minutes.slice(warmUpMinutes) : minutes;
}

/** Megabytes by which the straight line through the resident memory rises after the warm-up. */
function growthMegabytes({ resident }: PhaseSample, numbers: Numbers): number {
  const last = resident.at(-1)?.seconds ?? 0;
  const warm = numbers.warmUpMinutes * numbers.minuteSeconds;
  const from = warm < last / 2 ? warm : 0;
  const after = resident.filter(({ seconds }) => seconds >= from);
  return slopePerSecond(after) * (last - from);
}

function resultsOf(suffix: string, sample: PhaseSample, numbers: Numbers): BenchResult[] {
  const { minutes, resident, asked, seen, verified } = sample;
  const growth = growthMegabytes(sample, numbers);
  const one = (metric: string, unit: string, value: number): BenchResult =>
    result(`${metric}${suffix}`, unit, [value]);
  const trades = minutes.reduce((sum, minute) => sum + minute.trades, 0);
  return [
    // Percentiles over every batch; one sample a minute.
    latencyResult(
      `acknowledgementMs${suffix}`,
      'ms',
      minutes.map(({ latenciesMs }) => latenciesMs),
    ),
    resultOf(`acknowledgementP99MsByMinute${suffix}`, 'ms', minutes, p99),
    resultOf(`tradesPerSecondByMinute${suffix}`, '1/s', minutes, (m) => m.trades / m.seconds),
    one('offeredTradesPerSecond', '1/s', sample.perSecond),
    one('trades', '1', trades),
    resultOf(`residentMegabytes${suffix}`, 'MB', resident, ({ value }) => value),
    one('residentGrowthMegabytes', 'MB', growth),
    one('residentGrowthMegabytesPerHour', 'MB/h', slopePerHour(growth, sample, numbers)),
    one('logGigabytes', 'GB', sample.logBytes / 1e9),
    one('segments', '1', sample.segments),
    one('snapshotsKept', '1', sample.snapshots),
    latencyResult(`queryMs${suffix}`, 'ms', [allLatenciesMs(asked)]),
    one('queriesPerSecond', '1/s', asked.asked / asked.seconds),
    one('queryErrors', '1', errorCount(asked)),
    one('streamMessages', '1', seen.messages),
    one('droppedConnections', '1', seen.dropped),
    one('verifiedEvents', '1', verified.events),
    one('verifiedEventsPerSecond', '1/s', verified.events / verified.seconds),
    one('verified', '1', verified.ok ? 1 : 0),
  ];
}

function slopePerHour(growth: number, { resident }: PhaseSample, numbers: Numbers): number {
  const last = resident.at(-1)?.seconds ?? 0;
  const warm = numbers.warmUpMinutes * numbers.minuteSeconds;
  return (growth / (last - (warm < last / 2 ? warm : 0))) * 3_600;
}

function breachesOf(which: string, sample: PhaseSample, numbers: Numbers): string[] {
  const worst = Math.max(...counted(sample.minutes, numbers).map(p99));
  const growth = growthMegabytes(sample, numbers);
  const errors = errorCount(sample.asked);
  const checks: readonly (readonly [boolean, string])[] = [
    [worst <= numbers.p99MsMax, `a minute's p99 is ${worst.toFixed(1)} ms, above p99MsMax`],
    [growth <= numbers.growthMbMax, `memory grew by ${growth.toFixed(0)} MB, above growthMbMax`],
    [sample.verified.ok, 'novate verify found a difference'],
    [errors === 0, `${String(errors)} queries failed`],
    [sample.seen.dropped === 0, `${String(sample.seen.dropped)} subscribers were dropped`],
  ];
  return checks.filter(([holds]) => !holds).map(([, what]) => `${which}: ${what}`);
}
