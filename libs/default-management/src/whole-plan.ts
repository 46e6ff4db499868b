import { invariant, minus, plus, type Lots, ZERO } from '#libs/units';
import {
  isAtTarget,
  ORDERS_PER_PLAN,
  type PlanInput,
  type PlannedOrder,
  reducePosition,
  reducibleLots,
  type Step,
  type WholeRequirement,
} from './plan-steps.js';

/**
 * The plan where the requirement is one figure of the whole portfolio (docs/rules.md 8): of the position that
 * adds most to it, the fewest lots that restore the target, or all that is certain; then anew, since what
 * the others add has changed. A hedge takes off the requirement, so it is reached last.
 */
export function planWhole(input: PlanInput, whole: WholeRequirement): PlannedOrder[] {
  const { figures, portfolio } = input;
  const held = portfolio.lots.slice(0, portfolio.count);
  const orders: PlannedOrder[] = [];
  const done = new Set<number>();
  let before: Step = { equity: figures.equityMinor, maintenance: figures.maintenanceMinor };
  invariant(!figures.gated, 'a plan is made of figures that may be judged');
  invariant(input.toFlat || !isAtTarget(input, before), 'a plan is made below the target');
  while (orders.length < ORDERS_PER_PLAN) {
    whole.fillShares();
    const k = placeToReduce(input, done);
    if (k === undefined) break;
    done.add(k);
    const size = reducibleLots(input, k);
    const { order, after, reached } = reducePosition(input, k, size, before);
    orders.push(order);
    const lots: Lots = portfolio.lots[k] ?? ZERO;
    const { quantityLots } = order;
    portfolio.lots[k] = lots > 0 ? minus(lots, quantityLots) : plus(lots, quantityLots);
    before = after;
    if (reached) break;
  }
  invariant(before.maintenance === whole.maintenanceMinor(), "m' is what an evaluation would find");
  portfolio.lots.set(held);
  return orders;
}

/** The position that adds most to the requirement; ties: instrument id, account id. */
function placeToReduce(input: PlanInput, done: ReadonlySet<number>): number | undefined {
  const { portfolio } = input;
  const { maintenance, instruments, accounts, lots } = portfolio;
  let best: number | undefined;
  for (let k = 0; k < portfolio.count; k++) {
    if (lots[k] === 0 || done.has(k) || reducibleLots(input, k) === 0) continue;
    if (best === undefined) {
      best = k;
      continue;
    }
    const before =
      (maintenance[k] ?? 0) - (maintenance[best] ?? 0) ||
      (instruments[best] ?? 0) - (instruments[k] ?? 0) ||
      (accounts[best] ?? 0) - (accounts[k] ?? 0);
    if (before > 0) best = k;
  }
  return best;
}
