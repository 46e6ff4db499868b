/**
 * The week-one benchmark: in which form should positions be kept? Two kinds of work over the same
 * numbers in each form: judging an account of 20 positions picked at random (the reads of risk
 * monitoring), and booking a trade between two accounts picked at random (the writes of ingest).
 * Every form must give the same checksum, or the run fails.
 */
import { BigIntColumns } from './storage-bigint-columns.js';
import { ChainedColumns, ChainedRows } from './storage-chained.js';
import { FloatColumns } from './storage-float-columns.js';
import { FloatRows } from './storage-float-rows.js';
import { MapOfObjects } from './storage-objects.js';
import { draw, type Drawn, type Store } from './storage-population.js';
import { MIN_REPEATS } from './measure.js';
import {
  machine,
  numberParam,
  result,
  type BenchParams,
  type BenchReport,
  type BenchResult,
} from './report.js';

const FORMS: readonly (readonly [string, (drawn: Drawn) => Store])[] = [
  ['Float64Rows', (drawn) => new FloatRows(drawn)],
  ['Float64Columns', (drawn) => new FloatColumns(drawn)],
  ['Float64ChainedRows', (drawn) => new ChainedRows(drawn)],
  ['Float64ChainedColumns', (drawn) => new ChainedColumns(drawn)],
  ['BigInt64Columns', (drawn) => new BigIntColumns(drawn)],
  ['MapOfObjects', (drawn) => new MapOfObjects(drawn)],
];

type Kind = 'evaluation' | 'trade';

const WARM_UPS = 2;

/** Nanoseconds an operation of one pass over the population, and the checksum of the pass. */
function pass(store: Store, drawn: Drawn, kind: Kind): { nanoseconds: number; sum: number } {
  const start = performance.now();
  const sum = kind === 'evaluation' ? store.evaluate() : store.trade();
  const spentMs = performance.now() - start;
  const count = kind === 'evaluation' ? drawn.picks.length : drawn.trades;
  return { nanoseconds: (spentMs / count) * 1e6, sum };
}

/**
 * All forms over one population. They take turns, pass by pass, so that whatever else the machine
 * does meets all of them alike.
 */
function measureForms(drawn: Drawn, repeats: number, kinds: readonly Kind[], suffix: string) {
  const stores = FORMS.map(([name, build]) => ({ name, store: build(drawn) }));
  globalThis.gc?.();
  return kinds.flatMap((kind) => {
    const samples = stores.map((): number[] => []);
    for (let round = 0; round < WARM_UPS + repeats; round += 1) {
      const passes = stores.map(({ store }) => pass(store, drawn, kind));
      for (const [i, { sum, nanoseconds }] of passes.entries()) {
        const expected = passes[0]!.sum;
        if (sum !== expected) throw new Error(`${stores[i]!.name}: ${sum}, others ${expected}`);
        if (round >= WARM_UPS) samples[i]!.push(nanoseconds);
      }
    }
    return stores.map(({ name }, i): BenchResult =>
      result(`${kind}Nanoseconds${name}${suffix}`, 'ns', samples[i]!),
    );
  });
}

export function run(params: BenchParams): Promise<BenchReport> {
  const accounts = numberParam(params, 'accounts', 100_000);
  const manyAccounts = numberParam(params, 'manyAccounts', 1_000_000);
  const operations = numberParam(params, 'operations', 1_000_000);
  const repeats = Math.max(MIN_REPEATS, numberParam(params, 'repeats', 9));
  const few = draw({ accounts, positions: 20, operations });
  const results = measureForms(few, repeats, ['evaluation', 'trade'], '');
  const many = draw({ accounts: manyAccounts, positions: 4, operations });
  results.push(...measureForms(many, repeats, ['evaluation', 'trade'], 'Many'));
  const used = { accounts, manyAccounts, operations, repeats };
  return Promise.resolve({ name: 'storage', params: used, machine: machine(), results });
}
