/**
 * `allocation`: heap bytes that the core allocates a trade, over a long run. What it does not
 * allocate, no collection has to find. `--set trades=10000000` for the full run.
 */
import { allocationOf, BareHouse } from './heap-allocation.js';
import { MIN_REPEATS, repeat } from './measure.js';
import { machine, numberParam, result } from './report.js';
import type { BenchParams, BenchReport } from './report.js';

const SHOWN = 8;

export async function run(params: BenchParams): Promise<BenchReport> {
  const repeats = numberParam(params, 'repeats', MIN_REPEATS);
  const trades = numberParam(params, 'trades', 1_000_000);
  const accounts = numberParam(params, 'accounts', 100_000);
  const warmUp = numberParam(params, 'warmUp', 1_000_000);
  const bare = new BareHouse(accounts, 1_000_000);
  bare.trade(warmUp);
  const { evaluation } = bare.house.judgement;
  const evaluations: number[] = [];
  const passes = await repeat(repeats, 1, () => {
    const before = evaluation.evaluations;
    const allocation = allocationOf(() => bare.trade(trades));
    evaluations.push((evaluation.evaluations - before) / trades);
    return allocation;
  });
  for (const [name, bytes] of passes.at(-1)?.byFunction.slice(0, SHOWN) ?? []) {
    process.stderr.write(`${(bytes / trades).toFixed(3)} B a trade in ${name}\n`);
  }
  const bytesPerTrade = passes.map(({ bytes }) => bytes / trades);
  return {
    name: 'allocation',
    params: { repeats, trades, accounts, warmUp },
    machine: machine(),
    results: [
      result('heapBytesPerTrade', 'B', bytesPerTrade),
      result('evaluationsPerTrade', '1', evaluations),
    ],
  };
}
