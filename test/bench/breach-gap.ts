import { rmSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import type { EventLog, FrameDraft } from '#libs/event-log';
import { FileEventLog } from '#libs/event-log-file';
import { CommandWatch } from './command-watch.js';
import { IngestRun } from './ingest-run.js';
import { quantile } from './report.js';

export interface GapSetting {
  readonly dataDir: string;
  readonly accounts: number;
  readonly ring: number;
  /** Accounts that the gap is to breach. */
  readonly breaching: number;
  readonly gapPpm: number;
  readonly batch: number;
  /** Trades meanwhile. */
  readonly tradesPerSecond: number;
  /** Trades so long before the gap; and no order for so long after it is the end. */
  readonly quietMs: number;
}

export interface GapSample {
  /** Accounts with at least one liquidation order; each order left the node durable. */
  readonly accounts: number;
  readonly firstMs: number;
  /** Until half of the accounts, and the last of them, had their first order. */
  readonly halfMs: number;
  readonly lastMs: number;
  readonly largestFrameBytes: number;
  readonly largestFrameRecords: number;
  readonly framesOfGap: number;
}

/** Half of those near a breach are long, or a little less; some are left over for that. */
const NEAR_PER_BREACH = 2.05;
const WAIT_MS_MAX = 60_000;
const POLL_MS = 20;
/** Prices that keep markets from going stale without moving them. */
const CALM = { pricesPerSecond: 200, stepPpm: 1 } as const;

/**
 * All prices fall at once, so far that whoever is near a breach and long breaches: of a population in
 * which a little more than twice `breaching` accounts are within 1 % of one, half of them long. Gives when their
 * liquidation orders came, from the moment the prices were handed to the socket.
 */
export async function breachGap(setting: GapSetting): Promise<GapSample> {
  const { dataDir, accounts, ring, breaching, gapPpm, batch, tradesPerSecond, quietMs } = setting;
  const watch = new CommandWatch();
  const tightPpm = Math.round((NEAR_PER_BREACH * breaching * 1e6) / accounts);
  const node = { dataDir, time: 'machine', snapshotEvery: 100_000_000, accounts, ring } as const;
  const ingest = await IngestRun.start({ ...node, ...CALM, tightPpm, observer: watch });
  const perSecond = tradesPerSecond;
  const trades = Math.ceil((perSecond * 2 * quietMs) / 1000 / batch) * batch;
  const traded = ingest.perform({ kind: 'rate', batch, trades, perSecond });
  await wait(quietMs);
  await ingest.market.pause();
  const { sequence } = await ingest.node.statistics();
  watch.take();
  const startMs = performance.now();
  ingest.market.fall(gapPpm);
  const arrivals = await firstCommands(watch, quietMs);
  await traded;
  await ingest.stop();
  const frames = await largestFrame(dataDir, sequence, arrivals.lastSequence);
  rmSync(dataDir, { recursive: true });
  const ascending = Float64Array.from(arrivals.atMs, (ms) => ms - startMs).sort();
  const [firstMs, halfMs, lastMs] = [0, 0.5, 1].map((q) => quantile(ascending, q)) as [
    number,
    number,
    number,
  ];
  return { accounts: ascending.length, firstMs, halfMs, lastMs, ...frames };
}

export interface Arrivals {
  /** Of the first order of each account. */
  readonly atMs: readonly number[];
  readonly lastSequence: number;
}

/** The first order of each account, until so many have one or none has come for a while. */
export async function firstCommands(
  watch: CommandWatch,
  quietMs: number,
  accounts = Infinity,
): Promise<Arrivals> {
  const first = new Map<number, number>();
  let lastSequence = 0;
  const startMs = performance.now();
  let latestMs = startMs;
  while (performance.now() - latestMs < quietMs || first.size === 0) {
    if (first.size >= accounts || performance.now() - startMs > WAIT_MS_MAX) break;
    await wait(POLL_MS);
    for (const { account, atMs, sequence } of watch.take()) {
      if (first.has(account)) continue;
      first.set(account, atMs);
      lastSequence = Math.max(lastSequence, sequence);
      latestMs = atMs;
    }
  }
  if (first.size === 0) throw new RangeError('the gap breached nobody: --set gapPpm higher');
  return { atMs: [...first.values()], lastSequence };
}

type Frames = Pick<GapSample, 'largestFrameBytes' | 'largestFrameRecords' | 'framesOfGap'>;

/** The largest frame of a span of the log, by bytes of its records and by their number. */
export async function largestFrame(directory: string, from: number, to: number): Promise<Frames> {
  const log: EventLog = await FileEventLog.open({ directory, readOnly: true });
  let [largestFrameBytes, largestFrameRecords, framesOfGap] = [0, 0, 0];
  for await (const { firstSequence, count, records } of log.read(
    from,
  ) as AsyncIterable<FrameDraft>) {
    if (firstSequence > to) break;
    largestFrameBytes = Math.max(largestFrameBytes, records.length);
    largestFrameRecords = Math.max(largestFrameRecords, count);
    framesOfGap += 1;
  }
  await log.close();
  return { largestFrameBytes, largestFrameRecords, framesOfGap };
}
