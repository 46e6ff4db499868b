/**
 * `replay`: verifying, folding and reading a log of the ingest mix, writing a snapshot, seeking, and
 * recovery of a killed node. `--set events=10000000` for the full log.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { HouseState } from '#libs/clearing-house';
import { FileEventLog } from '#libs/event-log-file';
import type { Frame } from '#libs/event-log';
import { foldFrame, recover, Verification } from '#libs/replay';
import { MIN_REPEATS, repeat, Xorshift32 } from './measure.js';
import { logBytes } from './node-under-test.js';
import { makeMixLog, type MixLog } from './mix-log.js';
import { recoverySeconds } from './replay-recovery.js';
import { machine, numberParam, result } from './report.js';
import type { BenchParams, BenchReport, BenchResult } from './report.js';

const DEFAULTS = {
  events: 2_000_000,
  accounts: 100_000,
  ring: 1_000_000,
  tail: 500_000,
  snapshotEvery: 1_000_000,
  seeks: 9,
  repeats: MIN_REPEATS,
};
type Numbers = Record<keyof typeof DEFAULTS, number>;

export async function run(params: BenchParams): Promise<BenchReport> {
  const numbers = { ...DEFAULTS };
  for (const key of Object.keys(DEFAULTS) as (keyof Numbers)[]) {
    numbers[key] = numberParam(params, key, DEFAULTS[key]);
  }
  const base = String(params['dir'] ?? os.tmpdir());
  const directory = mkdtempSync(path.join(base, 'novate-replay-'));
  try {
    const { repeats, ...setting } = numbers;
    const made = await makeMixLog({ directory, ...setting, snapshotRepeats: repeats });
    process.stderr.write(`replay: ${JSON.stringify({ ...made, snapshotMs: undefined })}\n`);
    return {
      name: 'replay',
      params: { dir: base, ...numbers },
      machine: machine(directory),
      results: await measure(directory, numbers, made),
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

async function measure(directory: string, numbers: Numbers, made: MixLog): Promise<BenchResult[]> {
  const { repeats, seeks } = numbers;
  const rate = (seconds: number[], amount: number): number[] => seconds.map((s) => amount / s);
  const verified = await repeat(repeats, 1, () => verify(directory));
  const folded = await repeat(repeats, 1, () => fold(directory));
  const read = await repeat(repeats, 1, () => eachFrame(directory, () => undefined));
  const random = new Xorshift32(3);
  const sought = await repeat(seeks, 1, () => seek(directory, 1 + random.below(made.events)));
  const bytes = logBytes(directory);
  const recovered = await repeat(repeats, 1, () => recoverySeconds(directory));
  return [
    result('verifiedEventsPerSecond', '1/s', rate(verified, made.events)),
    result('foldedEventsPerSecond', '1/s', rate(folded, made.events)),
    result('readAndHashedEventsPerSecond', '1/s', rate(read, made.events)),
    result('readAndHashedMegabytesPerSecond', 'MB/s', rate(read, bytes / 1e6)),
    result('snapshotWriteMs', 'ms', made.snapshotMs),
    result('seekMs', 'ms', sought),
    result('recoverySecondsExecToFirstAck', 's', recovered),
    result('logMegabytes', 'MB', [bytes / 1e6]),
    result('liquidationsInLog', '1', [made.liquidations]),
  ];
}

/** Seconds to hand every frame of the log to `visit`. */
async function eachFrame(directory: string, visit: (frame: Frame) => void): Promise<number> {
  globalThis.gc?.();
  const log = await FileEventLog.open({ directory, readOnly: true });
  const startMs = performance.now();
  for await (const frame of log.read(1)) visit(frame);
  const spentMs = performance.now() - startMs;
  await log.close();
  return spentMs / 1000;
}

function verify(directory: string): Promise<number> {
  const verification = new Verification();
  return eachFrame(directory, (frame) => {
    const difference = verification.check(frame);
    if (difference !== undefined) throw new Error(JSON.stringify(difference));
  });
}

function fold(directory: string): Promise<number> {
  const state = new HouseState();
  state.timers.isActive = false;
  return eachFrame(directory, (frame) => foldFrame(state, frame));
}

/** Milliseconds to the state after one event, from nothing but the log's directory. */
async function seek(directory: string, sequence: number): Promise<number> {
  const startMs = performance.now();
  const log = await FileEventLog.open({ directory, readOnly: true });
  const { state } = await recover(log, directory, { sequence });
  await log.close();
  if (state.clock.sequence !== sequence) throw new Error(`at ${String(state.clock.sequence)}`);
  return performance.now() - startMs;
}
