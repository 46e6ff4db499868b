import { cancelOrders } from './cancelling.js';
import { ppmUp, whole, ZERO } from './decimal-arithmetic.js';
import { closeOutMember, defaultAccount } from './defaulting.js';
import { indexOf } from './enumerations.js';
import { assertNothingHelps, checkedPlan } from './checked-plan.js';
import { type ExpectedOrder, planOf } from './liquidation-plan.js';
import { figuresIn, figuresOf, type MarginFigures } from './margin-figures.js';
import type { TwinContext } from './twin-context.js';
import { houseAccountOf, rowOf, type TwinState } from './twin-state.js';

const ORDERS_PER_BREACH = 4096;
/** Logic version that plans at least cost. */
const SINCE = 4;

/** The step of a unit under liquidation that waits for no venue (docs/rules.md 7, 8 and 10). */
export function continueLiquidation(twin: TwinContext, unit: number, cause: number): void {
  const { state } = twin;
  const figures = figuresOf(state, unit);
  if (figures === undefined || figures.isGated) return;
  const toFlat = isClosedOut(state, unit);
  const isAtTarget = figures.equity.gte(ppmUp(figures.maintenance, figures.rulebook.targetPpm));
  const isFlat = figures.open.length === 0;
  const isReady = isAtTarget && (isFlat || !toFlat);
  if (!isReady && cancelOrders(twin, unit, figures.rulebook.orderTimeoutUs, cause)) return;
  if (!isFlat && (toFlat || !isAtTarget)) {
    issuePlan(twin, unit, figures, toFlat, cause);
    return;
  }
  if (isAtTarget) complete(twin, unit, figures, cause);
  else defaultAccount(twin, unit, figures, cause);
  if (toFlat) closeOutMember(twin, rowOf(state.accounts, unit).member, cause);
}

/** The house account of a member in default, of which every position is closed out. */
function isClosedOut(state: TwinState, unit: number): boolean {
  const { member } = rowOf(state.accounts, unit);
  if (member === 0 || houseAccountOf(state, member) !== unit) return false;
  return rowOf(state.members, member).state === 'defaulted';
}

function complete(twin: TwinContext, unit: number, figures: MarginFigures, cause: number): void {
  const account = rowOf(twin.state.accounts, unit);
  const { breach } = account;
  twin.emit({ type: 'LiquidationCompleted', account: unit, breach, ...figuresIn(figures) }, cause);
  account.state = 'healthy';
  account.breach = 0;
}

/** The house's plan, checked and recorded; no orders where there is none. */
function cheapestPlan(
  twin: TwinContext,
  unit: number,
  figures: MarginFigures,
  toFlat: boolean,
  cause: number,
): readonly ExpectedOrder[] {
  const { state } = twin;
  const { breach, nextOrdinal } = rowOf(state.accounts, unit);
  if (nextOrdinal >= ORDERS_PER_BREACH) return [];
  const proposal = twin.nextPlan(unit);
  if (proposal === undefined) {
    assertNothingHelps(state, figures, toFlat);
    return [];
  }
  const { orders, record } = checkedPlan(state, figures, toFlat, proposal);
  const firstOrder = breach * ORDERS_PER_BREACH + nextOrdinal;
  twin.emit({ type: 'LiquidationPlanned', account: unit, breach, firstOrder, ...record }, cause);
  return orders;
}

function issuePlan(
  twin: TwinContext,
  unit: number,
  figures: MarginFigures,
  toFlat: boolean,
  cause: number,
): void {
  const { state } = twin;
  const account = rowOf(state.accounts, unit);
  const deadline = state.timeUs + figures.rulebook.orderTimeoutUs;
  const orders =
    state.logicVersion >= SINCE
      ? cheapestPlan(twin, unit, figures, toFlat, cause)
      : planOf(state, figures, toFlat);
  for (const planned of orders) {
    if (account.nextOrdinal >= ORDERS_PER_BREACH) return;
    const order = account.breach * ORDERS_PER_BREACH + account.nextOrdinal;
    account.nextOrdinal += 1;
    const { account: owner, instrument, side, quantity, limit } = planned;
    state.orders.set(order, {
      account: owner,
      instrument,
      side,
      quantity,
      limit,
      filled: ZERO,
      deadline,
      isUnknown: false,
    });
    twin.emit(
      {
        type: 'LiquidationOrderIssued',
        order,
        account: owner,
        instrument,
        side: indexOf('sides', side),
        quantityLots: whole(quantity),
        limitPriceTicks: whole(limit),
        deadline,
        ...figuresIn(figures),
        equityAfterMinor: whole(planned.equityAfter),
        maintenanceAfterMinor: whole(planned.maintenanceAfter),
      },
      cause,
    );
  }
}
