import { type AmountMinor, invariant, type Lots, lots as wholeLots, minus } from '#libs/units';
import { BUY, SELL } from '../orders.js';
import type { PlanTrial } from './trial.js';

/** Why a position is left alone, as `LiquidationPlanned` numbers it. */
export const REJECTED = { dearer: 0, hedge: 1, uncertain: 2, notTradable: 3, orders: 4 } as const;
/** Most positions that are named. */
export const REJECTED_MAX = 8;

/** A position that a plan leaves alone, and what taking all that may be taken of it alone would do. */
export interface Rejected {
  readonly account: number;
  readonly instrument: number;
  readonly side: number;
  readonly quantityLots: Lots;
  readonly costMinor: AmountMinor;
  /** Change of equity less target. */
  readonly surplusMinor: AmountMinor;
  readonly reason: number;
}

/** Positions without an order, the first of them, and those whose order found no place. */
export function rejectedOf(
  trial: PlanTrial,
  taken: Float64Array,
  withoutPlace: readonly number[],
): Rejected[] {
  const only = new Float64Array(taken.length);
  const before = trial.startSurplusMinor;
  const rejected: Rejected[] = [];
  trial.legs.forEach(({ account, instrument, side, certainLots, executableLots }, leg) => {
    const hasNoPlace = withoutPlace.includes(leg);
    if ((taken[leg]! > 0 && !hasNoPlace) || rejected.length === REJECTED_MAX) return;
    only[leg] = executableLots;
    const surplusMinor = minus(trial.surplusMinor(only), before);
    const costMinor = trial.costMinor(only);
    invariant(executableLots > 0 || surplusMinor === 0, 'nothing changes where nothing is taken');
    only[leg] = 0;
    let reason: number = surplusMinor < 0 ? REJECTED.hedge : REJECTED.dearer;
    if (hasNoPlace) reason = REJECTED.orders;
    else if (certainLots === 0) reason = REJECTED.uncertain;
    else if (executableLots === 0) reason = REJECTED.notTradable;
    rejected.push({
      account,
      instrument,
      side: side > 0 ? SELL : BUY,
      quantityLots: wholeLots(executableLots),
      costMinor,
      surplusMinor,
      reason,
    });
  });
  invariant(rejected.length <= REJECTED_MAX, 'few positions are named');
  return rejected;
}
