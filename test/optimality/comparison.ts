import type { Highs } from 'highs';
import {
  certainLots,
  type LiquidationPlan,
  PLAN,
  planAtLeastCost,
  planLiquidation,
} from '#libs/default-management';
import { levelMinor, type ScenarioValuation } from '#libs/margin';
import type { FailingPortfolio } from './failing-portfolios.js';
import { LiquidationProgram, type ProgramOptions } from './mixed-integer.js';

/** Losses that differ by less than this part are as bad. */
const BINDING = 1e-6;
/** Minor units that roundings of exact figures may take from each position. */
const ROUNDING = 14;
/** Costs that differ by less than this part are equal: the planner looks no further. */
const NEAR = 0.001;
/** Whole lots are found to this part of the cost. */
const GAP = 1e-6;

/** What one portfolio showed. */
export interface Comparison {
  readonly outcome: number;
  /** Cost of the plan over that of the cheapest; undefined where nothing restores. */
  readonly ratio?: number;
  readonly greedyRatio?: number;
  /** Scenarios that bind the cheapest plan in fractions of lots together, in one maximum. */
  readonly binding: number;
  readonly isFeasible: boolean;
  /** Orders that lower the surplus although a cheaper plan without such orders restores. */
  readonly brokenHedges: number;
  /** Orders that lower the surplus at all. */
  readonly lowering: number;
  /** The recorded lower bound over the program's cost: at most 1, but for rounding. */
  readonly boundRatio?: number;
}

interface Solved {
  readonly isFeasible: boolean;
  readonly costMinor: number;
  readonly binding: number;
}

/** Plans one failing portfolio and holds the plan against the mixed-integer program of it. */
export function compare(
  highs: Highs,
  failing: FailingPortfolio,
  valuation: ScenarioValuation,
): Comparison {
  const { input } = failing;
  const { portfolio } = input;
  const program = new LiquidationProgram(failing, valuation, (k) => certainLots(portfolio, k));
  const solve = (options: Partial<ProgramOptions>): Solved =>
    solved(highs, program, { isInteger: true, allowanceMinor: 0, ...options });
  const plan = planAtLeastCost(input);
  const best = solve({});
  const { binding } = solve({ isInteger: false });
  const common = { outcome: plan.outcome, binding };
  if (plan.outcome !== PLAN.restores) {
    const allowanceMinor = ROUNDING * portfolio.count;
    const { isFeasible } = solve({ isInteger: false, allowanceMinor });
    return { ...common, isFeasible, brokenHedges: 0, lowering: 0 };
  }
  const costMinor = costOf(plan);
  const lowering = loweringOrders(failing, plan);
  const harmless = lowering === 0 ? undefined : solve({ allowed: harmlessPlaces(failing) });
  const isBroken = harmless?.isFeasible === true && harmless.costMinor < costMinor * (1 - NEAR) - 1;
  const cheapest = Math.max(1, best.costMinor);
  return {
    ...common,
    isFeasible: best.isFeasible,
    ratio: costMinor / cheapest,
    ...greedyRatio(failing, cheapest),
    brokenHedges: isBroken ? lowering : 0,
    lowering,
    boundRatio: plan.leastCostMinor / cheapest,
  };
}

function solved(highs: Highs, program: LiquidationProgram, options: ProgramOptions): Solved {
  const text = program.text(options);
  const result = highs.solve(text, { mip_rel_gap: GAP, mip_feasibility_tolerance: 1e-9 });
  const isFeasible = result.Status === 'Optimal';
  if (!isFeasible && result.Status !== 'Infeasible') {
    throw new Error(`the program ended as ${result.Status}\n${text}`);
  }
  const columns = result.Columns as Readonly<Record<string, { Primal?: number }>>;
  const binding = isFeasible ? bindingScenarios(program, (name) => columns[name]?.Primal ?? 0) : 0;
  return { isFeasible, costMinor: isFeasible ? result.ObjectiveValue : 0, binding };
}

/**
 * Most scenarios that are as bad as each other for one set of underlyings. Scenarios of one price move differ
 * for options alone: without any left they count once.
 */
function bindingScenarios(program: LiquidationProgram, valueOf: (name: string) => number): number {
  let most = 0;
  for (const { losses, hasOptions } of program.lossesAt(valueOf)) {
    const worst = Math.max(...losses);
    if (worst <= 0) continue;
    const moves = losses.flatMap((loss, scenario) =>
      loss > worst * (1 - BINDING) ? [hasOptions ? scenario : program.moveOf(scenario)] : [],
    );
    most = Math.max(most, new Set(moves).size);
  }
  return most;
}

function costOf({ tranches }: LiquidationPlan): number {
  return tranches.reduce((sum, { costMinor }) => sum + costMinor, 0);
}

/** Orders after which equity less target is lower than before them. */
function loweringOrders({ input }: FailingPortfolio, plan: LiquidationPlan): number {
  const { targetPpm } = input.rulebook.source;
  let before = input.figures.equityMinor - plan.targetMinor;
  let count = 0;
  for (const { equityAfterMinor, maintenanceAfterMinor } of plan.tranches) {
    const after = equityAfterMinor - levelMinor(maintenanceAfterMinor, targetPpm);
    if (after < before) count += 1;
    before = after;
  }
  return count;
}

/** Positions of which a first lot raises the surplus, as things stand. */
function harmlessPlaces({ input }: FailingPortfolio): (place: number) => boolean {
  const { portfolio, rulebook } = input;
  const model = input.requirement();
  const lots = Float64Array.from(portfolio.lots.subarray(0, portfolio.count));
  const before = levelMinor(model.maintenanceMinor(lots), rulebook.source.targetPpm);
  const harmless = lots.map((held, place) => {
    if (certainLots(portfolio, place) === 0) return 0;
    lots[place] = held - Math.sign(held);
    const after = levelMinor(model.maintenanceMinor(lots), rulebook.source.targetPpm);
    lots[place] = held;
    return Number(after < before);
  });
  return (place) => harmless[place] === 1;
}

function greedyRatio({ input }: FailingPortfolio, cheapest: number): { greedyRatio?: number } {
  const last = planLiquidation(input).at(-1);
  if (last === undefined) return {};
  const target = levelMinor(last.maintenanceAfterMinor, input.rulebook.source.targetPpm);
  if (last.equityAfterMinor < target) return {};
  return { greedyRatio: (input.figures.equityMinor - last.equityAfterMinor) / cheapest };
}
