import { invariant, lots as wholeLots } from '#libs/units';
import { BUY, SELL } from '../orders.js';
import type { PlanInput } from '../plan-steps.js';
import type { PlanLeg } from './legs.js';
import { PlanTrial } from './trial.js';

/** One order that alone restores the target. */
export interface SingleOrder {
  readonly account: number;
  readonly instrument: number;
  readonly side: number;
  readonly quantityLots: number;
  readonly costMinor: number;
}

/**
 * The cheapest single order that restores the target at its limit and fee; undefined when none does. Ties:
 * instrument id, account id. For an explanation: it tries every position, and a plan does not.
 */
export function cheapestSingleOrder(input: PlanInput): SingleOrder | undefined {
  const trial = new PlanTrial(input);
  invariant(trial.startSurplusMinor < 0, 'what is held needs no order');
  const taken = new Float64Array(trial.legs.length);
  let best: SingleOrder | undefined;
  trial.legs.forEach((leg, place) => {
    const surplusAt = (lots: number): number => {
      taken[place] = lots;
      return trial.surplusMinor(taken);
    };
    const quantity = fewestLots(leg, surplusAt);
    if (quantity !== undefined) {
      taken[place] = quantity;
      const costMinor = trial.costMinor(taken);
      const { account, instrument, side } = leg;
      const order = { account, instrument, side: side > 0 ? SELL : BUY, quantityLots: quantity };
      if (best === undefined || costMinor < best.costMinor) best = { ...order, costMinor };
    }
    taken[place] = 0;
  });
  return best;
}

/** The surplus rises to a highest point and then falls: the fewest lots are before it. */
function fewestLots({ executableLots }: PlanLeg, surplusAt: (lots: number) => number) {
  if (executableLots === 0) return undefined;
  let low = 0;
  let high: number = executableLots;
  while (high - low > 2) {
    const third = Math.floor((high - low) / 3);
    if (surplusAt(low + third) < surplusAt(high - third)) low += third;
    else high -= third;
  }
  let highest = low;
  for (let lots = low + 1; lots <= high; lots++) {
    if (surplusAt(lots) > surplusAt(highest)) highest = lots;
  }
  if (surplusAt(highest) < 0) return undefined;
  let tooFew = 0;
  let enough = highest;
  while (enough - tooFew > 1) {
    const middle = Math.floor((enough + tooFew) / 2);
    if (surplusAt(middle) >= 0) enough = middle;
    else tooFew = middle;
  }
  invariant(enough >= 1, 'an order has lots');
  return wholeLots(enough);
}
