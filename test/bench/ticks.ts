/**
 * `ticks`: prices a second through the core alone (price in, decisions out, frame cut), over 10
 * thousand, 100 thousand and a million accounts, on the minute returns of 19 May 2021 forwards and
 * backwards; the same with options, margined one by one and by scenarios; and brute force over the same
 * rows, which must find the same warnings and breaches. `--set which=options` or `linear` runs half of it.
 */
import { MIN_REPEATS } from './measure.js';
import { type BenchParams, type BenchReport, type BenchResult } from './report.js';
import { machine, numberParam, result } from './report.js';
import { CHAIN, type Model } from './tick-chain.js';
import type { TickPopulation } from './tick-house.js';
import { LINEAR_PAIR } from './tick-market.js';
import { type DayFigures, type DayPlan, TickDay } from './tick-run.js';

/** The others deposit as much as their positions are worth, or up to twenty times that. */
const SHARES = { leastShare: 1, mostShare: 20 } as const;
const BREACHES_MIN = 1_000;
const SIZES = [
  ['1M', 1],
  ['100K', 0.1],
  ['10K', 0.01],
] as const;
const MODELS: readonly (readonly [string, Model])[] = [
  ['Options', 'linear'],
  ['Scenario', 'scenario'],
];

export function run(params: BenchParams): Promise<BenchReport> {
  const used = {
    which: String(params['which'] ?? 'all'),
    accounts: numberParam(params, 'accounts', 1_000_000),
    tight: numberParam(params, 'tight', 6_000),
    minutes: numberParam(params, 'minutes', 1_440),
    passes: numberParam(params, 'passes', 20),
    audits: numberParam(params, 'audits', 20),
    optionAccounts: numberParam(params, 'optionAccounts', 100_000),
    optionsHeld: numberParam(params, 'optionsHeld', 4),
    optionMinutes: numberParam(params, 'optionMinutes', 800),
    repeats: Math.max(MIN_REPEATS, numberParam(params, 'repeats', MIN_REPEATS)),
  };
  if (!['all', 'linear', 'options'].includes(used.which)) {
    throw new RangeError('--set which: all, linear or options');
  }
  const results: BenchResult[] = [];
  const baseline: Record<string, number> = {};
  if (used.which !== 'options') {
    for (const [size, share] of SIZES) {
      const accounts = Math.ceil((used.accounts * share) / 2) * 2;
      const days = linearDays({ ...used, accounts });
      results.push(...dayResults(`${size}Linear`, days));
      baseline[`bruteForceTicksPerSecond${size}Linear`] = auditsPerSecond(days);
    }
  }
  if (used.which !== 'linear') {
    const size = `${String(Math.round(used.optionAccounts / 1000))}K`;
    for (const [name, model] of MODELS) {
      const days = optionDays(used, model);
      results.push(...dayResults(`${size}${name}`, days));
      if (model === 'scenario') results.push(...epochResults(`${size}${name}`, days));
      baseline[`bruteForceTicksPerSecond${size}${name}`] = auditsPerSecond(days);
    }
  }
  return Promise.resolve({ name: 'ticks', params: used, machine: machine(), results, baseline });
}

interface Size {
  readonly accounts: number;
  readonly tight: number;
  readonly minutes: number;
  readonly passes: number;
  readonly audits: number;
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
  return daysOf(repeats, minutes, (k) => new TickDay(population(accounts, 2 + k)).run(plan));
}

/** Both perpetuals and some options of the chain: a minute is two prices of coins, then all options'. */
function optionDays(
  {
    optionAccounts,
    optionsHeld,
    optionMinutes: minutes,
    audits,
    tight,
    repeats,
  }: Omit<Size, 'accounts' | 'minutes'> & {
    readonly optionAccounts: number;
    readonly optionsHeld: number;
    readonly optionMinutes: number;
  },
  model: Model,
): DayFigures[] {
  const ticks = (minutes - 1) * (2 + CHAIN.length);
  // Prime to what a minute has, so that prices of coins and of options are audited.
  const auditEvery = Math.max(1, Math.floor(ticks / audits)) | 1;
  const plan: DayPlan = { minutes, passes: 1, auditEvery };
  const population = (accounts: number, seed: number): TickPopulation => ({
    accounts,
    tight: Math.min(tight, accounts / 2),
    ...SHARES,
    instruments: LINEAR_PAIR,
    chain: { model, held: optionsHeld },
    seed,
  });
  new TickDay(population(Math.min(optionAccounts, 2_000), 1)).run({ ...plan, minutes: 60 });
  return daysOf(repeats, 0, (k) => new TickDay(population(optionAccounts, 2 + k)).run(plan));
}

