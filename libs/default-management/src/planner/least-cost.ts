import { type AmountMinor, amountMinor, invariant, lots as wholeLots } from '#libs/units';
import {
  assertSound,
  isAtTarget,
  ORDERS_PER_PLAN,
  type PlanInput,
  plannedOrder,
  type PlannedOrder,
} from '../plan-steps.js';
import { type Rejected, rejectedOf } from './rejected.js';
import { Relaxation } from './relaxation.js';
import { sequenceOf, type SequenceStep } from './sequence.js';
import { sliceOf } from './slice.js';
import { PlanTrial } from './trial.js';
import { WholeLots } from './whole-lots.js';

/** What a plan comes to, as `LiquidationPlanned` numbers it. */
export const PLAN = { restores: 0, slice: 1, illiquid: 2, insolvent: 3, closeOut: 4 } as const;

/** An order of a plan, with what it costs and where it leaves the unit. */
export interface Tranche extends PlannedOrder {
  readonly costMinor: AmountMinor;
  /** As `RequirementModel` codes it. */
  readonly worstScenario: number;
}

export interface LiquidationPlan {
  readonly outcome: number;
  readonly tranches: readonly Tranche[];
  /** Before the plan. */
  readonly targetMinor: AmountMinor;
  readonly worstScenario: number;
  /** No plan that restores the target costs less; 0 where none was found that does. */
  readonly leastCostMinor: AmountMinor;
  readonly rejected: readonly Rejected[];
}

/** Lots of each leg, and what they come to. */
interface Goal {
  readonly outcome: number;
  readonly taken: Float64Array;
  readonly leastCostMinor: number;
}

/**
 * The liquidation plan since logic version 4 (docs/rules.md 8): of all whole lots that restore the target at
 * limit prices and fees, those of least cost; ties by fewest lots. Deterministic, and its work is bounded.
 */
export function planAtLeastCost(input: PlanInput): LiquidationPlan {
  invariant(!input.figures.gated, 'a plan is made of figures that may be judged');
  const trial = new PlanTrial(input);
  invariant(input.toFlat || trial.startSurplusMinor < 0, 'a plan is made below the target');
  const { outcome, taken, leastCostMinor } = goalOf(trial);
  const sequence = sequenceOf(trial, taken);
  const tranches = sequence.slice(0, ORDERS_PER_PLAN).map((step) => trancheOf(trial, step));
  const isCut = sequence.length > ORDERS_PER_PLAN && outcome === PLAN.restores;
  const last = tranches.at(-1);
  invariant(tranches.length <= ORDERS_PER_PLAN, 'a plan has few orders');
  invariant(
    outcome !== PLAN.restores || isCut || (last !== undefined && isRestored(input, last)),
    'a plan that restores does',
  );
  return {
    outcome: isCut ? PLAN.slice : outcome,
    tranches,
    targetMinor: trial.startTargetMinor,
    worstScenario: trial.startScenario,
    leastCostMinor: amountMinor(leastCostMinor),
    rejected: rejectedOf(
      trial,
      taken,
      sequence.slice(ORDERS_PER_PLAN).map(({ leg }) => leg),
    ),
  };
}

function isRestored(input: PlanInput, last: Tranche): boolean {
  return isAtTarget(input, {
    equity: last.equityAfterMinor,
    maintenance: last.maintenanceAfterMinor,
  });
}

function goalOf(trial: PlanTrial): Goal {
  invariant(trial.legs.length > 0, 'what is planned for holds something');
  const certain = Float64Array.from(trial.legs, ({ certainLots }) => certainLots);
  const now = Float64Array.from(trial.legs, ({ executableLots }) => executableLots);
  const none = { leastCostMinor: 0 };
  if (trial.input.toFlat)
    return { outcome: PLAN.closeOut, taken: sliceOf(trial, certain), ...none };
  const restoring = restoringLots(trial, now);
  if (restoring.taken !== undefined)
    return { outcome: PLAN.restores, ...restoring, taken: restoring.taken };
  if (now.some((lots, leg) => lots < certain[leg]!)) {
    const later = restoringLots(trial, certain);
    if (later.taken !== undefined) {
      const taken = sliceOf(trial, later.taken);
      return { outcome: PLAN.slice, taken, leastCostMinor: later.leastCostMinor };
    }
  }
  trial.surplusMinor(certain);
  if (trial.equityMinor < 0) {
    return { outcome: PLAN.insolvent, taken: sliceOf(trial, certain), ...none };
  }
  return { outcome: PLAN.illiquid, taken: mostUseful(trial, restoring.relaxation), ...none };
}

function restoringLots(trial: PlanTrial, most: Float64Array) {
  const relaxation = new Relaxation(trial, most);
  const isSolved = relaxation.solve();
  if (!isSolved || !relaxation.restores) {
    // What closing everything restores is restored, however the search ended.
    return { relaxation, taken: new WholeLots(trial, relaxation).fromAll(), leastCostMinor: 0 };
  }
  // Roundings of single orders can make the exact cost a few units less than the sum of averages.
  const leastCostMinor = Math.max(0, Math.floor(relaxation.costMinor) - trial.legs.length);
  return { relaxation, taken: new WholeLots(trial, relaxation).find(), leastCostMinor };
}

/** Where nothing restores the target: the whole lots that come nearest to it. */
function mostUseful(trial: PlanTrial, relaxation: Relaxation): Float64Array {
  const before = trial.startSurplusMinor;
  const taken = relaxation.taken.map((lots) => Math.floor(lots));
  invariant(before < 0, 'what is restored is not looked for again');
  return trial.surplusMinor(taken) > before ? taken : new Float64Array(trial.legs.length);
}

/** An order with the exact figures after it. */
function trancheOf({ input, legs }: PlanTrial, step: SequenceStep): Tranche {
  const { place } = legs[step.leg]!;
  const after = { equity: step.equityMinor, maintenance: step.maintenanceMinor };
  const order = plannedOrder(input, place, wholeLots(step.lots), after);
  assertSound(input, place, order);
  invariant(step.costMinor >= 0, 'an order costs something');
  return { ...order, costMinor: step.costMinor, worstScenario: step.worstScenario };
}
