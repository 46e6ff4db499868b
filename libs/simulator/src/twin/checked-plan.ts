import type { MessageNamed } from '#libs/events';
import { type Decimal, decimal, ONE, ppmUp, whole, ZERO } from './decimal-arithmetic.js';
import { indexOf } from './enumerations.js';
import {
  certainLots,
  type ExpectedOrder,
  limitOf,
  ORDERS_PER_PLAN,
  type Step,
  stepAfter,
} from './liquidation-plan.js';
import type { HeldPosition, MarginFigures } from './margin-figures.js';
import type { TwinState } from './twin-state.js';

export type Planned = MessageNamed<'LiquidationPlanned'>;

/** What a proposal comes to when every figure of it is computed anew. */
export interface CheckedPlan {
  readonly orders: readonly ExpectedOrder[];
  readonly record: Omit<Planned, 'type' | 'account' | 'breach' | 'firstOrder'>;
}

const OUTCOME = { restores: 0, slice: 1, illiquid: 2, insolvent: 3, closeOut: 4 } as const;
const REASON = { dearer: 0, hedge: 1, uncertain: 2, orders: 4 } as const;
const REJECTED_MAX = 8;

/**
 * A plan since logic version 4 (docs/rules.md 8). The twin does not search for the cheapest: it is told what
 * the house plans, and holds it against the rules. What is wrong comes out as another event.
 */
export function checkedPlan(
  state: TwinState,
  figures: MarginFigures,
  toFlat: boolean,
  proposal: Planned,
): CheckedPlan {
  return new PlanCheck(state, figures, toFlat).check(proposal);
}

/** No plan is right only where nothing certain restores the target, and none of it helps. */
export function assertNothingHelps(
  state: TwinState,
  figures: MarginFigures,
  toFlat: boolean,
): void {
  new PlanCheck(state, figures, toFlat).demandNothingHelps();
}

type Taken = ReadonlyMap<HeldPosition, Decimal>;

class PlanCheck {
  private readonly legs: readonly HeldPosition[];

  constructor(
    private readonly state: TwinState,
    private readonly figures: MarginFigures,
    private readonly toFlat: boolean,
  ) {
    this.legs = [...figures.open].sort(
      (a, b) => a.instrument - b.instrument || a.account - b.account,
    );
  }

  check(proposal: Planned): CheckedPlan {
    const { figures } = this;
    const taken = new Map<HeldPosition, Decimal>();
    let before: Step = { equity: figures.equity, maintenance: figures.maintenance };
    const orders: ExpectedOrder[] = [];
    const tranches: Planned['tranches'][number][] = [];
    for (const { account, instrument, quantityLots } of proposal.tranches) {
      const position = this.positionOf(account, instrument);
      const quantity = decimal(quantityLots);
      this.demand(!taken.has(position), 'a position is reduced by one order');
      this.demand(quantity.gte(ONE), 'an order has lots');
      this.demand(quantity.lte(certainLots(figures, position)), 'what is taken is certain');
      taken.set(position, quantity);
      const after = stepAfter(this.state, figures, position, quantity, before);
      const order = this.orderOf(position, quantity, after);
      orders.push(order);
      tranches.push(this.trancheOf(order, before.equity.sub(after.equity)));
      before = after;
    }
    this.demand(orders.length <= ORDERS_PER_PLAN, 'a plan has few orders');
    const outcome = this.outcomeOf(taken, before, proposal.outcome);
    if (outcome === OUTCOME.restores) this.demandFewest(taken);
    const cost = figures.equity.sub(before.equity);
    this.demand(decimal(proposal.leastCostMinor).lte(cost), 'no plan is below the least cost');
    return {
      orders,
      record: {
        outcome,
        equityMinor: whole(figures.equity),
        maintenanceMinor: whole(figures.maintenance),
        initialMinor: whole(figures.initial),
        targetMinor: whole(this.targetOf(figures.maintenance)),
        worstScenario: 0,
        costMinor: whole(cost),
        leastCostMinor: proposal.leastCostMinor,
        equityAfterMinor: whole(before.equity),
        maintenanceAfterMinor: whole(before.maintenance),
        tranches,
        rejected: this.rejected(taken, outcome),
      },
    };
  }

