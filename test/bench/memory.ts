/**
 * `memory`: resident bytes of the core house above an empty one, at a million accounts with four
 * positions each. Two houses a repeat, each in a process of its own: one without bands, so that what
 * bands take is the difference.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { MIN_REPEATS } from './measure.js';
import { type Footprint, type FootprintPlan, POSITIONS } from './memory-footprint.js';
import { type BenchParams, type BenchReport, type BenchResult } from './report.js';
import { machine, numberParam, result } from './report.js';

const FOOTPRINT = fileURLToPath(new URL('memory-footprint.js', import.meta.url));

interface Sample {
  readonly without: Footprint;
  readonly banded: Footprint;
}

export function run(params: BenchParams): Promise<BenchReport> {
  const accounts = numberParam(params, 'accounts', 1_000_000);
  const repeats = Math.max(MIN_REPEATS, numberParam(params, 'repeats', MIN_REPEATS));
  const samples: Sample[] = [];
  for (let seed = 1; seed <= repeats; seed += 1) {
    const without = measured({ accounts, seed, hasBands: false });
    samples.push({ without, banded: measured({ accounts, seed, hasBands: true }) });
  }
  const of = (metric: string, figure: (sample: Sample) => number): BenchResult =>
    result(metric, 'B', samples.map(figure));
  const positions = accounts * POSITIONS;
  const results = [
    of('bytesPerAccount', ({ without }) => without.funded / accounts),
    of('bytesPerPosition', ({ without }) => (without.complete - without.funded) / positions),
    of('bytesPerBandAndFactor', (sample) => bandBytes(sample) / positions),
    of('bytesOfAllPerAccount', ({ banded }) => banded.complete / accounts),
    of('heapBytesPerAccount', ({ without }) => without.heap / accounts),
  ];
  const used = { accounts, repeats };
  return Promise.resolve({ name: 'memory', params: used, machine: machine(), results });
}

function bandBytes({ without, banded }: Sample): number {
  return banded.complete - without.complete;
}

function measured(plan: FootprintPlan): Footprint {
  const answer = execFileSync(process.execPath, ['--expose-gc', FOOTPRINT, JSON.stringify(plan)], {
    encoding: 'utf8',
    maxBuffer: 1 << 20,
  });
  return JSON.parse(answer) as Footprint;
}
