import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { BenchReport, BenchResult } from './report.js';

const TIMEOUT_MS = 240_000;
const SMALL = { accounts: 1_000, ring: 40_000, batch: 100 };

/** The command that people run, with small parameters. No time is asserted. */
function bench(name: string, params: Readonly<Record<string, number>>) {
  const sets = Object.entries(params).flatMap(([key, value]) => [
    '--set',
    `${key}=${String(value)}`,
  ]);
  const args = ['--expose-gc', join(process.cwd(), 'bin/bench.mjs'), name, '--json', ...sets];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (stdout === '') throw new Error(`bench ${name} ended with ${String(status)}: ${stderr}`);
  const report = JSON.parse(stdout) as BenchReport;
  const of = (metric: string): BenchResult => {
    const found = report.results.find((one) => one.metric === metric);
    if (found === undefined) throw new Error(`${name} has no ${metric}`);
    return found;
  };
  return { status, stderr, report, of, first: report.results[0]?.metric };
}

describe('the load benchmarks, small', () => {
  it(
    'queries: every query is answered, every kind is asked, in five pairs',
    () => {
      const small = { rateSeconds: 0.3, perSecond: 10_000, queriesPerSecond: 200 };
      const { status, of, first } = bench('queries', { ...SMALL, ...small });
      expect(status).toBe(0);
      expect(first).toBe('acknowledgementP99RatioWithQueries');
      expect(of('acknowledgementP99RatioWithQueries').samples).toHaveLength(5);
      expect(of('queryErrors').max).toBe(0);
      expect(of('queriesPerSecond').min).toBeGreaterThan(0);
      for (const kind of ['margin', 'positions', 'balances', 'sagas', 'events', 'allMargin']) {
        expect(of(`${kind}QueryMs`).samples).toHaveLength(5);
      }
    },
    TIMEOUT_MS,
  );

  it(
    'reaction: commands are joined to the prices that caused them',
    () => {
      const small = { tradesPerSecond: 5_000, rateSeconds: 0.5, tightPpm: 400_000, stepPpm: 4_000 };
      const { status, of, first } = bench('reaction', { ...SMALL, ...small });
      expect(status).toBe(0);
      expect(first).toBe('commandLatencyP99Ms');
      expect(of('commands').min).toBeGreaterThan(0);
      expect(of('commandLatencyMs').min).toBeGreaterThan(0);
      expect(of('pricesPerSecond').min).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );

  it(
    'microburst: nothing is lost, storms come with the bursts, the gap breaches many at once',
    () => {
      const bursts = { tradesPerSecond: 5_000, bursts: 3, everyMs: 300, burstMs: 50 };
      const gap = { breaching: 100, gapTradesPerSecond: 2_000, gapQuietMs: 300, gapRepeats: 1 };
      const { status, of } = bench('microburst', { ...SMALL, ...bursts, ...gap });
      expect(status).toBe(0);
      const sent = of('tradesSent').value;
      expect(of('batchesAcknowledgedInOrder').value * SMALL.batch).toBe(sent);
      expect(of('burstDrainMs').samples).toHaveLength(3);
      expect(of('priceStorms').value).toBe(3);
      expect(of('burstTrades').min).toBeGreaterThan(0);
      expect(of('burstInFlightTradesMax').max).toBeLessThanOrEqual(SMALL.ring);
      expect(of('gapAccountsLiquidated').min).toBeGreaterThan(50);
      expect(of('gapLargestFrameRecords').min).toBeGreaterThan(50);
    },
    TIMEOUT_MS,
  );

  it(
    'portfolio-gap: exactly those near a breach are liquidated, and the log verifies',
    () => {
      const small = { accounts: 1_000, breaching: 100, quietMs: 500, repeats: 1 };
      const { status, of, first } = bench('portfolio-gap', small);
      expect(status).toBe(0);
      expect(first).toBe('lastCommandMs');
      expect(of('accountsLiquidated').value).toBe(100);
      expect(of('lastCommandMs').value).toBeGreaterThanOrEqual(of('firstCommandMs').value);
      expect(of('largestFrameRecords').value).toBeGreaterThan(100);
      expect(of('residentMegabytesMax').value).toBeGreaterThan(0);
      expect(of('verifiedEventsPerSecondAtEnd').value).toBeGreaterThan(0);
    },
    TIMEOUT_MS,
  );

  it(
    'steady: all is served, the log verifies, and a bound that does not hold ends it with 1',
    () => {
      const small = { seconds: 1, minuteSeconds: 0.5, halfSeconds: 0.5, trades: 10_000 };
      const rates = { tradesPerSecond: 5_000, snapshotEvery: 5_000, residentEverySeconds: 0.05 };
      const bounds = { p99MsMax: 0.001, growthMbMax: 100_000 };
      const all = { ...SMALL, ...small, ...rates, ...bounds };
      const { status, stderr, report, of } = bench('steady', all);
      expect(status).toBe(1);
      expect(report.breaches).toHaveLength(2);
      expect(stderr).toContain('above p99MsMax');
      expect(of('trades').value).toBe(5_000);
      for (const suffix of ['', 'AtHalf']) {
        expect(of(`verified${suffix}`).value).toBe(1);
        expect(of(`verifiedEvents${suffix}`).value).toBeGreaterThan(of(`trades${suffix}`).value);
        expect(of(`queryErrors${suffix}`).value).toBe(0);
        expect(of(`droppedConnections${suffix}`).value).toBe(0);
        expect(of(`segments${suffix}`).value).toBeGreaterThan(0);
      }
    },
    TIMEOUT_MS,
  );
});
