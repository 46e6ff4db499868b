import {
  type AmountMinor,
  greater,
  invariant,
  lesser,
  type Lots,
  minus,
  negated,
  plus,
  ppmCeil,
  sizeOf,
  STORE_LIMIT,
  ZERO,
} from '#libs/units';
import { A, POOL, SAGA } from '#libs/clearing';
import { PAYER } from '#libs/default-management';
import { convertDebt } from '#libs/margin';
import { EQUITY_PREMIUM, I, notionalMinor, valueMinor } from '#libs/market';
import type { HouseState } from '../state/house-state.js';
import { canHoldPositions } from './account-standing.js';
import type { DecisionContext } from './context.js';
import type { ExecutionTerms } from './execution-terms.js';

/** Most positions that go over in one event. */
const POSITIONS_AT_ONCE = 256;

/** Why a backstop takes nothing, in the order of the catalogue's enumeration. */
const DECLINED = {
  insolvent: 0,
  notHealthy: 1,
  margin: 2,
  notionalLimit: 3,
  limits: 4,
  gated: 5,
} as const;

interface Taken {
  readonly instrument: number;
  readonly takenLots: Lots;
  readonly valueMinor: AmountMinor;
}

/**
 * Hands the portfolio of the unit evaluated last to the pool's backstop, when that is due: after so many
 * failed orders, or below a level. At the mark; the account pays a share of the notional, as far as its
 * equity goes; what it lacks, the liquidation fund pays. False: orders go on, with the unit evaluated.
 */
export function takeOver(
  context: DecisionContext,
  unit: number,
  terms: ExecutionTerms,
  cause: number,
): boolean {
  const { state, judgement } = context;
  const { backstop } = terms;
  if (backstop === 0 || backstop === unit || !isDue(context, unit, terms)) return false;
  // Clients behind an omnibus-gross account are moved to another member, not taken over.
  if (state.accounts.clientsOf(unit) !== undefined) return false;
  const figures = judgement.figures();
  const positions = positionsOf(context);
  const notional = notionalInBase(context, positions);
  const missing = greater<AmountMinor>(ZERO, negated(figures.equityMinor));
  const equity = greater<AmountMinor>(ZERO, figures.equityMinor);
  const costMinor = lesser(ppmCeil(notional, terms.backstopCostPpm), equity);
  const breach = state.accounts.get(unit, A.breach);
  invariant(notional > 0, 'a portfolio that is taken over is worth something');
  invariant(missing === 0 || costMinor === 0, 'who is bankrupt pays nothing');
  const reason =
    missing > fundFor(state, unit)
      ? DECLINED.insolvent
      : whyNot(context, terms, positions, costMinor);
  if (reason !== undefined) {
    context.emit({ type: 'TakeOverDeclined', account: unit, backstop, breach, reason }, cause);
    judgement.evaluation.evaluate(unit);
    return false;
  }
  let paid = cause;
  if (missing > 0) {
    const layer = { payer: PAYER.liquidationFund, member: 0, amountMinor: missing };
    paid = context.emit({ type: 'ShortfallCovered', account: unit, ...layer }, cause);
  }
  const body = { account: unit, backstop, breach, costMinor, notionalMinor: notional };
  const taken = context.emit({ type: 'PortfolioTakenOver', ...body, ...figures, positions }, paid);
  judgement.evaluation.evaluate(unit);
  invariant(judgement.evaluation.openPositions === 0, 'nothing is left of what was taken over');
  judgement.goOn(unit, taken);
  judgement.judge(backstop, 0, taken);
  return true;
}

function isDue({ state, judgement }: DecisionContext, unit: number, terms: ExecutionTerms) {
  const { backstopAttempts, backstopBelowPpm } = terms;
  const { equityMinor, maintenanceMinor } = judgement.evaluation.figures;
  const hasFailed = backstopAttempts > 0 && state.paces.of(unit).attempts >= backstopAttempts;
  return hasFailed || equityMinor < ppmCeil(maintenanceMinor, backstopBelowPpm);
}

/** What the liquidation fund may pay for the account; a guaranteed one's shortfall is its member's. */
function fundFor({ accounts, pools }: HouseState, unit: number): AmountMinor {
  if (accounts.get(unit, A.member) !== 0) return ZERO;
  return pools.get(accounts.get(unit, A.pool), POOL.liquidationFundMinor);
}

