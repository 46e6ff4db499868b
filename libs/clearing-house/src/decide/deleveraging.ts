import { invariant, lesser, type Lots, minus, negated, sizeOf, ZERO } from '#libs/units';
import { A, P, POOL } from '#libs/clearing';
import {
  BUY,
  compareRanks,
  type DeleveragingRun,
  PAYER,
  RANKED_AT_ONCE,
  type RankedHolder,
  SELL,
} from '#libs/default-management';
import { lotsOf } from '../apply/trade.js';
import type { HouseState } from '../state/house-state.js';
import { BankruptcyPrice } from './bankruptcy.js';
import type { DecisionContext } from './context.js';
import { type Borne, bornBy, KEPT } from './deleveraging-bearing.js';
import { rankOf } from './deleveraging-rank.js';
import type { ExecutionTerms } from './execution-terms.js';
import { noteLostHedge } from './hedge-loss.js';

/** Accounts in one slice of a ranking. */
const RANKED_ACCOUNTS = 256;

/**
 * Starts the deleveraging of a unit that is bankrupt beyond what the liquidation fund holds; the fund
 * pays what it has first (docs/rules.md 10a). The unit was just evaluated. False: nothing of that.
 */
export function startDeleveraging(
  context: DecisionContext,
  unit: number,
  terms: ExecutionTerms,
  cause: number,
): boolean {
  const { state, judgement } = context;
  if (terms.deleverages === 0 || state.accounts.get(unit, A.member) !== 0) return false;
  const missing = negated(judgement.evaluation.figures.equityMinor);
  const fund = state.pools.get(state.accounts.get(unit, A.pool), POOL.liquidationFundMinor);
  if (missing <= 0 || missing <= fund) return false;
  if (state.paces.of(unit).attempts < terms.deleverageAttempts) return false;
  const instrument = nextInstrument(state, unit);
  if (instrument === 0) return false;
  let paid = cause;
  invariant(state.accounts.get(unit, A.ordersInFlight) === 0, 'no order competes with it');
  if (fund > 0) {
    const layer = { payer: PAYER.liquidationFund, member: 0, amountMinor: fund };
    paid = context.emit({ type: 'ShortfallCovered', account: unit, ...layer }, cause);
    judgement.evaluation.evaluate(unit);
  }
  startPass(context, { unit, instrument, pass: 1, below: { account: 0, score: 0 } }, paid);
  return true;
}

/** The unit's positions are deleveraged in the order of their instruments, each once at a time. */
function nextInstrument({ clock, paces, positions }: HouseState, unit: number): number {
  const { deleveragedAt, deleveragedUpTo } = paces.of(unit);
  const after = deleveragedAt === clock.timeUs ? deleveragedUpTo : 0;
  let next = 0;
  const first = positions.first(unit);
  for (let row = first; row < first + positions.countOf(unit); row++) {
    const instrument = positions.get(row, P.instrument);
    if (positions.get(row, P.lots) === 0 || instrument <= after) continue;
    if (next === 0 || instrument < next) next = instrument;
  }
  return next;
}

function startPass(
  context: DecisionContext,
  run: Pick<DeleveragingRun, 'unit' | 'instrument' | 'pass' | 'below'>,
  cause: number,
): void {
  const { state, judgement } = context;
  context.emit(
    {
      type: 'DeleveragingStarted',
      account: run.unit,
      instrument: run.instrument,
      breach: state.accounts.get(run.unit, A.breach),
      accountCount: state.accounts.count,
      pass: run.pass,
      belowScore: run.below.score,
      belowAccount: run.below.account,
      ...judgement.figures(),
    },
    cause,
  );
}

/** Continues the oldest deleveraging by one slice of its ranking; its own cause. False: there is none. */
export function continueDeleveraging(context: DecisionContext, nextSequence: number): boolean {
  const { state } = context;
  const run = state.deleveragings.running[0];
  if (run === undefined) return false;
  const from = run.cursor;
  const to = Math.min(run.count + 1, from + RANKED_ACCOUNTS);
  invariant(from < to, 'a slice of a ranking moves on');
  const isLast = to === run.count + 1;
  const ranked = rankedIn(context, run, from, to);
  const cause = context.emit(
    { type: 'DeleveragingContinued', account: run.unit, from, to, last: isLast ? 1 : 0, ranked },
    nextSequence,
  );
  if (isLast) closePositions(context, run, cause);
  return true;
}

