/**
 * What this machine can do in plain Node: the figures that every other benchmark is divided by.
 * Files go to a new directory under `--set dir=D` (default: the system's temporary directory),
 * which should be on the disk that a log would be on.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import {
  rowUpdatesPerSecond,
  scenarioDotMicroseconds,
  sha256MegabytesPerSecond,
} from './floor-compute.js';
import { fdatasyncMicroseconds, groupCommitsPerSecond, megabytesPerSecond } from './floor-disk.js';
import { wakeLatenessMs } from './floor-wake.js';
import { bareIngest } from './floor-ingest.js';
import { MIN_REPEATS, repeat } from './measure.js';
import { latencyResult, machine, numberParam, result } from './report.js';
import type { BenchParams, BenchReport } from './report.js';

const RECORD_BYTES = 256;
const GROUP_RECORDS = 1024;

export async function run(params: BenchParams): Promise<BenchReport> {
  const repeats = numberParam(params, 'repeats', MIN_REPEATS);
  const records = numberParam(params, 'records', 1_000_000);
  const base = String(params['dir'] ?? os.tmpdir());
  const directory = mkdtempSync(path.join(base, 'novate-floor-'));
  try {
    const group = RECORD_BYTES * GROUP_RECORDS;
    const commits = await repeat(repeats, 1, () => groupCommitsPerSecond(directory, group));
    const ingest = await repeat(repeats, 1, () => bareIngest(directory, records));
    const syncs = await repeat(repeats, 1, () => fdatasyncMicroseconds(directory));
    const sequential = await repeat(repeats, 1, () => megabytesPerSecond(directory));
    const sha256 = await repeat(repeats, 1, sha256MegabytesPerSecond);
    const updates = await repeat(repeats, 1, rowUpdatesPerSecond);
    const lateness = await repeat(repeats, 1, wakeLatenessMs);
    const dot = await repeat(repeats, 1, scenarioDotMicroseconds);
    const perSecond = syncs.map((spent) => 1e6 / mean(spent));
    const frames = ingest.map(({ recordsPerFrame }) => recordsPerFrame);
    const rates = ingest.map(({ recordsPerSecond }) => recordsPerSecond);
    return {
      name: 'floor',
      params: {
        dir: base,
        repeats,
        records,
        recordBytes: RECORD_BYTES,
        groupRecords: GROUP_RECORDS,
      },
      machine: machine(directory),
      results: [
        result(
          'durableRecordsPerSecond',
          '1/s',
          commits.map((x) => x * GROUP_RECORDS),
        ),
        result('bareIngestRecordsPerSecond', '1/s', rates),
        result('bareIngestRecordsPerFrame', '1', frames),
        result('fdatasyncPerSecond', '1/s', perSecond),
        latencyResult('fdatasyncMicroseconds', 'µs', syncs),
        result('sequentialDurableMegabytesPerSecond', 'MB/s', sequential),
        result('sha256MegabytesPerSecond', 'MB/s', sha256),
        result('rowUpdatesPerSecond', '1/s', updates),
        latencyResult('wakeLatenessMs', 'ms', lateness),
        result('scenarioDotMicroseconds', 'µs', dot),
      ],
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, x) => sum + x, 0) / numbers.length;
}
