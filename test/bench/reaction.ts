/**
 * `reaction`: from the moment a price is handed to the feed's socket until the executor has the durable
 * liquidation order that it caused, off the stream of decisions, while trades come at a steady rate.
 * Both ends are in one process and on one clock. `--set optionAccounts=1000` adds accounts with options
 * under scenarios, whose orders are counted apart.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Command, CommandWatch } from './command-watch.js';
import { IngestMeter, type IngestSample } from './ingest-meter.js';
import { IngestRun } from './ingest-run.js';
import { repeat, MIN_REPEATS } from './measure.js';
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

const DEFAULTS = {
  accounts: 100_000,
  ring: 1_048_000,
  batch: 100,
  tradesPerSecond: 50_000,
  rateSeconds: 10,
  pricesPerSecond: 200,
  stepPpm: 800,
  tightPpm: 20_000,
  optionAccounts: 0,
  optionPricesPerSecond: 200,
  snapshotEvery: 1_000_000,
  repeats: MIN_REPEATS,
};
/** The executor's stream is independent of the feed's acknowledgements: both get so long to arrive. */
const SETTLE_MS = 200;

interface Sample {
  readonly latenciesMs: readonly number[];
  /** Of orders of option accounts. */
  readonly optionLatenciesMs: readonly number[];
  /** Orders that followed from no price: a fill, a trade, a deadline. */
  readonly otherCommands: number;
  readonly load: IngestSample;
}

export async function run(params: BenchParams): Promise<BenchReport> {
  const numbers = numberParams(params, DEFAULTS);
  const base = String(params['dir'] ?? os.tmpdir());
  const directory = mkdtempSync(path.join(base, 'novate-reaction-'));
  try {
    const watch = new CommandWatch();
    const setting = { dataDir: path.join(directory, 'log'), time: 'machine' as const, ...numbers };
    const ingest = await IngestRun.start({ ...setting, observer: watch });
    const meter = new IngestMeter(ingest);
    const isOption = (account: number): boolean => ingest.options?.holds(account) ?? false;
    const samples = await repeat(numbers.repeats, 1, () => sample(watch, meter, numbers, isOption));
    await ingest.stop();
    return {
      name: 'reaction',
      params: { dir: base, ...numbers },
      machine: machine(directory),
      results: resultsOf(samples, meter),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function sample(
  watch: CommandWatch,
  meter: IngestMeter,
  { batch, tradesPerSecond: perSecond, rateSeconds, optionAccounts }: typeof DEFAULTS,
  isOption: (account: number) => boolean,
): Promise<Sample> {
  const trades = Math.ceil((perSecond * rateSeconds) / batch) * batch;
  watch.take();
  const load = await meter.run({ kind: 'rate', batch, trades, perSecond });
  const commands: Command[] = watch.take();
  await wait(SETTLE_MS);
  const priced = watch.priced(commands);
  const latencies = (of: boolean): number[] =>
    priced
      .filter(({ account }) => isOption(account) === of)
      .map(({ atMs, sentMs }) => atMs - sentMs);
  const [latenciesMs, optionLatenciesMs] = [latencies(false), latencies(true)];
  if (latenciesMs.length === 0 || (optionAccounts > 0 && optionLatenciesMs.length === 0))
    throw new RangeError('no price led to an order: --set rateSeconds or tightPpm higher');
  return {
    latenciesMs,
    optionLatenciesMs,
    otherCommands: commands.length - priced.length,
    load,
  };
}

function resultsOf(samples: readonly Sample[], meter: IngestMeter): BenchResult[] {
  const figures = (metric: string, unit: string, of: (one: Sample) => number): BenchResult =>
    resultOf(metric, unit, samples, of);
  const repeats = samples.map(({ latenciesMs }) => latenciesMs);
  const all = latencyResult('commandLatencyMs', 'ms', repeats);
  const p99s = repeats.map((one) => quantile(Float64Array.from(one).sort(), 0.99));
  const { p50, p99, p999 } = all;
  const ofOptions = samples.map(({ optionLatenciesMs }) => optionLatenciesMs);
  const hasOptions = ofOptions.some((one) => one.length > 0);
  return [
    { ...result('commandLatencyP99Ms', 'ms', p99s), p50, p99, p999 } as BenchResult,
    all,
    figures('commands', '1', ({ latenciesMs }) => latenciesMs.length),
    ...(hasOptions ? optionResults(ofOptions) : []),
    figures('commandsOfOtherCauses', '1', ({ otherCommands }) => otherCommands),
    latencyResult(
      'acknowledgementMs',
      'ms',
      samples.map(({ load }) => load.latenciesMs),
    ),
    figures('tradesPerSecond', '1/s', ({ load }) => load.trades / load.seconds),
    figures('pricesPerSecond', '1/s', ({ load }) => load.prices / load.seconds),
    figures('evaluationsPerPrice', '1', ({ load }) => load.evaluations / load.prices),
    ...meter.threadResults(samples.map(({ load }) => load)),
  ];
}

function optionResults(repeats: readonly (readonly number[])[]): BenchResult[] {
  const p99s = repeats.map((one) => quantile(Float64Array.from(one).sort(), 0.99));
  return [
    result('optionCommandLatencyP99Ms', 'ms', p99s),
    latencyResult('optionCommandLatencyMs', 'ms', repeats),
    result(
      'optionCommands',
      '1',
      repeats.map((one) => one.length),
    ),
  ];
}
