import { I } from '#libs/market';
import { invariant, SAFE_LIMIT } from '#libs/units';
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
): number {
  const { instruments, currencies } = market;
  let margin = 0;
  for (const { account, instrument, buyLots, sellLots } of portfolio.orders) {
    const place = portfolio.placeOf(account, instrument);
    const lots = place < 0 ? 0 : (portfolio.lots[place] ?? 0);
    const own = place < 0 ? 0 : (portfolio.initial[place] ?? 0);
    const maxLots = instruments.get(instrument, I.maxLots);
    const currency = instruments.get(instrument, I.currency);
    const requirement = (lotsThen: number): number => {
      if (lotsThen === 0) return 0;
      const minor = positionRequirement(instruments, instrument, lotsThen, rulebook, true);
      return convertDebt(currencies, currency, baseCurrency, minor);
    };
    const bought = requirement(Math.min(maxLots, lots + buyLots));
    const sold = requirement(Math.max(-maxLots, lots - sellLots));
    margin += Math.max(own, bought, sold) - own;
  }
  invariant(margin >= 0 && margin <= SAFE_LIMIT, 'an order margin is a safe integer');
  return margin;
}
