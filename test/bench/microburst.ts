/**
 * `microburst`: trades at a steady rate, and again and again for 200 ms as many as the node takes, together
 * with a price storm on all instruments: how long the backlog takes to drain, that back pressure
 * holds it, and that every trade is acknowledged exactly once, in order, and is in the log so. Then, on
 * new nodes, a gap in all prices that breaches one account in ten.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { breachGap, type GapSample } from './breach-gap.js';
import type { BurstSample, PublisherDone } from './ingest-messages.js';
import { IngestRun } from './ingest-run.js';
import { verifyIngestLog } from './ingest-verification.js';
import { MIN_REPEATS } from './measure.js';
import {
  type BenchParams,
  type BenchReport,
  type BenchResult,
  latencyResult,
  machine,
  numberParams,
  result,
  resultOf,
} from './report.js';

const DEFAULTS = {
  accounts: 100_000,
  ring: 1_048_000,
  batch: 500,
  tradesPerSecond: 100_000,
  bursts: 10,
  everyMs: 2_000,
  burstMs: 200,
  /** Prices of each instrument in one storm. */
  stormRounds: 10,
  pricesPerSecond: 200,
  stepPpm: 800,
  snapshotEvery: 1_000_000,
  breaching: 10_000,
  gapPpm: 20_000,
  gapTradesPerSecond: 50_000,
  gapQuietMs: 1_000,
  gapRepeats: MIN_REPEATS,
};
type Numbers = typeof DEFAULTS;

/** The bursts of one node, and what its log holds of them. */
interface BurstRun {
  readonly done: PublisherDone;
  readonly sent: number;
  readonly storms: number;
  readonly residentMegabytes: number;
  readonly verified: BenchResult;
}

export async function run(params: BenchParams): Promise<BenchReport> {
  const numbers = numberParams(params, DEFAULTS);
  const base = String(params['dir'] ?? os.tmpdir());
  const directory = mkdtempSync(path.join(base, 'novate-microburst-'));
  try {
    const bursts = await runBursts(path.join(directory, 'bursts'), numbers);
    const gaps: GapSample[] = [];
    for (let k = 0; k < numbers.gapRepeats; k++) {
      const dataDir = path.join(directory, `gap-${String(k)}`);
      const { gapTradesPerSecond: tradesPerSecond, gapQuietMs: quietMs } = numbers;
      gaps.push(await breachGap({ ...numbers, dataDir, tradesPerSecond, quietMs }));
    }
    return {
      name: 'microburst',
      params: { dir: base, ...numbers },
      machine: machine(directory),
      results: [...burstResults(bursts), ...gapResults(gaps)],
      baseline: { gapLastCommandMsTarget: 3_000 },
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function runBursts(dataDir: string, numbers: Numbers): Promise<BurstRun> {
  const { batch, tradesPerSecond: perSecond, bursts, everyMs, burstMs, stormRounds } = numbers;
  const ingest = await IngestRun.start({ dataDir, time: 'machine', ...numbers });
  const warm = Math.ceil((perSecond * everyMs) / 1000 / batch) * batch;
  const before = await ingest.perform({ kind: 'rate', batch, trades: warm, perSecond });
  let storms = 0;
  let residentMegabytes = 0;
  ingest.onBurst = () => {
    storms += 1;
    ingest.market.storm(stormRounds);
  };
  const timer = setInterval(() => {
    residentMegabytes = Math.max(residentMegabytes, ingest.node.residentBytes() / 1e6);
  }, burstMs / 2);
  const order = { kind: 'bursts', batch, perSecond, bursts, everyMs, burstMs } as const;
  const done = await ingest.perform(order);
  clearInterval(timer);
  await ingest.stop();
  const sent = done.lastSequence - before.lastSequence;
  const verified = await verifyIngestLog(dataDir, {
    publisher: ingest.venuePublisher,
    lastSequence: done.lastSequence,
  });
  rmSync(dataDir, { recursive: true });
  return { done, sent, storms, residentMegabytes, verified };
}

function burstResults(run: BurstRun): BenchResult[] {
  const { done, sent, storms } = run;
  const figures = (metric: string, unit: string, of: (burst: BurstSample) => number): BenchResult =>
    resultOf(metric, unit, done.bursts, of);
  const one = (metric: string, unit: string, value: number): BenchResult =>
    result(metric, unit, [value]);
  const acknowledged = done.latenciesMs.length;
  return [
    figures('burstDrainMs', 'ms', ({ drainMs }) => drainMs),
    figures('burstTrades', '1', ({ trades }) => trades),
    figures('burstBacklogTrades', '1', ({ backlogTrades }) => backlogTrades),
    figures('burstInFlightTradesMax', '1', ({ inFlightTradesMax }) => inFlightTradesMax),
    figures('burstSocketBlockedMs', 'ms', ({ blockedMs }) => blockedMs),
    latencyResult('acknowledgementMs', 'ms', [done.latenciesMs]),
    one('tradesPerSecond', '1/s', sent / done.seconds),
    one('tradesSent', '1', sent),
    one('batchesAcknowledgedInOrder', '1', acknowledged),
    one('priceStorms', '1', storms),
    one('nodeResidentMegabytesMax', 'MB', run.residentMegabytes),
    // Throws unless each number of the venue's session is in the log once, in order, up to the last.
    run.verified,
  ];
}

function gapResults(gaps: readonly GapSample[]): BenchResult[] {
  const figures = (metric: string, unit: string, of: (gap: GapSample) => number): BenchResult =>
    resultOf(metric, unit, gaps, of);
  return [
    figures('gapAccountsLiquidated', '1', ({ accounts }) => accounts),
    figures('gapFirstCommandMs', 'ms', ({ firstMs }) => firstMs),
    figures('gapHalfOfCommandsMs', 'ms', ({ halfMs }) => halfMs),
    figures('gapLastCommandMs', 'ms', ({ lastMs }) => lastMs),
    figures('gapLargestFrameBytes', 'B', ({ largestFrameBytes }) => largestFrameBytes),
    figures('gapLargestFrameRecords', '1', ({ largestFrameRecords }) => largestFrameRecords),
    figures('gapFrames', '1', ({ framesOfGap }) => framesOfGap),
  ];
}
