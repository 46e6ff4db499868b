import {
  type AmountMinor,
  amountMinor,
  invariant,
  type Lots,
  minus,
  multiplyDivideCeil,
  negated,
  plus,
  ppm,
  ppmFloor,
  SAFE_LIMIT,
  sizeOf,
  type UnitArray,
  ZERO,
} from '#libs/units';
import {
  I,
  INVERSE,
  type CurrencyTable,
  type InstrumentTable,
  OPTION,
  valueMinor,
} from '#libs/market';
import { type Level, weightedLotsPpm } from './concentration.js';
import { convertAsset, convertDebt } from './conversion.js';
import type { MarginFigures, Portfolio } from './portfolio.js';
import type { Rulebook } from './rulebook.js';
import { shortOptionRequirement } from './short-option.js';

/** The market that a portfolio is evaluated against. */
export interface Market {
  readonly instruments: InstrumentTable;
  readonly currencies: CurrencyTable;
}

/**
 * The `linear` model (docs/rules.md 6): requirements per position by size tiers, summed; no offsets.
 * Maintenance margin is decided here. Fills `figures` and the per-position requirements of
 * `portfolio`, base currency minor units. Read-only on the market; allocates nothing.
 * @throws ArithmeticOverflow, InvariantViolation when a sum leaves the safe integers.
 */
export function evaluateLinear(
  portfolio: Portfolio,
  market: Market,
  rulebook: Rulebook,
  baseCurrency: number,
  figures: MarginFigures,
): void {
  const { instruments, currencies } = market;
  const { net, cash } = portfolio;
  const currencyCount = currencies.count;
  invariant(currencies.has(baseCurrency), 'a pool has a listed base currency');
  for (let c = 1; c <= currencyCount; c++) net[c] = cash[c] ?? ZERO;
  let maintenance = 0;
  let initial = 0;
  let atRest = 0;
  let gated = false;
  for (let k = 0; k < portfolio.count; k++) {
    const id = portfolio.instruments[k] ?? 0;
    const lots = portfolio.lots[k] ?? ZERO;
    const currency = instruments.get(id, I.currency);
    const value = valueMinor(instruments, id, lots, instruments.get(id, I.markTicks));
    const unrealised = minus(value, portfolio.costs[k] ?? ZERO);
    net[currency] = plus(net[currency] ?? ZERO, unrealised);
    if (lots === 0) {
      portfolio.maintenance[k] = ZERO;
      portfolio.initial[k] = ZERO;
      continue;
    }
    if (!instruments.isJudgeable(id)) gated = true;
    const m = positionRequirement(instruments, id, lots, rulebook, 'maintenance');
    const i = positionRequirement(instruments, id, lots, rulebook, 'initial');
    invariant(m >= 0 && i >= m, 'an initial requirement is not below maintenance');
    const inBase = currency === baseCurrency;
    portfolio.maintenance[k] = inBase ? m : convertDebt(currencies, currency, baseCurrency, m);
    portfolio.initial[k] = inBase ? i : convertDebt(currencies, currency, baseCurrency, i);
    maintenance += portfolio.maintenance[k] ?? 0;
    initial += portfolio.initial[k] ?? 0;
    atRest += rulebook.countsOpenInterest
      ? restingInitial(portfolio, k, market, rulebook, baseCurrency)
      : (portfolio.initial[k] ?? 0);
  }
  invariant(maintenance >= 0 && initial >= maintenance, 'requirements of a unit are in order');
  invariant(atRest <= initial, 'open interest raises requirements');
  figures.equityMinor = equityMinor(net, currencies, rulebook, baseCurrency);
  figures.maintenanceMinor = amountMinor(maintenance);
  figures.initialMinor = amountMinor(initial);
  figures.initialAtRestMinor = amountMinor(atRest);
  figures.gated = gated;
  invariant(initial <= SAFE_LIMIT && maintenance <= SAFE_LIMIT, 'requirements are safe integers');
}

/** Initial requirement of position `k` if nobody held its contract, base currency; at most its own. */
function restingInitial(
  portfolio: Portfolio,
  k: number,
  { instruments, currencies }: Market,
  rulebook: Rulebook,
  baseCurrency: number,
): AmountMinor {
  const own = portfolio.initial[k] ?? ZERO;
  const id = portfolio.instruments[k] ?? 0;
  const charges = rulebook.concentration(instruments.get(id, I.marginClass));
  if (charges === undefined || charges.openInterestToMinor === 0) return own;
  const lots = portfolio.lots[k] ?? ZERO;
  const minor = positionRequirement(instruments, id, lots, rulebook, 'atRest');
  return convertDebt(currencies, instruments.get(id, I.currency), baseCurrency, minor);
}

/** Requirement of one position in its settlement currency, minor units, rounded up. */
export function positionRequirement(
  instruments: InstrumentTable,
  id: number,
  lots: Lots,
  rulebook: Rulebook,
  level: Level,
): AmountMinor {
  const size = sizeOf(lots);
  const mark = instruments.get(id, I.markTicks);
  invariant(lots !== 0 && mark > 0, 'what has a requirement has lots and a mark');
  if (instruments.get(id, I.kind) === OPTION) {
    return lots > 0
      ? valueMinor(instruments, id, lots, mark)
      : shortOptionRequirement(instruments, id, size, rulebook, level !== 'maintenance');
  }
  const weighted = weightedLotsPpm(instruments, id, size, rulebook, level);
  const multiplier = instruments.get(id, I.multiplier);
  return amountMinor(
    instruments.get(id, I.payoff) === INVERSE
      ? multiplyDivideCeil(multiplier, weighted, mark * 1_000_000)
      : multiplyDivideCeil(mark * multiplier, weighted, 1_000_000),
  );
}

/** Equity over all currencies in the base currency: haircuts on assets, debts in full. */
export function equityMinor(
  net: UnitArray<AmountMinor>,
  currencies: CurrencyTable,
  rulebook: Rulebook,
  baseCurrency: number,
): AmountMinor {
  let equity: number = net[baseCurrency] ?? 0;
  for (let c = 1; c <= currencies.count; c++) {
    const amount = net[c] ?? ZERO;
    if (c === baseCurrency || amount === 0) continue;
    equity += countedMinor(amount, c, currencies, rulebook, baseCurrency);
  }
  invariant(Math.abs(equity) <= SAFE_LIMIT, 'equity is a safe integer');
  return amountMinor(equity);
}

/** What a net amount of another currency adds to equity: an asset less its haircut, a debt in full. */
export function countedMinor(
  amount: AmountMinor,
  currency: number,
  currencies: CurrencyTable,
  rulebook: Rulebook,
  baseCurrency: number,
): AmountMinor {
  invariant(currency !== baseCurrency, 'what is converted is of another currency');
  if (amount <= 0) return negated(convertDebt(currencies, currency, baseCurrency, negated(amount)));
  return ppmFloor(
    convertAsset(currencies, currency, baseCurrency, amount),
    ppm(1_000_000 - rulebook.haircutPpm(currency)),
  );
}
