/**
 * Liquidation plans for units that fail: 50 instruments under 45 scenarios, every plan timed by itself; beside
 * it the walk of logic version 3 on the same units, with the cost of both.
 */
import { PLAN, planAtLeastCost, planLiquidation } from '#libs/default-management';
import { consume, MIN_REPEATS, repeat, Xorshift32 } from './measure.js';
import { PlanPopulation } from './plan-population.js';
import {
  type BenchParams,
  type BenchReport,
  latencyResult,
  machine,
  numberParam,
  quantile,
} from './report.js';

export async function run(params: BenchParams): Promise<BenchReport> {
  const repeats = numberParam(params, 'repeats', MIN_REPEATS);
  const units = numberParam(params, 'units', 2_000);
  const warmUps = numberParam(params, 'warmUps', 2);
  const planned: number[][] = [];
  const walked: number[][] = [];
  const ratios: number[] = [];
  let restored = 0;
  await repeat(repeats, warmUps, () => {
    const own = { planned: [] as number[], walked: [] as number[] };
    const population = new PlanPopulation(new Xorshift32(17 + planned.length));
    for (let unit = 0; unit < units; unit++) {
      const input = population.next();
      const start = performance.now();
      const plan = planAtLeastCost(input);
      const between = performance.now();
      const walk = planLiquidation(input);
      own.walked.push(performance.now() - between);
      own.planned.push(between - start);
      consume(plan.tranches.length + walk.length);
      restored += Number(plan.outcome === PLAN.restores || plan.outcome === PLAN.slice);
      const cost = input.figures.equityMinor - (plan.tranches.at(-1)?.equityAfterMinor ?? 0);
      const walkCost = input.figures.equityMinor - (walk.at(-1)?.equityAfterMinor ?? 0);
      ratios.push(walkCost / Math.max(1, cost));
    }
    planned.push(own.planned);
    walked.push(own.walked);
  });
  const counted = planned.slice(warmUps);
  const total = planned.length * units;
  return {
    name: 'plan',
    params: { units, instruments: 50, scenarios: 45, repeats, warmUps },
    machine: machine(),
    results: [
      latencyResult('planMilliseconds', 'ms', counted),
      latencyResult('walkMilliseconds', 'ms', walked.slice(warmUps)),
    ],
    baseline: {
      restoredShare: restored / total,
      medianWalkCostOverPlanCost: quantile(Float64Array.from(ratios).sort(), 0.5),
    },
  };
}
