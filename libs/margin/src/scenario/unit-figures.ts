import {
  type AmountMinor,
  amountMinor,
  greater,
  invariant,
  lesser,
  type Lots,
  minus,
  multiplyDivideFloor,
  negated,
  plus,
  SAFE_LIMIT,
  type UnitArray,
  ZERO,
} from '#libs/units';
import { I, type InstrumentTable, valueMinor } from '#libs/market';
import { countedMinor, equityMinor, type Market } from '../linear.js';
import type { MarginFigures, Portfolio } from '../portfolio.js';
import type { Rulebook } from '../rulebook.js';
import type { ScenarioEvaluation } from './evaluation.js';
import { explainLevel, type LevelExplanation } from './explanation.js';
import type { LegLoss } from './leg-losses.js';
import type { ScenarioValuation } from './valuation.js';

/**
 * A margin unit under the `scenario` model (docs/rules.md 6a): equity at the marks of the moment, the
 * requirement from the risk arrays of the valuation epoch. A unit with a position that the epoch does
 * not value is gated: its figures are not to be judged.
 * @throws ArithmeticOverflow, InvariantViolation when a sum leaves the safe integers.
 */
export function evaluateScenario(
  portfolio: Portfolio,
  market: Market,
  rulebook: Rulebook,
  baseCurrency: number,
  valuation: ScenarioValuation | undefined,
  figures: MarginFigures,
): void {
  figures.gated = sumEquity(portfolio, market);
  const { net } = portfolio;
  figures.equityMinor = equityMinor(net, market.currencies, rulebook, baseCurrency);
  gatherCollateral(portfolio, market, rulebook, baseCurrency);
  const { maintenanceMinor, initialMinor } = requirements(portfolio, valuation, figures);
  invariant(maintenanceMinor <= initialMinor, 'an initial requirement is not below maintenance');
  figures.maintenanceMinor = maintenanceMinor;
  figures.initialMinor = initialMinor;
  figures.initialAtRestMinor = initialMinor;
}

/** Adds cash and unrealised results up by currency; whether a market of the unit is not open. */
function sumEquity(portfolio: Portfolio, { instruments, currencies }: Market): boolean {
  const { net, cash } = portfolio;
  let gated = false;
  for (let c = 1; c <= currencies.count; c++) net[c] = cash[c] ?? ZERO;
  for (let k = 0; k < portfolio.count; k++) {
    const id = portfolio.instruments[k] ?? 0;
    const lots = portfolio.lots[k] ?? ZERO;
    const currency = instruments.get(id, I.currency);
    invariant(currencies.has(currency), 'a contract settles in a listed currency');
    const value = valueMinor(instruments, id, lots, instruments.get(id, I.markTicks));
    net[currency] = plus(net[currency] ?? ZERO, minus(value, portfolio.costs[k] ?? ZERO));
    portfolio.maintenance[k] = ZERO;
    portfolio.initial[k] = ZERO;
    if (lots !== 0 && !instruments.isJudgeable(id)) gated = true;
  }
  return gated;
}

/**
 * What of other currencies moves with an instrument, with what it counts for in equity: settled balances alone,
 * so that within an epoch a requirement moves with no contract's price.
 */
function gatherCollateral(
  { collateral, cash }: Portfolio,
  { currencies }: Market,
  rulebook: Rulebook,
  baseCurrency: number,
): void {
  if (collateral.length > 0) collateral.length = 0;
  const { scenarioCollateral } = rulebook.source;
  if (scenarioCollateral.length === 0) return;
  for (const { currency, underlying } of scenarioCollateral) {
    const amount = cash[currency] ?? ZERO;
    invariant(currency !== baseCurrency, 'the base currency is worth the same in every scenario');
    if (amount === 0) continue;
    const valueMinor = countedMinor(amount, currency, currencies, rulebook, baseCurrency);
    if (valueMinor !== 0) collateral.push({ underlying, valueMinor });
  }
}

/** Requirements of what is held, whatever it is worth. */
export function requirements(
  portfolio: Portfolio,
  valuation: ScenarioValuation | undefined,
  figures: Pick<MarginFigures, 'gated'>,
): { readonly maintenanceMinor: AmountMinor; readonly initialMinor: AmountMinor } {
  const nothing = { maintenanceMinor: ZERO, initialMinor: ZERO };
  if (isFlat(portfolio)) return nothing;
  const held = valuation?.portfolioOf(portfolio);
  if (valuation === undefined || held === undefined) {
    figures.gated = true;
    return nothing;
  }
  if (valuation.isOutdatedFor(portfolio)) figures.gated = true;
  const found = valuation.evaluation.evaluate(held);
  invariant(found.initialMinor <= SAFE_LIMIT, 'requirements are safe integers');
  return {
    maintenanceMinor: amountMinor(found.maintenanceMinor),
    initialMinor: amountMinor(found.initialMinor),
  };
}

