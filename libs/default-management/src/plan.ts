import { convertDebt, type Portfolio, positionRequirement } from '#libs/margin';
import { I } from '#libs/market';
import { invariant, minus, negated, sizeOf, ZERO } from '#libs/units';
import {
  isAtTarget,
  ORDERS_PER_PLAN,
  type PlanInput,
  type PlannedOrder,
  reducePosition,
  reducibleLots,
  type Step,
} from './plan-steps.js';
import { planWhole } from './whole-plan.js';

/** Makes the orders of one plan for a unit below its target; never more than is certain to be held. */
export type Planner = (input: PlanInput) => PlannedOrder[];

/**
 * The partial liquidation plan (docs/rules.md 8): walk the positions by requirement, take of each the
 * fewest lots that restore the target at the limit price and fee, or all that is certain of it and
 * go on. One lot fewer does not restore the target.
 */
export function planLiquidation(input: PlanInput): PlannedOrder[] {
  if (input.whole !== undefined) return planWhole(input, input.whole);
  const { figures } = input;
  const orders: PlannedOrder[] = [];
  let before: Step = { equity: figures.equityMinor, maintenance: figures.maintenanceMinor };
  invariant(!figures.gated, 'a plan is made of figures that may be judged');
  invariant(input.toFlat || !isAtTarget(input, before), 'a plan is made below the target');
  for (const k of walkOrder(input.portfolio)) {
    if (orders.length === ORDERS_PER_PLAN) break;
    const size = reducibleLots(input, k);
    if (size === 0) continue;
    const { order, after, reached } = reducePosition(input, k, size, before);
    orders.push(order);
    before = after;
    if (reached) break;
  }
  assertReevaluated(input, orders, before);
  return orders;
}

/** The running m' against a requirement of every position that is left, computed anew. */
function assertReevaluated(
  { portfolio, market, rulebook, baseCurrency }: PlanInput,
  orders: readonly PlannedOrder[],
  after: Step,
): void {
  invariant(orders.length <= ORDERS_PER_PLAN, 'a plan has few orders');
  let maintenance = 0;
  let reduced = 0;
  for (let k = 0; k < portfolio.count; k++) {
    const id = portfolio.instruments[k] ?? 0;
    const account = portfolio.accounts[k];
    const order = orders.find((own) => own.instrument === id && own.account === account);
    const size = sizeOf(portfolio.lots[k] ?? ZERO);
    const left = minus(size, order?.quantityLots ?? ZERO);
    if (order !== undefined) reduced += 1;
    invariant(left >= 0, 'no position is turned round');
    if (left === 0) continue;
    const rest = (portfolio.lots[k] ?? 0) > 0 ? left : negated(left);
    const currency = market.instruments.get(id, I.currency);
    const own = positionRequirement(market.instruments, id, rest, rulebook, 'maintenance');
    maintenance += convertDebt(market.currencies, currency, baseCurrency, own);
  }
  invariant(reduced === orders.length, 'every order reduces another position');
  invariant(maintenance === after.maintenance, "m' is what an evaluation would find");
}

/** Positions by maintenance requirement descending, instrument id, account id. */
function walkOrder(portfolio: Portfolio): number[] {
  const { maintenance, instruments, accounts, lots } = portfolio;
  const places: number[] = [];
  for (let k = 0; k < portfolio.count; k++) if (lots[k] !== 0) places.push(k);
  return places.sort(
    (a, b) =>
      (maintenance[b] ?? 0) - (maintenance[a] ?? 0) ||
      (instruments[a] ?? 0) - (instruments[b] ?? 0) ||
      (accounts[a] ?? 0) - (accounts[b] ?? 0),
  );
}
