/**
 * `portfolio-gap`: all prices fall at once, so far that 10,000 of 100,000 accounts under portfolio margin
 * (hedged books of perpetuals and options) breach: when the first and the last of their orders left the
 * node durable, the largest frame, and the memory that it took. The log of each run is verified.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Arrivals, firstCommands, largestFrame } from './breach-gap.js';
import { CommandWatch } from './command-watch.js';
import { verifyIngestLog } from './ingest-verification.js';
import { MIN_REPEATS } from './measure.js';
import { NodeUnderTest } from './node-under-test.js';
import { InputSession } from './ingest-session.js';
import { PortfolioDesk } from './portfolio-desk.js';
import { pricesAt } from './portfolio-market.js';
import { PortfolioPopulation } from './portfolio-population.js';
import {
  type BenchParams,
  type BenchReport,
  type BenchResult,
  machine,
  numberParams,
  quantile,
  resultOf,
} from './report.js';

const DEFAULTS = {
  accounts: 100_000,
  /** Accounts that the gap is to breach. */
  breaching: 10_000,
  gapPpm: 20_000,
  /** Before the gap; and no order for so long is the end, when not all that should have breached. */
  quietMs: 2_000,
  silenceMs: 20_000,
  snapshotEvery: 100_000_000,
  repeats: MIN_REPEATS,
};
type Numbers = typeof DEFAULTS;
const MEMORY_EVERY_MS = 50;

interface Sample {
  readonly accounts: number;
  readonly firstMs: number;
  readonly halfMs: number;
  readonly lastMs: number;
  readonly largestFrameBytes: number;
  readonly largestFrameRecords: number;
  readonly framesOfGap: number;
  readonly residentMbBefore: number;
  readonly residentMbMax: number;
  /** CPU of the core's thread from the gap to the last order: what the time would be on cores of its own. */
  readonly coreSeconds: number;
  readonly verifiedPerSecond: number;
}

export async function run(params: BenchParams): Promise<BenchReport> {
  const numbers = numberParams(params, DEFAULTS);
  const base = String(params['dir'] ?? os.tmpdir());
  const directory = mkdtempSync(path.join(base, 'novate-portfolio-gap-'));
  try {
    const samples: Sample[] = [];
    for (let k = 0; k < numbers.repeats; k += 1) {
      samples.push(await gap(path.join(directory, String(k)), numbers));
    }
    return {
      name: 'portfolio-gap',
      params: { dir: base, ...numbers },
      machine: machine(directory),
      results: resultsOf(samples),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function gap(dataDir: string, numbers: Numbers): Promise<Sample> {
  const { accounts, breaching, gapPpm, quietMs, silenceMs, snapshotEvery } = numbers;
  const watch = new CommandWatch();
  const node = new NodeUnderTest({ dataDir, time: 'machine', snapshotEvery });
  await node.ready();
  const population = new PortfolioPopulation(accounts, breaching, Math.floor(Date.now() * 1000));
  const operator = await InputSession.open(node.address, 'operator');
  for (const batch of population.inputs(operator.batches)) await operator.send(batch);
  await operator.settled();
  const desk = await PortfolioDesk.open(node.address, population, operator.headSequence + 1, watch);
  operator.close();
  const feed = await InputSession.open(node.address, 'feed');
  await wait(quietMs);
  const residentMbBefore = node.residentBytes() / 1e6;
  const memory = watchMemory(node);
  watch.take();
  const from = feed.headSequence;
  const cpuBefore = coreSeconds(node);
  const startMs = performance.now();
  const share = 1 - gapPpm / 1e6;
  for (const input of pricesAt(share, Math.floor(Date.now() * 1000))) feed.submit(input);
  await feed.flush();
  const arrivals = await firstCommands(watch, silenceMs, breaching);
  const coreCpu = coreSeconds(node) - cpuBefore;
  const residentMbMax = memory.stop();
  await feed.settled();
  await desk.close();
  feed.close();
  await node.stop();
  const frames = await largestFrame(dataDir, from, arrivals.lastSequence);
  // No venue's trades are in it: only the decisions are checked.
  const verified = await verifyIngestLog(dataDir, { publisher: 0, lastSequence: 0 });
  rmSync(dataDir, { recursive: true });
  const times = spanOf(arrivals, startMs);
  const held = { residentMbBefore, residentMbMax, coreSeconds: coreCpu };
  return { ...times, ...frames, ...held, verifiedPerSecond: verified.value };
}

function spanOf({ atMs }: Arrivals, startMs: number) {
  const ascending = Float64Array.from(atMs, (ms) => ms - startMs).sort();
  return {
    accounts: ascending.length,
    firstMs: quantile(ascending, 0),
    halfMs: quantile(ascending, 0.5),
    lastMs: quantile(ascending, 1),
  };
}

/** CPU seconds of the node's first thread, the core's, so far; 0 where there is no /proc. */
function coreSeconds(node: NodeUnderTest): number {
  return node.threads().find(({ id }) => id === node.pid)?.seconds ?? 0;
}

/** The most that the node held while it was watched, MB. */
function watchMemory(node: NodeUnderTest): { stop: () => number } {
  let most = 0;
  const look = (): void => {
    most = Math.max(most, node.residentBytes() / 1e6);
  };
  const timer = setInterval(look, MEMORY_EVERY_MS);
  return {
    stop: () => {
      clearInterval(timer);
      look();
      return most;
    },
  };
}

function resultsOf(samples: readonly Sample[]): BenchResult[] {
  const figures = (metric: string, unit: string, of: (sample: Sample) => number): BenchResult =>
    resultOf(metric, unit, samples, of);
  return [
    figures('lastCommandMs', 'ms', ({ lastMs }) => lastMs),
    figures('firstCommandMs', 'ms', ({ firstMs }) => firstMs),
    figures('halfOfCommandsMs', 'ms', ({ halfMs }) => halfMs),
    figures('coreThreadCpuSeconds', 's', ({ coreSeconds: seconds }) => seconds),
    figures('accountsLiquidated', '1', ({ accounts }) => accounts),
    figures('largestFrameBytes', 'B', ({ largestFrameBytes }) => largestFrameBytes),
    figures('largestFrameRecords', '1', ({ largestFrameRecords }) => largestFrameRecords),
    figures('framesOfGap', '1', ({ framesOfGap }) => framesOfGap),
    figures('residentMegabytesBefore', 'MB', ({ residentMbBefore }) => residentMbBefore),
    figures('residentMegabytesMax', 'MB', ({ residentMbMax }) => residentMbMax),
    // Every decision recomputed; throws at the first difference.
    figures('verifiedEventsPerSecondAtEnd', '1/s', ({ verifiedPerSecond }) => verifiedPerSecond),
  ];
}
