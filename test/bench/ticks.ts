/**
 * `ticks`: prices a second through the core alone (price in, decisions out, frame cut), over 10
 * thousand, 100 thousand and a million accounts, on the minute returns of 19 May 2021 forwards and
 * backwards; and brute force over the same rows, which must find the same warnings and breaches.
 */
import { MIN_REPEATS } from './measure.js';
import { type BenchParams, type BenchReport, type BenchResult } from './report.js';
import { machine, numberParam, result } from './report.js';
import type { TickPopulation } from './tick-house.js';
import { LINEAR_PAIR, WITH_OPTIONS } from './tick-market.js';
import { type DayFigures, type DayPlan, TickDay } from './tick-run.js';

/** The others deposit as much as their positions are worth, or up to twenty times that. */
const SHARES = { leastShare: 1, mostShare: 20 } as const;
const BREACHES_MIN = 1_000;

export function run(params: BenchParams): Promise<BenchReport> {
  const used = {
    accounts: numberParam(params, 'accounts', 1_000_000),
    tight: numberParam(params, 'tight', 6_000),
    minutes: numberParam(params, 'minutes', 1_440),
    passes: numberParam(params, 'passes', 20),
    audits: numberParam(params, 'audits', 20),
    optionTicks: numberParam(params, 'optionTicks', 6),
    repeats: Math.max(MIN_REPEATS, numberParam(params, 'repeats', MIN_REPEATS)),
  };
  const results: BenchResult[] = [];
  const baseline: Record<string, number> = {};
  for (const [size, share] of [
    ['1M', 1],
    ['100K', 0.1],
    ['10K', 0.01],
  ] as const) {
    const accounts = Math.ceil((used.accounts * share) / 2) * 2;
    const days = linearDays({ ...used, accounts });
    results.push(...linearResults(size, days));
    baseline[`bruteForceTicksPerSecond${size}Linear`] = auditsPerSecond(days);
  }
  for (const [size, share] of [
    ['1M', 1],
    ['100K', 0.1],
    ['10K', 0.01],
  ] as const) {
    const accounts = Math.ceil((used.accounts * share) / 2) * 2;
    results.push(...optionResults(size, { ...used, accounts }));
  }
  return Promise.resolve({ name: 'ticks', params: used, machine: machine(), results, baseline });
}

interface Size {
  readonly accounts: number;
  readonly tight: number;
  readonly minutes: number;
  readonly passes: number;
  readonly audits: number;
  readonly optionTicks: number;
  readonly repeats: number;
}

/** One house a repeat, each with a seed of its own, after a small one that warms up. */
function linearDays(size: Size): DayFigures[] {
  const { accounts, tight, minutes, passes, audits, repeats } = size;
  const ticks = (minutes - 1) * 2 * passes;
  const plan: DayPlan = { minutes, passes, auditEvery: Math.max(1, Math.floor(ticks / audits)) };
  const population = (of: number, seed: number): TickPopulation => {
    return {
      accounts: of,
      tight: Math.min(tight, of / 2),
      ...SHARES,
      instruments: LINEAR_PAIR,
      seed,
    };
  };
  new TickDay(population(Math.min(accounts, 10_000), 1)).run(plan);
  const days: DayFigures[] = [];
  for (let k = 0; k < repeats; k += 1) {
    const day = new TickDay(population(accounts, 2 + k)).run(plan);
    if (minutes >= 1_440 && day.breaches < BREACHES_MIN) {
      throw new Error(`a day has ${BREACHES_MIN} breaches, this one ${day.breaches}`);
    }
    days.push(day);
    globalThis.gc?.();
  }
  return days;
}

function linearResults(size: string, days: readonly DayFigures[]): BenchResult[] {
  const of = (metric: string, unit: string, figure: (day: DayFigures) => number): BenchResult =>
    result(`${metric}${size}Linear`, unit, days.map(figure));
  return [
    of('ticksPerSecond', '1/s', ({ all }) => all.ticks / all.seconds),
    of('ticksPerCpuSecond', '1/s', ({ all }) => all.ticks / all.cpuSeconds),
    of('evaluationsPerTick', '1', ({ all }) => all.evaluations / all.ticks),
    of('firstDayTicksPerSecond', '1/s', ({ first }) => first.ticks / first.seconds),
    of('firstDayTicksPerCpuSecond', '1/s', ({ first }) => first.ticks / first.cpuSeconds),
    of('firstDayEvaluationsPerTick', '1', ({ first }) => first.evaluations / first.ticks),
    of('breaches', '1', ({ breaches }) => breaches),
    of('warnings', '1', ({ warnings }) => warnings),
    of('ticksAudited', '1', ({ auditedPrices }) => auditedPrices),
    of('gapMilliseconds', 'ms', ({ gap }) => gap.seconds * 1000),
    of('gapEvaluations', '1', ({ gap }) => gap.evaluations),
    of('buildSeconds', 's', ({ buildSeconds }) => buildSeconds),
  ];
}

function auditsPerSecond(days: readonly DayFigures[]): number {
  const prices = days.reduce((sum, { auditedPrices }) => sum + auditedPrices, 0);
  return prices / days.reduce((sum, { auditSeconds }) => sum + auditSeconds, 0);
}

/** Everybody has an option besides: no bands, so a price judges everybody who is concerned. */
function optionResults(size: string, { accounts, optionTicks, repeats }: Size): BenchResult[] {
  const shares = { tight: 1, leastShare: 5, mostShare: 20 };
  const day = new TickDay({ accounts, ...shares, instruments: WITH_OPTIONS, seed: 1 });
  const plan: DayPlan = {
    minutes: 1 + Math.ceil(optionTicks / 2),
    passes: 1,
    auditEvery: Infinity,
  };
  const days = Array.from({ length: repeats }, () => day.run(plan));
  return [
    result(
      `ticksPerSecond${size}Options`,
      '1/s',
      days.map(({ all }) => all.ticks / all.seconds),
    ),
    result(
      `evaluationsPerTick${size}Options`,
      '1',
      days.map(({ all }) => all.evaluations / all.ticks),
    ),
  ];
}
