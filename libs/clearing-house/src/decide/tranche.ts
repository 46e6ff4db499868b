import { invariant, type Lots, plus, ZERO } from '#libs/units';
import { A } from '#libs/clearing';
import { orderId, ORDINALS_PER_BREACH, type PlannedOrder } from '#libs/default-management';
import type { DecisionContext } from './context.js';
import { startDeleveraging } from './deleveraging.js';
import { type ExecutionTerms, executionTermsIn } from './execution-terms.js';
import { planFor } from './plan-record.js';
import { takeOver } from './take-over.js';
import { Throttle } from './throttle.js';

/** Why a liquidation is deferred, in the order of the catalogue's enumeration. */
const DEFERRED = { delay: 0, throttled: 1 } as const;

/**
 * Reduces the unit evaluated last, which is below its target and waits for nobody: by orders; by the
 * rulebook's execution terms in tranches, or by a take-over or a deleveraging (docs/rules.md 8b).
 */
export function reduce(
  context: DecisionContext,
  unit: number,
  toFlat: boolean,
  cause: number,
): void {
  const { state, judgement } = context;
  const terms = executionTermsIn(judgement.evaluation.rulebook);
  if (terms === undefined) {
    const planned = planFor(context, unit, judgement.evaluation.planInput(toFlat));
    planned.record(cause);
    issueOrders(context, unit, planned.orders, cause);
    return;
  }
  const { nextAt, deferredUntil } = state.paces.of(unit);
  if (deferredUntil !== 0) return;
  if (state.clock.timeUs < nextAt) {
    defer(context, unit, nextAt, DEFERRED.delay, cause);
    return;
  }
  if (!toFlat && startDeleveraging(context, unit, terms, cause)) return;
  if (!toFlat && takeOver(context, unit, terms, cause)) return;
  issueTranche(context, unit, terms, toFlat, cause);
}

/** What may be ordered now of what is planned; nothing at all: later. */
function issueTranche(
  context: DecisionContext,
  unit: number,
  terms: ExecutionTerms,
  toFlat: boolean,
  cause: number,
): void {
  const { state, judgement } = context;
  const { evaluation } = judgement;
  if (state.accounts.get(unit, A.nextOrderOrdinal) >= ORDINALS_PER_BREACH) return;
  const throttle = new Throttle(
    state,
    terms,
    state.accounts.get(unit, A.pool),
    evaluation.portfolio,
  );
  const { executableLots, bandTicks } = throttle;
  const input = { ...evaluation.planInput(toFlat), executableLots, bandTicks };
  const planned = planFor(context, unit, input);
  const { orders } = planned;
  if (orders.length === 0) {
    const isThrottled = throttle.limits.some(({ limitLots }) => limitLots === 0);
    if (isThrottled) defer(context, unit, throttle.retryAtUs(), DEFERRED.throttled, cause);
    return;
  }
  const isHeld = context.planner !== undefined || !throttle.exceedsWindow(orders);
  invariant(isHeld, 'no tranche orders more than its window has left');
  const paced = {
    type: 'LiquidationPaced',
    account: unit,
    breach: state.accounts.get(unit, A.breach),
    nextAt: state.clock.timeUs + terms.trancheDelayUs,
    windowFrom: throttle.windowFromUs,
    limits: throttle.limits.slice(0, 64),
    ordered: orderedBy(orders),
  } as const;
  context.emit(paced, cause);
  planned.record(cause);
  issueOrders(context, unit, orders, cause);
}

function orderedBy(
  orders: readonly PlannedOrder[],
): { readonly instrument: number; readonly orderedLots: Lots }[] {
  const sums = new Map<number, Lots>();
  for (const { instrument, quantityLots } of orders) {
    sums.set(instrument, plus(sums.get(instrument) ?? ZERO, quantityLots));
  }
  return [...sums].map(([instrument, orderedLots]) => ({ instrument, orderedLots }));
}

function defer(
  context: DecisionContext,
  unit: number,
  until: number,
  reason: number,
  cause: number,
): void {
  const { accounts, clock } = context.state;
  const breach = accounts.get(unit, A.breach);
  invariant(until > clock.timeUs, 'a liquidation is deferred into the future');
  context.emit({ type: 'LiquidationDeferred', account: unit, breach, until, reason }, cause);
}

/** The orders of a plan, for which nobody else has evaluated another unit since. */
function issueOrders(
  context: DecisionContext,
  unit: number,
  orders: readonly PlannedOrder[],
  cause: number,
): void {
  const { state, judgement } = context;
  const { rulebook } = judgement.evaluation;
  if (rulebook === undefined) return;
  const before = judgement.figures();
  const breach = state.accounts.get(unit, A.breach);
  invariant(breach > 0, 'a liquidation belongs to a breach');
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
