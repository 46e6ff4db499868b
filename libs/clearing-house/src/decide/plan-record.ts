import { invariant, minus } from '#libs/units';
import { A } from '#libs/clearing';
import {
  type LiquidationPlan,
  orderId,
  ORDINALS_PER_BREACH,
  planAtLeastCost,
  type PlanInput,
  planLiquidation,
  type PlannedOrder,
  type Tranche,
} from '#libs/default-management';
import type { DecisionContext } from './context.js';

/** The orders of a plan, and how the plan is recorded before them. */
export interface PlannedOrders {
  readonly orders: readonly PlannedOrder[];
  /** Records the plan, where the logic does and there are orders. */
  record(cause: number): void;
}

const NO_RECORD = (): undefined => undefined;

/** Plans for the unit evaluated last; since logic version 4 at least cost, and with a record. */
export function planFor(context: DecisionContext, unit: number, input: PlanInput): PlannedOrders {
  if (context.planner !== undefined) return { orders: context.planner(input), record: NO_RECORD };
  if (!context.logic.plansLeastCost) return { orders: planLiquidation(input), record: NO_RECORD };
  const plan = planAtLeastCost(input);
  const ordinal = context.state.accounts.get(unit, A.nextOrderOrdinal);
  const tranches = plan.tranches.slice(0, ORDINALS_PER_BREACH - ordinal);
  return {
    orders: tranches.map(orderIn),
    record: (cause) => {
      recordPlan(context, unit, { ...plan, tranches }, cause);
    },
  };
}

/** Records a plan with orders, as many as the breach has numbers left for. */
function recordPlan(
  context: DecisionContext,
  unit: number,
  plan: LiquidationPlan,
  cause: number,
): void {
  const { accounts } = context.state;
  const { tranches } = plan;
  const last = tranches.at(-1);
  if (last === undefined) return;
  const before = context.judgement.figures();
  const breach = accounts.get(unit, A.breach);
  invariant(breach > 0, 'a plan belongs to a breach');
  context.emit(
    {
      type: 'LiquidationPlanned',
      account: unit,
      breach,
      firstOrder: orderId(breach, accounts.get(unit, A.nextOrderOrdinal)),
      outcome: plan.outcome,
      ...before,
      targetMinor: plan.targetMinor,
      worstScenario: plan.worstScenario,
      costMinor: minus(before.equityMinor, last.equityAfterMinor),
      leastCostMinor: plan.leastCostMinor,
      equityAfterMinor: last.equityAfterMinor,
      maintenanceAfterMinor: last.maintenanceAfterMinor,
      tranches,
      rejected: plan.rejected,
    },
    cause,
  );
}

/** The order of a tranche, without what only the plan records. */
function orderIn(tranche: Tranche): PlannedOrder {
  return {
    account: tranche.account,
    instrument: tranche.instrument,
    side: tranche.side,
    quantityLots: tranche.quantityLots,
    limitPriceTicks: tranche.limitPriceTicks,
    equityAfterMinor: tranche.equityAfterMinor,
    maintenanceAfterMinor: tranche.maintenanceAfterMinor,
  };
}