function isFlat({ count, lots }: Portfolio): boolean {
  for (let k = 0; k < count; k++) if (lots[k] !== 0) return false;
  return true;
}

/** Both requirements of a unit taken apart, and the vector that they come from. */
export interface UnitExplanation {
  readonly maintenance: LevelExplanation;
  readonly initial: LevelExplanation;
  /** Profit or loss in each scenario of the rulebook, minor units. */
  readonly gainsMinor: readonly number[];
  /** What of it counts after the offsets between underlyings. */
  readonly countedMinor: readonly number[];
  /** The worst scenario of each component; BASIS, NO_LOSS. */
  readonly worst: readonly number[];
}

/**
 * Shares of the positions in both requirements, into `portfolio.maintenance` and `initial`: what a plan
 * walks by, and an explanation adds up with the charges. A hedge has a share below 0. Positions of several
 * accounts in one instrument share by their lots, rounded down; the first takes what is left.
 */
export function fillShares(portfolio: Portfolio, valuation: ScenarioValuation): UnitExplanation {
  const held = valuation.portfolioOf(portfolio);
  invariant(held !== undefined, 'what is taken apart has a value');
  const { evaluation, ids } = valuation;
  evaluation.evaluate(held);
  const maintenance = explainLevel(evaluation, held, false);
  const initial = explainLevel(evaluation, held, true);
  shareOut(portfolio, ids, maintenance.legs, portfolio.maintenance);
  shareOut(portfolio, ids, initial.legs, portfolio.initial);
  return {
    maintenance,
    initial,
    gainsMinor: gainsOf(evaluation),
    countedMinor: Array.from(evaluation.scan.gains),
    worst: Array.from(evaluation.scan.worst),
  };
}

function gainsOf({ risks, scan }: ScenarioEvaluation): number[] {
  return Array.from(scan.gains, (_, scenario) =>
    risks.reduce((sum, { held, gains }) => (held ? sum + (gains[scenario] ?? 0) : sum), 0),
  );
}

function shareOut(
  { count, instruments, lots }: Portfolio,
  ids: readonly number[],
  legs: readonly LegLoss[],
  shares: UnitArray<AmountMinor>,
): void {
  shares.fill(ZERO, 0, count);
  for (const { instrument, lots: net, amountMinor: whole } of legs) {
    let first: number | undefined;
    let rest = whole;
    for (let k = 0; k < count; k++) {
      if (instruments[k] !== ids[instrument] || lots[k] === 0) continue;
      first ??= k;
      const share = multiplyDivideFloor(
        whole,
        net > 0 ? lots[k]! : negated(lots[k]!),
        Math.abs(net),
      );
      shares[k] = plus(shares[k] ?? ZERO, amountMinor(share));
      rest -= share;
    }
    invariant(first !== undefined, 'a leg is of a position');
    shares[first] = plus(shares[first] ?? ZERO, amountMinor(rest));
  }
}

/**
 * What open orders add to the initial requirement: the worst of all buy orders filled, all sell orders
 * filled, and neither, over the whole portfolio; never beyond a position limit, since a trade beyond it is
 * refused. Orders in what the epoch does not value make the figures gated.
 */
export function scenarioOrderMarginMinor(
  portfolio: Portfolio,
  instruments: InstrumentTable,
  valuation: ScenarioValuation,
  figures: MarginFigures,
): AmountMinor {
  const { count, orders } = portfolio;
  let worst: number = figures.initialMinor;
  for (const isBuy of [true, false]) {
    for (const { account, instrument, buyLots, sellLots } of orders) {
      const held = portfolio.placeOf(account, instrument);
      const before: Lots = held < 0 ? ZERO : (portfolio.lots[held] ?? ZERO);
      const most = instruments.get(instrument, I.maxLots);
      const after = isBuy
        ? lesser(most, plus(before, buyLots))
        : greater(negated(most), minus(before, sellLots));
      // A position of its own, so that cutting the portfolio back undoes it.
      portfolio.add(account, instrument, minus(after, before), ZERO);
    }
    worst = Math.max(worst, requirements(portfolio, valuation, figures).initialMinor);
    portfolio.count = count;
  }
  invariant(worst >= figures.initialMinor, 'orders take nothing off a requirement');
  return amountMinor(worst - figures.initialMinor);
}
