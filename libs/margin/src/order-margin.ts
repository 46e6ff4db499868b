import { I } from '#libs/market';
import {
  type AmountMinor,
  amountMinor,
  greater,
  invariant,
  lesser,
  type Lots,
  minus,
  negated,
  plus,
  SAFE_LIMIT,
  ZERO,
} from '#libs/units';
import { convertDebt } from './conversion.js';
import { type Market, positionRequirement } from './linear.js';
import type { Portfolio } from './portfolio.js';
import type { Rulebook } from './rulebook.js';

/**
 * What open orders add to the initial requirement of a unit, base currency minor units
 * (docs/rules.md 6): of each position the worst of all buy orders filled, all sell orders filled, and
 * neither; never beyond the position limit, since a trade beyond it is refused. The positions'
 * requirements are those that the evaluation has just filled in.
 */
export function orderMarginMinor(
  portfolio: Portfolio,
  market: Market,
  rulebook: Rulebook,
  baseCurrency: number,
): AmountMinor {
  const { instruments, currencies } = market;
  let margin = 0;
  for (const { account, instrument, buyLots, sellLots } of portfolio.orders) {
    invariant(buyLots >= 0 && sellLots >= 0, 'open orders have lots');
    const place = portfolio.placeOf(account, instrument);
    const lots: Lots = place < 0 ? ZERO : (portfolio.lots[place] ?? ZERO);
    const own = place < 0 ? ZERO : (portfolio.initial[place] ?? ZERO);
    const maxLots = instruments.get(instrument, I.maxLots);
    const currency = instruments.get(instrument, I.currency);
    const requirement = (lotsThen: Lots): AmountMinor => {
      if (lotsThen === 0) return ZERO;
      const minor = positionRequirement(instruments, instrument, lotsThen, rulebook, 'initial');
      return convertDebt(currencies, currency, baseCurrency, minor);
    };
    const bought = requirement(lesser(maxLots, plus(lots, buyLots)));
    const sold = requirement(greater(negated(maxLots), minus(lots, sellLots)));
    invariant(own >= 0 && bought >= 0 && sold >= 0, 'a requirement is 0 or more');
    margin += Math.max(own, bought, sold) - own;
  }
  invariant(margin >= 0 && margin <= SAFE_LIMIT, 'an order margin is a safe integer');
  return amountMinor(margin);
}
