import { invariant, lesser, type Lots, negated, sizeOf, ZERO } from '#libs/units';
import { certainLots, equityChange, type PlanInput } from '../plan-steps.js';

/** A position that a plan may reduce. */
export interface PlanLeg {
  /** Place in the portfolio. */
  readonly place: number;
  readonly account: number;
  readonly instrument: number;
  /** 1 for a long, -1 for a short. */
  readonly side: number;
  /** Lots that are certain to be there. */
  readonly certainLots: Lots;
  /** Of these, what may be ordered now. */
  readonly executableLots: Lots;
  /** Slippage and fee of a lot, base currency minor units, averaged over those that are certain. */
  readonly costPerLot: number;
}

/** Every position with lots, by instrument and account: the order that decides between equals. */
export function legsOf(input: PlanInput): PlanLeg[] {
  const { portfolio } = input;
  const legs: PlanLeg[] = [];
  for (let place = 0; place < portfolio.count; place++) {
    const lots: Lots = portfolio.lots[place] ?? ZERO;
    if (lots === 0) continue;
    const certain = certainLots(portfolio, place);
    const most = input.executableLots?.(place) ?? certain;
    invariant(most >= 0 && certain <= sizeOf(lots), 'no more is taken than is held');
    const costMinor = certain === 0 ? ZERO : negated(equityChange(input, place, certain));
    invariant(costMinor >= 0, 'what is taken costs something');
    legs.push({
      place,
      account: portfolio.accounts[place] ?? 0,
      instrument: portfolio.instruments[place] ?? 0,
      side: lots > 0 ? 1 : -1,
      certainLots: certain,
      executableLots: lesser(certain, most),
      costPerLot: certain === 0 ? 0 : costMinor / certain,
    });
  }
  return legs.sort((a, b) => a.instrument - b.instrument || a.account - b.account);
}
