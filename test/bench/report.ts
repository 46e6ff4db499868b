import { statfsSync } from 'node:fs';
import os from 'node:os';

/** One figure. `value` is the median of `samples`, one sample a repeat; min and max are theirs. */
export interface BenchResult {
  readonly metric: string;
  readonly unit: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly samples: readonly number[];
  /** Percentiles of the single events that were timed, where a metric is a latency. */
  readonly p50?: number;
  readonly p99?: number;
  readonly p999?: number;
}

/** The machine a report was made on: a figure means nothing without it. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly os: string;
  readonly node: string;
  readonly v8: string;
  /** Runnable processes, averaged over the minute before: above `cores` the machine was shared. */
  readonly loadAverage: number;
  /** Type of the file system that durable figures were measured on. */
  readonly filesystem: string;
}

export type BenchParams = Readonly<Record<string, string | number>>;

/** What a benchmark gives back, and `npm run bench -- NAME --json` prints. */
export interface BenchReport {
  readonly name: string;
  readonly params: BenchParams;
  readonly machine: Machine;
  readonly results: readonly BenchResult[];
  /** Figures of the same run that the results are to be read against, by metric. */
  readonly baseline?: Readonly<Record<string, number>>;
  /** Bounds that did not hold, one sentence each; the command then ends with 1. */
  readonly breaches?: readonly string[];
}

/** A benchmark module: `params` are the `--set key=value` of the command line over its defaults. */
export interface Benchmark {
  run(params: BenchParams): Promise<BenchReport>;
}

/** The q-quantile (0..1) by nearest rank of numbers in ascending order. */
export function quantile(ascending: ArrayLike<number>, q: number): number {
  const rank = Math.max(1, Math.ceil(ascending.length * q));
  const value = ascending[rank - 1];
  if (value === undefined) throw new Error('a quantile of no numbers');
  return value;
}

/** The result of repeated runs: the median, with minimum, maximum and all samples. */
export function result(metric: string, unit: string, samples: readonly number[]): BenchResult {
  const ascending = Float64Array.from(samples).sort();
  return {
    metric,
    unit,
    value: quantile(ascending, 0.5),
    min: quantile(ascending, 0),
    max: quantile(ascending, 1),
    samples,
  };
}

/** A latency: the samples are the medians of the repeats, the percentiles are over all events. */
export function latencyResult(
  metric: string,
  unit: string,
  repeats: readonly (readonly number[])[],
): BenchResult {
  const medians = repeats.map((events) => quantile(Float64Array.from(events).sort(), 0.5));
  const all = Float64Array.from(repeats.flat()).sort();
  const [p50, p99, p999] = [quantile(all, 0.5), quantile(all, 0.99), quantile(all, 0.999)];
  return { ...result(metric, unit, medians), p50, p99, p999 };
}

const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0xef53: 'ext2/3/4',
  0x58465342: 'xfs',
  0x9123683e: 'btrfs',
  0x01021994: 'tmpfs',
  0x794c7630: 'overlayfs',
};

/** Describes this machine and the file system of `directory`. */
export function machine(directory: string = os.tmpdir()): Machine {
  const type = statfsSync(directory).type;
  return {
    cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
    cores: os.cpus().length,
    memoryGiB: Math.round(os.totalmem() / 1024 ** 3),
    os: `${os.type()} ${os.release()} ${os.arch()}`,
    node: process.versions.node,
    v8: process.versions.v8,
    loadAverage: os.loadavg()[0] ?? 0,
    filesystem: FILE_SYSTEMS[type] ?? `0x${type.toString(16)}`,
  };
}

/** A figure of each of some samples. */
export function resultOf<Sample>(
  metric: string,
  unit: string,
  samples: readonly Sample[],
  figureOf: (sample: Sample) => number,
): BenchResult {
  return result(metric, unit, samples.map(figureOf));
}

/** The numeric parameters that a benchmark has, from the command line or by default. */
export function numberParams<Key extends string>(
  params: BenchParams,
  defaults: Readonly<Record<Key, number>>,
): Record<Key, number> {
  const numbers: Record<Key, number> = { ...defaults };
  for (const key of Object.keys(defaults) as Key[]) {
    numbers[key] = numberParam(params, key, defaults[key]);
  }
  return numbers;
}

/** A numeric parameter of the command line, or its default; 0 says "none" where the default does. */
export function numberParam(params: BenchParams, key: string, otherwise: number): number {
  const value = Number(params[key] ?? otherwise);
  const isNone = value === 0 && otherwise === 0;
  if (!isNone && !(value > 0 && value < Infinity)) {
    throw new RangeError(`--set ${key}: a number above 0`);
  }
  return value;
}
