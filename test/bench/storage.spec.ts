import { BigIntColumns } from './storage-bigint-columns.js';
import { ChainedColumns, ChainedRows } from './storage-chained.js';
import { FloatColumns } from './storage-float-columns.js';
import { FloatRows } from './storage-float-rows.js';
import { MapOfObjects } from './storage-objects.js';
import { draw, type Drawn } from './storage-population.js';
import { run } from './storage.js';

/** The judgement once more, from the drawn numbers alone. */
function accountsBelowRequirement(drawn: Drawn): number {
  let count = 0;
  for (const account of drawn.picks) {
    let equity = BigInt(drawn.cash[account]!);
    let requirement = 0n;
    for (let i = 0; i < drawn.positions; i += 1) {
      const at = account * drawn.positions + i;
      const value = BigInt(drawn.lots[at]!) * BigInt(drawn.marks[i]!);
      equity += value - BigInt(drawn.cost[at]!);
      requirement += (value < 0n ? -value : value) * BigInt(drawn.rates[i]!);
    }
    if (equity * 1_000_000n < requirement) count += 1;
  }
  return count;
}

describe('the storage benchmark', () => {
  const drawn = draw({ accounts: 50, positions: 20, operations: 2_000 });
  const forms = [
    FloatRows,
    FloatColumns,
    ChainedRows,
    ChainedColumns,
    BigIntColumns,
    MapOfObjects,
  ].map((Form) => new Form(drawn));

  it('judges a population in which some accounts are below their requirement and some are not', () => {
    const below = accountsBelowRequirement(drawn);
    expect(below).toBeGreaterThan(drawn.picks.length / 20);
    expect(below).toBeLessThan((drawn.picks.length * 19) / 20);
  });

  it('does the same work in every form, before and after trades', () => {
    for (const work of ['evaluate', 'trade', 'evaluate'] as const) {
      const sums = forms.map((form) => form[work]());
      expect(new Set(sums).size).toBe(1);
      expect(sums[0]).toBeGreaterThan(0);
    }
  });

  it('reports at least five samples a metric', async () => {
    const report = await run({ accounts: 50, manyAccounts: 60, operations: 100, repeats: 1 });
    expect(report.name).toBe('storage');
    expect(report.results.length).toBeGreaterThanOrEqual(24);
    for (const { samples, min, value, max } of report.results) {
      expect(samples.length).toBeGreaterThanOrEqual(5);
      expect(min).toBeLessThanOrEqual(value);
      expect(value).toBeLessThanOrEqual(max);
    }
  });
});
