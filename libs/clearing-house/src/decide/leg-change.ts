import { EQUITY_PREMIUM, I } from '#libs/market';
import type { Portfolio } from '#libs/margin';
import { type AmountMinor, invariant, type Lots, minus, plus, ZERO } from '#libs/units';
import { lotsOf } from '../apply/trade.js';
import type { HouseState } from '../state/house-state.js';

/** One side of a trade that is looked at before it is made. */
export interface LegChange {
  readonly account: number;
  readonly instrument: number;
  /** Bought, or below 0 sold. */
  readonly lots: Lots;
  /** Value of the lots at the price, of their sign. */
  readonly costMinor: AmountMinor;
  readonly feeMinor: AmountMinor;
}

/** Books a leg into a gathered portfolio, as its trade would: position, cost or premium, fee. */
export function bookLeg(state: HouseState, portfolio: Portfolio, leg: LegChange): void {
  const { account, instrument, lots, costMinor, feeMinor } = leg;
  const currency = state.instruments.get(instrument, I.currency);
  const isPremium = state.instruments.get(instrument, I.premium) === EQUITY_PREMIUM;
  const paid = isPremium ? plus(feeMinor, costMinor) : feeMinor;
  portfolio.cash[currency] = minus(portfolio.cash[currency] ?? ZERO, paid);
  const known = portfolio.placeOf(account, instrument);
  const place = known < 0 ? portfolio.count : known;
  if (known < 0) portfolio.add(account, instrument, ZERO, ZERO);
  portfolio.lots[place] = plus(lotsOf(state, account, instrument), lots);
  invariant(place < portfolio.count, 'the leg has a place');
  if (!isPremium) portfolio.costs[place] = plus(portfolio.costs[place] ?? ZERO, costMinor);
}
