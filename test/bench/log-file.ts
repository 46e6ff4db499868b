/**
 * `log-file`: the embedded engine alone. Frames of three sizes appended one after another, each
 * durable before the next, then read back with every hash checked.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Durability } from '#libs/event-log';
import { FileEventLog } from '#libs/event-log-file';
import { MIN_REPEATS, repeat } from './measure.js';
import { machine, numberParam, result } from './report.js';
import type { BenchParams, BenchReport, BenchResult } from './report.js';

const SIZES = [
  { suffix: '', bytes: 128 * 1024 },
  { suffix: '4KiB', bytes: 4 * 1024 },
  { suffix: '1MiB', bytes: 1024 * 1024 },
] as const;

interface Pass {
  readonly appendSeconds: number;
  readonly readSeconds: number;
  readonly durability: Durability;
}

export async function run(params: BenchParams): Promise<BenchReport> {
  const repeats = numberParam(params, 'repeats', MIN_REPEATS);
  const frames = numberParam(params, 'frames', 500);
  const base = String(params['dir'] ?? os.tmpdir());
  const directory = mkdtempSync(path.join(base, 'novate-log-'));
  try {
    const results: BenchResult[] = [];
    let durability: Durability | undefined;
    for (const { suffix, bytes } of SIZES) {
      const passes = await repeat(repeats, 1, () => pass(directory, frames, bytes));
      durability = passes[0]?.durability;
      results.push(...resultsOf(passes, frames, bytes, suffix));
    }
    const used = { dir: base, repeats, frames, durability: durability ?? 'unknown' };
    return { name: 'log-file', params: used, machine: machine(directory), results };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function resultsOf(
  passes: readonly Pass[],
  frames: number,
  bytes: number,
  suffix: string,
): BenchResult[] {
  const appended = passes.map(({ appendSeconds }) => frames / appendSeconds);
  const read = passes.map(({ readSeconds }) => frames / readSeconds);
  const megabytes = (rates: readonly number[]): number[] => rates.map((x) => (x * bytes) / 1e6);
  return [
    result(`framesPerSecond${suffix}`, '1/s', appended),
    result(`appendedMegabytesPerSecond${suffix}`, 'MB/s', megabytes(appended)),
    result(`framesReadPerSecond${suffix}`, '1/s', read),
    result(`readMegabytesPerSecond${suffix}`, 'MB/s', megabytes(read)),
  ];
}

/** Appends `frames` frames to a new log, then reads them. */
async function pass(base: string, frames: number, bytes: number): Promise<Pass> {
  const directory = mkdtempSync(path.join(base, 'log-'));
  const log = await FileEventLog.open({ directory });
  const { epoch } = await log.claim();
  const records = new Uint8Array(bytes).map((_, k) => (k * 31) % 251);
  const startMs = performance.now();
  for (let sequence = 1; sequence <= frames; sequence += 1) {
    const draft = { epoch, firstSequence: sequence, count: 1, frameTimeUs: sequence, records };
    const outcome = await log.append(draft, sequence - 1);
    if (outcome.kind !== 'committed') throw new Error(`an append was ${outcome.kind}`);
  }
  const appendSeconds = (performance.now() - startMs) / 1000;
  const { durability } = log;
  await log.close();
  const readSeconds = await readAll(directory, frames);
  rmSync(directory, { recursive: true });
  return { appendSeconds, readSeconds, durability };
}

async function readAll(directory: string, frames: number): Promise<number> {
  const log = await FileEventLog.open({ directory, readOnly: true });
  const startMs = performance.now();
  let count = 0;
  for await (const frame of log.read(1)) count += frame.count;
  const seconds = (performance.now() - startMs) / 1000;
  if (count !== frames) throw new Error(`${String(count)} of ${String(frames)} frames were read`);
  await log.close();
  return seconds;
}