  demandNothingHelps(): void {
    const nothing = this.afterTaking(new Map());
    for (const position of this.legs) {
      const quantity = certainLots(this.figures, position);
      if (quantity.isZero()) continue;
      this.demand(!this.toFlat, 'what is certain is closed out');
      const after = this.afterTaking(new Map([[position, quantity]]));
      this.demand(this.surplusOf(after).lte(this.surplusOf(nothing)), 'what helps is taken');
    }
  }

  /** What the orders come to. A slice is what is left of a plan of more orders than one may have. */
  private outcomeOf(taken: Taken, after: Step, proposed: number): number {
    if (this.toFlat) return OUTCOME.closeOut;
    if (this.surplusOf(after).gte(ZERO)) return OUTCOME.restores;
    if (taken.size === ORDERS_PER_PLAN && proposed === OUTCOME.slice) return OUTCOME.slice;
    const all = new Map(this.legs.map((own) => [own, certainLots(this.figures, own)]));
    const everything = this.afterTaking(all);
    this.demand(this.surplusOf(everything).lt(ZERO), 'everything would restore the target');
    return everything.equity.lt(ZERO) ? OUTCOME.insolvent : OUTCOME.illiquid;
  }

  private demandFewest(taken: Taken): void {
    for (const [position, quantity] of taken) {
      const fewer = new Map(taken).set(position, quantity.sub(ONE));
      const surplus = this.surplusOf(this.afterTaking(fewer));
      this.demand(surplus.lt(ZERO), 'one lot fewer of any order does not restore');
    }
  }

  private rejected(taken: Taken, outcome: number): Planned['rejected'] {
    const before = this.surplusOf({
      equity: this.figures.equity,
      maintenance: this.figures.maintenance,
    });
    const left = this.legs.filter((position) => !taken.has(position)).slice(0, REJECTED_MAX);
    const isCut = taken.size === ORDERS_PER_PLAN && outcome !== OUTCOME.restores;
    return left.map((position) => {
      const quantity = certainLots(this.figures, position);
      const after = this.afterTaking(new Map([[position, quantity]]));
      const surplus = this.surplusOf(after).sub(before);
      const reason = quantity.isZero()
        ? REASON.uncertain
        : isCut
          ? REASON.orders
          : surplus.lt(ZERO)
            ? REASON.hedge
            : REASON.dearer;
      return {
        account: position.account,
        instrument: position.instrument,
        side: indexOf('sides', position.lots.gt(ZERO) ? 'sell' : 'buy'),
        quantityLots: whole(quantity),
        costMinor: whole(this.figures.equity.sub(after.equity)),
        surplusMinor: whole(surplus),
        reason,
      };
    });
  }

  private afterTaking(taken: Taken): Step {
    let step: Step = { equity: this.figures.equity, maintenance: this.figures.maintenance };
    for (const [position, quantity] of taken) {
      if (quantity.isZero()) continue;
      step = stepAfter(this.state, this.figures, position, quantity, step);
    }
    return step;
  }

  private surplusOf({ equity, maintenance }: Step): Decimal {
    return equity.sub(this.targetOf(maintenance));
  }

  private targetOf(maintenance: Decimal): Decimal {
    return ppmUp(maintenance, this.figures.rulebook.targetPpm);
  }

  private orderOf(position: HeldPosition, quantity: Decimal, after: Step): ExpectedOrder {
    return {
      account: position.account,
      instrument: position.instrument,
      side: position.lots.gt(ZERO) ? 'sell' : 'buy',
      quantity,
      limit: limitOf(this.state, this.figures, position),
      equityAfter: after.equity,
      maintenanceAfter: after.maintenance,
    };
  }

  private trancheOf(order: ExpectedOrder, cost: Decimal): Planned['tranches'][number] {
    return {
      account: order.account,
      instrument: order.instrument,
      side: indexOf('sides', order.side),
      quantityLots: whole(order.quantity),
      costMinor: whole(cost),
      equityAfterMinor: whole(order.equityAfter),
      maintenanceAfterMinor: whole(order.maintenanceAfter),
      worstScenario: 0,
    };
  }

  private positionOf(account: number, instrument: number): HeldPosition {
    const found = this.legs.find((own) => own.account === account && own.instrument === instrument);
    if (found === undefined) throw new Error('a plan reduces what is held');
    return found;
  }

  private demand(holds: boolean, rule: string): void {
    if (!holds) throw new Error(`the plan breaks a rule: ${rule}`);
  }
}
