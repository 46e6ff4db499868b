import { invariant, minus } from '#libs/units';
import { A, M, MEMBER, SAGA } from '#libs/clearing';
import {
  type LiquidationPlan,
  orderId,
  ORDINALS_PER_BREACH,
  planAtLeastCost,
  planLiquidation,
  type PlannedOrder,
  type Tranche,
} from '#libs/default-management';
import { levelMinor } from '#libs/margin';
import { isWaiting } from './account-standing.js';
import { cancelOrders } from './cancellation.js';
import type { DecisionContext } from './context.js';
import { closeOutMember, defaultAccount } from './default.js';

/**
 * Goes on with a unit under liquidation that waits for no venue: recovered, its open orders to be
 * cancelled, planned, or (with nothing left to reduce) defaulted (docs/rules.md 8 and 10). Evaluates
 * the unit anew.
 */
export function liquidate(context: DecisionContext, unit: number, cause: number): void {
  const { state, judgement } = context;
  const { evaluation } = judgement;
  if (!evaluation.evaluate(unit) || evaluation.figures.gated) return;
  const { rulebook, figures } = evaluation;
  invariant(!isWaiting(state, unit), 'a liquidation goes on when no venue is waited for');
  const saga = state.accounts.get(unit, A.sagaState);
  invariant(saga === SAGA.liquidating, 'what is liquidated is under liquidation');
  if (rulebook === undefined) return;
  const toFlat = mustBeFlat(context, unit);
  const target = levelMinor(figures.maintenanceMinor, rulebook.source.targetPpm);
  const isFlat = evaluation.openPositions === 0;
  const isAtTarget = figures.equityMinor >= target && (isFlat || !toFlat);
  if (!isAtTarget && cancelOrders(context, unit, rulebook.source.orderTimeoutUs, cause)) return;
  if (!isAtTarget && !isFlat) {
    issueOrders(context, unit, toFlat, cause);
    return;
  }
  if (isAtTarget) recover(context, unit, cause);
  else defaultAccount(context, unit, cause);
  if (toFlat) closeOutMember(context, state.accounts.get(unit, A.member), cause);
}

function recover(context: DecisionContext, unit: number, cause: number): void {
  const breach = context.state.accounts.get(unit, A.breach);
  const figures = context.judgement.figures();
  context.emit({ type: 'LiquidationCompleted', account: unit, breach, ...figures }, cause);
}

/** The house account of a member in default is closed out entirely. */
function mustBeFlat({ state }: DecisionContext, unit: number): boolean {
  const member = state.accounts.get(unit, A.member);
  return (
    member !== 0 &&
    state.members.get(member, M.sagaState) === MEMBER.defaulted &&
    state.members.get(member, M.houseAccount) === unit
  );
}

/** Records a plan with orders, as many as the breach has numbers left for; returns the orders. */
function recordPlan(
  context: DecisionContext,
  unit: number,
  plan: LiquidationPlan,
  cause: number,
): PlannedOrder[] {
  const { accounts } = context.state;
  const ordinal = accounts.get(unit, A.nextOrderOrdinal);
  const tranches = plan.tranches.slice(0, ORDINALS_PER_BREACH - ordinal);
  const last = tranches.at(-1);
  if (last === undefined) return [];
  const before = context.judgement.figures();
  const breach = accounts.get(unit, A.breach);
  context.emit(
    {
      type: 'LiquidationPlanned',
      account: unit,
      breach,
      firstOrder: orderId(breach, ordinal),
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
  return tranches.map(orderIn);
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

/** The orders of the plan, which since logic version 4 is recorded before them. */
function ordersOf(
  context: DecisionContext,
  unit: number,
  toFlat: boolean,
  cause: number,
): readonly PlannedOrder[] {
  const input = context.judgement.evaluation.planInput(toFlat);
  if (context.planner !== undefined) return context.planner(input);
  return context.logic.plansLeastCost
    ? recordPlan(context, unit, planAtLeastCost(input), cause)
    : planLiquidation(input);
}

function issueOrders(context: DecisionContext, unit: number, toFlat: boolean, cause: number): void {
  const { state, judgement } = context;
  const { rulebook } = judgement.evaluation;
  if (rulebook === undefined) return;
  const before = judgement.figures();
  const breach = state.accounts.get(unit, A.breach);
  invariant(breach > 0, 'a liquidation belongs to a breach');
  const orders = ordersOf(context, unit, toFlat, cause);
  for (const order of orders) {
    const ordinal = state.accounts.get(unit, A.nextOrderOrdinal);
    if (ordinal >= ORDINALS_PER_BREACH) return;
    context.emit(
      {
        type: 'LiquidationOrderIssued',
        order: orderId(breach, ordinal),
        deadline: state.clock.timeUs + rulebook.source.orderTimeoutUs,
        ...order,
        ...before,
      },
      cause,
    );
  }
}
