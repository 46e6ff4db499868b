/**
 * The scenario model: one evaluation over shared risk arrays, one from nothing, and refreshing the
 * arrays of a whole market in slices. `warmOverDotLoop` divides by the plain dot loop of `floor`, run in
 * turns with it.
 */
import {
  RiskArrays,
  ScenarioEvaluation,
  type ScenarioMarket,
  ScenarioPortfolio,
} from '#libs/margin';
import { scenarioDotMicroseconds } from './floor-compute.js';
import { benchLegs, benchMarket, benchParameters } from './margin-population.js';
import { consume, MIN_REPEATS, repeat, seconds, Xorshift32 } from './measure.js';
import { latencyResult, machine, numberParam, quantile, result } from './report.js';
import type { BenchParams, BenchReport } from './report.js';

/** Rows between two looks at the clock: what runs between two inputs of a house. */
const SLICE_ROWS = 16;

export async function run(params: BenchParams): Promise<BenchReport> {
  const repeats = numberParam(params, 'repeats', MIN_REPEATS);
  const accounts = numberParam(params, 'accounts', 1_000);
  const options = numberParam(params, 'options', 200);
  const listed = numberParam(params, 'listed', 1_000);
  const market = benchMarket(listed);
  const arrays = RiskArrays.filled(benchParameters, market);
  const random = new Xorshift32(11);
  const portfolios = Array.from(
    { length: accounts },
    () => new ScenarioPortfolio(arrays, benchLegs(random, listed, options), 0),
  );
  const evaluation = new ScenarioEvaluation(arrays);
  const all = (): void => {
    for (const portfolio of portfolios) consume(evaluation.evaluate(portfolio).maintenanceMinor);
  };
  const dots: number[] = [];
  const warm = await repeat(repeats, 2, () => {
    dots.push(scenarioDotMicroseconds());
    return (seconds(all) / accounts) * 1e6;
  });
  const ratios = warm.map(
    (microseconds, at) => microseconds / dots[dots.length - warm.length + at]!,
  );
  const wide = await repeat(repeats, 1, () => wideMicroseconds(arrays, evaluation, options));
  const nothing = await repeat(repeats, 2, () => fromNothingMilliseconds(market, random, options));
  const slices: number[][] = [];
  const refresh = await repeat(repeats, 2, () => refreshMilliseconds(arrays, listed, slices));
  const whole = warm.map((microseconds) => (microseconds * accounts) / 1_000);
  return {
    name: 'margin',
    params: { accounts, options, listed, scenarios: benchParameters.scenarios.length, repeats },
    machine: machine(),
    results: [
      result('warmMicrosecondsPerEvaluation', 'µs', warm),
      result('warmOverDotLoop', '1', ratios),
      result('fromNothingMilliseconds', 'ms', nothing),
      result('allAccountsMilliseconds', 'ms', whole),
      result('wideMicrosecondsPerEvaluation', 'µs', wide),
      result('refreshMilliseconds', 'ms', refresh),
      latencyResult('refreshSliceMilliseconds', 'ms', slices),
    ],
    baseline: { scenarioDotMicroseconds: quantile(Float64Array.from(dots).sort(), 0.5) },
  };
}

/** Lots that take every segment beyond 2^53 risk units: an account of billions. */
const WIDE = 1_000_000;

function wideMicroseconds(
  arrays: RiskArrays,
  evaluation: ScenarioEvaluation,
  options: number,
): number {
  const random = new Xorshift32(13);
  const rounds = 50;
  const portfolios = Array.from({ length: rounds }, () => {
    const legs = benchLegs(random, arrays.market.instruments.length, options);
    const large = legs.map(({ instrument, lots }) => ({ instrument, lots: lots * WIDE }));
    return new ScenarioPortfolio(arrays, large, 0);
  });
  const spent = seconds(() => {
    for (const portfolio of portfolios) consume(evaluation.evaluate(portfolio).initialMinor);
  });
  return (spent / rounds) * 1e6;
}

/** Arrays for the options of one account alone, its portfolio, and its margin: nothing is shared. */
function fromNothingMilliseconds(
  market: ScenarioMarket,
  random: Xorshift32,
  options: number,
): number {
  const rounds = 20;
  const cases = Array.from({ length: rounds }, () => {
    const legs = benchLegs(random, market.instruments.length, options);
    const instruments = legs.map(({ instrument }) => market.instruments[instrument]!);
    return {
      own: { ...market, instruments },
      held: legs.map(({ lots }, instrument) => ({ instrument, lots })),
    };
  });
  const spent = seconds(() => {
    for (const { own, held } of cases) {
      const arrays = RiskArrays.filled(benchParameters, own);
      const evaluation = new ScenarioEvaluation(arrays);
      consume(evaluation.evaluate(new ScenarioPortfolio(arrays, held, 0)).initialMinor);
    }
  });
  return (spent / rounds) * 1_000;
}

function refreshMilliseconds(arrays: RiskArrays, listed: number, slices: number[][]): number {
  let total = 0;
  const own: number[] = [];
  slices.push(own);
  for (let from = 0; from < listed; from += SLICE_ROWS) {
    const to = Math.min(listed, from + SLICE_ROWS);
    const spent = seconds(() => arrays.refresh(from, to)) * 1_000;
    own.push(spent);
    total += spent;
  }
  return total;
}
