import { invariant, ZERO } from '#libs/units';
import { evaluateLinear, type Market } from './linear.js';
import { orderMarginMinor } from './order-margin.js';
import type { MarginFigures, Portfolio } from './portfolio.js';
import type { Rulebook } from './rulebook.js';
import { evaluateScenario, scenarioOrderMarginMinor } from './scenario/unit-figures.js';
import type { ScenarioValuation } from './scenario/valuation.js';

/**
 * Equity, both requirements and the order margin of a unit, by the model that its rulebook names: the one
 * evaluation, whether it decides or answers what would be. `valuation` holds the values of an epoch under
 * `scenario`; it is undefined under `linear`, and before the first epoch.
 * @throws ArithmeticOverflow, InvariantViolation when a sum leaves the safe integers
 */
export function evaluateUnit(
  portfolio: Portfolio,
  market: Market,
  rulebook: Rulebook,
  baseCurrency: number,
  valuation: ScenarioValuation | undefined,
  figures: MarginFigures,
): void {
  invariant(market.currencies.has(baseCurrency), 'a pool has a listed base currency');
  if (rulebook.scenario === undefined) {
    evaluateLinear(portfolio, market, rulebook, baseCurrency, figures);
  } else {
    evaluateScenario(portfolio, market, rulebook, baseCurrency, valuation, figures);
  }
  figures.orderMarginMinor = ZERO;
  if (portfolio.orders.length === 0) return;
  figures.orderMarginMinor =
    valuation === undefined
      ? orderMarginMinor(portfolio, market, rulebook, baseCurrency)
      : scenarioOrderMarginMinor(portfolio, market.instruments, valuation, figures);
  invariant(figures.orderMarginMinor >= 0, 'orders take nothing off a requirement');
}