function positionsOf({ state, judgement }: DecisionContext): Taken[] {
  const { portfolio } = judgement.evaluation;
  const taken: Taken[] = [];
  for (let k = 0; k < portfolio.count; k++) {
    const takenLots: Lots = portfolio.lots[k] ?? ZERO;
    if (takenLots === 0) continue;
    const instrument = portfolio.instruments[k] ?? 0;
    const mark = state.instruments.get(instrument, I.markTicks);
    const value = valueMinor(state.instruments, instrument, takenLots, mark);
    taken.push({ instrument, takenLots, valueMinor: value });
  }
  return taken.sort((a, b) => a.instrument - b.instrument);
}

function notionalInBase(
  { state, judgement }: DecisionContext,
  positions: readonly { readonly instrument: number; readonly takenLots: Lots }[],
): AmountMinor {
  const { instruments, currencies } = state;
  const { baseCurrency } = judgement.evaluation;
  let sum: AmountMinor = ZERO;
  for (const { instrument, takenLots } of positions) {
    const mark = instruments.get(instrument, I.markTicks);
    const own = notionalMinor(instruments, instrument, takenLots, mark);
    const currency = instruments.get(instrument, I.currency);
    sum = plus(sum, convertDebt(currencies, currency, baseCurrency, own));
  }
  return sum;
}

/** Why the backstop cannot take the positions; undefined: it can. Evaluates it with them. */
function whyNot(
  context: DecisionContext,
  { backstop, backstopLimitMinor }: ExecutionTerms,
  positions: readonly Taken[],
  costMinor: AmountMinor,
): number | undefined {
  const { state, judgement } = context;
  const { evaluation } = judgement;
  const saga = state.accounts.get(backstop, A.sagaState);
  if (!canHoldPositions(state, backstop) || saga > SAGA.warned) return DECLINED.notHealthy;
  if (positions.length > POSITIONS_AT_ONCE) return DECLINED.limits;
  evaluation.gather(backstop);
  const { portfolio } = evaluation;
  for (const { instrument, takenLots, valueMinor: value } of positions) {
    const isPremium = state.instruments.get(instrument, I.premium) === EQUITY_PREMIUM;
    const known = portfolio.placeOf(backstop, instrument);
    const place = known < 0 ? portfolio.count : known;
    if (known < 0) portfolio.add(backstop, instrument, ZERO, ZERO);
    const after = plus(portfolio.lots[place] ?? ZERO, takenLots);
    const cost = plus(portfolio.costs[place] ?? ZERO, isPremium ? ZERO : value);
    const isWithin = sizeOf(after) <= state.instruments.get(instrument, I.maxLots);
    if (!isWithin || sizeOf(cost) > STORE_LIMIT) return DECLINED.limits;
    portfolio.lots[place] = after;
    portfolio.costs[place] = cost;
    const currency = state.instruments.get(instrument, I.currency);
    const purse: AmountMinor = portfolio.cash[currency] ?? ZERO;
    if (isPremium) portfolio.cash[currency] = minus(purse, value);
    if (sizeOf(portfolio.cash[currency] ?? ZERO) > STORE_LIMIT) return DECLINED.limits;
  }
  const base = state.baseCurrencyOf(backstop);
  portfolio.cash[base] = plus(portfolio.cash[base] ?? ZERO, costMinor);
  if (!evaluation.run(backstop) || evaluation.figures.gated) return DECLINED.gated;
  if (evaluation.excessMinor < 0) return DECLINED.margin;
  const held = heldBy(context);
  const isOver = backstopLimitMinor > 0 && notionalInBase(context, held) > backstopLimitMinor;
  return isOver ? DECLINED.notionalLimit : undefined;
}

/** Positions of the portfolio as it was evaluated last. */
function heldBy({ judgement }: DecisionContext): { instrument: number; takenLots: Lots }[] {
  const { portfolio } = judgement.evaluation;
  return Array.from({ length: portfolio.count }, (_, k) => ({
    instrument: portfolio.instruments[k] ?? 0,
    takenLots: portfolio.lots[k] ?? ZERO,
  }));
}