function daysOf(repeats: number, minutes: number, day: (k: number) => DayFigures): DayFigures[] {
  const days: DayFigures[] = [];
  for (let k = 0; k < repeats; k += 1) {
    const one = day(k);
    if (minutes >= 1_440 && one.breaches < BREACHES_MIN) {
      throw new Error(`a day has ${BREACHES_MIN} breaches, this one ${one.breaches}`);
    }
    days.push(one);
    globalThis.gc?.();
  }
  return days;
}

function dayResults(suffix: string, days: readonly DayFigures[]): BenchResult[] {
  const of = (metric: string, unit: string, figure: (day: DayFigures) => number): BenchResult =>
    result(`${metric}${suffix}`, unit, days.map(figure));
  const isLinear = suffix.endsWith('Linear');
  return [
    of('ticksPerSecond', '1/s', ({ all }) => all.ticks / all.seconds),
    of('ticksPerCpuSecond', '1/s', ({ all }) => all.ticks / all.cpuSeconds),
    of('evaluationsPerTick', '1', ({ all }) => all.evaluations / all.ticks),
    ...(isLinear ? firstDayResults(of) : []),
    of('breaches', '1', ({ breaches }) => breaches),
    of('warnings', '1', ({ warnings }) => warnings),
    of('ticksAudited', '1', ({ auditedPrices }) => auditedPrices),
    of('timesBruteForce', '1', (day) => (day.all.ticks / day.all.seconds) * secondsAnAudit(day)),
    of('gapMilliseconds', 'ms', ({ gap }) => gap.seconds * 1000),
    of('gapEvaluations', '1', ({ gap }) => gap.evaluations),
    of('buildSeconds', 's', ({ buildSeconds }) => buildSeconds),
  ];
}

type Figure = (metric: string, unit: string, figure: (day: DayFigures) => number) => BenchResult;

/** The first pass of several: everybody's first bands, and nearly all breaches. */
function firstDayResults(of: Figure): BenchResult[] {
  return [
    of('firstDayTicksPerSecond', '1/s', ({ first }) => first.ticks / first.seconds),
    of('firstDayTicksPerCpuSecond', '1/s', ({ first }) => first.ticks / first.cpuSeconds),
    of('firstDayEvaluationsPerTick', '1', ({ first }) => first.evaluations / first.ticks),
  ];
}

/** What a new valuation epoch costs: everybody under scenarios is judged, in the slices of its sweep. */
function epochResults(suffix: string, days: readonly DayFigures[]): BenchResult[] {
  const of = (metric: string, unit: string, figure: (day: DayFigures) => number): BenchResult =>
    result(`${metric}${suffix}`, unit, days.map(figure));
  return [
    of('epochsPerSecond', '1/s', ({ epoch }) => 1 / epoch.seconds),
    of('epochMilliseconds', 'ms', ({ epoch }) => epoch.seconds * 1000),
    of(
      'epochCpuMicrosecondsPerEvaluation',
      'µs',
      ({ epoch }) => (epoch.cpuSeconds / epoch.evaluations) * 1e6,
    ),
    of('epochEvaluations', '1', ({ epoch }) => epoch.evaluations),
  ];
}

function secondsAnAudit({ auditSeconds, auditedPrices }: DayFigures): number {
  return auditSeconds / auditedPrices;
}

function auditsPerSecond(days: readonly DayFigures[]): number {
  const prices = days.reduce((sum, { auditedPrices }) => sum + auditedPrices, 0);
  return prices / days.reduce((sum, { auditSeconds }) => sum + auditSeconds, 0);
}