/** Holders in a slice who come after the last pass, and among the first of this one so far. */
function rankedIn(
  { state, judgement }: DecisionContext,
  run: DeleveragingRun,
  from: number,
  to: number,
): RankedHolder[] {
  const { unit, instrument, below, best } = run;
  const sign = 0 - Math.sign(lotsOf(state, unit, instrument));
  const side = { pool: state.accounts.get(unit, A.pool), instrument, sign };
  const last = best.length === RANKED_AT_ONCE ? best.at(-1) : undefined;
  const ranked: RankedHolder[] = [];
  for (let account = from; account < to; account++) {
    if (account === unit) continue;
    const holder = rankOf(state, judgement.evaluation, account, side);
    if (holder === undefined) continue;
    if (below.account !== 0 && compareRanks(below, holder) >= 0) continue;
    if (last === undefined || compareRanks(holder, last) < 0) ranked.push(holder);
  }
  return ranked.sort(compareRanks).slice(0, RANKED_AT_ONCE);
}

/** The ranking is complete: its holders close against the unit, in their order. */
function closePositions(context: DecisionContext, run: DeleveragingRun, cause: number): void {
  const { state, judgement } = context;
  const { unit, instrument } = run;
  const holders = [...run.best];
  invariant(holders.length <= RANKED_AT_ONCE, 'one pass closes against so many at most');
  let isBankrupt = true;
  for (const holder of holders) {
    const price = priceOf(context, run);
    isBankrupt = price !== undefined;
    if (price === undefined) break;
    closeAgainst(context, run, holder, price, cause);
  }
  const left: Lots = lotsOf(state, unit, instrument);
  const below = holders.at(-1);
  judgement.evaluation.evaluate(unit);
  if (left !== 0 && isBankrupt && below !== undefined && holders.length === RANKED_AT_ONCE) {
    startPass(context, { unit, instrument, pass: run.pass + 1, below }, cause);
    return;
  }
  const { closedLots } = run;
  const body = { account: unit, instrument, closedLots, leftLots: sizeOf(left) };
  const figures = judgement.figures();
  const ended = context.emit({ type: 'DeleveragingEnded', ...body, ...figures }, cause);
  judgement.goOn(unit, ended);
}

/** The bankruptcy price of what is left of the position; undefined: there is nothing to deleverage. */
function priceOf(
  { state, judgement }: DecisionContext,
  { unit, instrument }: DeleveragingRun,
): BankruptcyPrice | undefined {
  const { evaluation } = judgement;
  if (lotsOf(state, unit, instrument) === 0) return undefined;
  if (!evaluation.evaluate(unit) || evaluation.figures.gated) return undefined;
  if (evaluation.figures.equityMinor >= 0) return undefined;
  return new BankruptcyPrice(state, evaluation, instrument, unit);
}

function closeAgainst(
  context: DecisionContext,
  run: DeleveragingRun,
  { account: counterparty, score }: RankedHolder,
  price: BankruptcyPrice,
  cause: number,
): void {
  const { state, judgement } = context;
  const { unit: account, instrument } = run;
  const other = lotsOf(state, counterparty, instrument);
  const isOther = other * price.lots < 0;
  const wanted = lesser(sizeOf(price.lots), isOther ? sizeOf(other) : ZERO);
  const borne: Borne =
    wanted === 0
      ? { quantityLots: ZERO, reason: KEPT.notHealthy }
      : bornBy(context, counterparty, instrument, wanted, price);
  const { quantityLots } = borne;
  if (quantityLots > 0) {
    const { lossMinor, costMinor, priceTicks } = price.of(quantityLots);
    invariant(quantityLots <= wanted && lossMinor >= 0, 'no more is taken than is wanted');
    const before = borne.maintenanceBeforeMinor ?? ZERO;
    const figures = {
      counterpartyEquityMinor: borne.equityMinor ?? ZERO,
      counterpartyMaintenanceMinor: borne.maintenanceMinor ?? ZERO,
    };
    const side = price.lots > 0 ? SELL : BUY;
    const breach = state.accounts.get(account, A.breach);
    const lots = { quantityLots, priceTicks, costMinor, lossMinor, score };
    const body = { account, counterparty, instrument, side, breach, ...lots, ...figures };
    const closed = context.emit({ type: 'PositionDeleveraged', ...body }, cause);
    noteLostHedge(context, { unit: counterparty, instrument, how: 1, before }, closed);
    judgement.judge(counterparty, 0, closed);
  }
  if (borne.reason === undefined) return;
  const keptLots = minus(wanted, quantityLots);
  const skipped = { account, counterparty, instrument, keptLots, reason: borne.reason };
  context.emit({ type: 'DeleveragingSkipped', ...skipped }, cause);
}
