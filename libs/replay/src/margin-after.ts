import {
  bookLeg,
  checkPriced,
  type Evaluation,
  type HouseState,
  logicOf,
} from '#libs/clearing-house';
import { A, ACCEPTED, P } from '#libs/clearing';
import { I, notionalMinor, SETTLING, valueMinor } from '#libs/market';
import {
  invariant,
  type Lots,
  lots as wholeLots,
  negated,
  plus,
  type PriceTicks,
  ZERO,
} from '#libs/units';
import { breakdownOf, type MarginBreakdown } from './explanation/margin-breakdown.js';

/** A trade that an account thinks of. */
export interface IntendedTrade {
  readonly account: number;
  readonly instrument: number;
  readonly isBuy: boolean;
  /** At least 1. */
  readonly quantityLots: Lots;
  readonly priceTicks: PriceTicks;
}

/** What the margin of its unit would be after the trade, and how large it could be. */
export interface MarginAfter {
  /** Fee of the aggressor, settlement currency. */
  readonly feeMinor: number;
  /** Equity less the initial requirement and the order margin: what is left, or lacks below 0. */
  readonly excessMinor: number;
  /** Whether that much is left. */
  readonly fits: boolean;
  /** The most lots on that side at that price that leave enough; 0 when none do. */
  readonly largestLots: number;
  readonly margin: MarginBreakdown;
}

/**
 * Margin after a trade, by the functions that decide trades at novation-on-ack venues, on the state as it
 * stands; the fills of open orders are not guessed at. The reason number where it cannot be margined.
 */
export function marginAfter(
  state: HouseState,
  evaluation: Evaluation,
  trade: IntendedTrade,
): MarginAfter | number {
  const reason = whyNot(state, trade);
  if (reason !== ACCEPTED) return reason;
  const unit = state.accounts.unitOf(trade.account);
  const largestLots = largestThatFits(state, evaluation, trade);
  const excess = excessAfter(state, evaluation, trade, trade.quantityLots);
  const margin = breakdownOf(state, evaluation, unit);
  invariant(margin !== undefined, 'a unit with a rulebook has a margin');
  const fits = excess >= 0 && !margin.gated;
  const feeMinor = feeOf(state, trade, trade.quantityLots);
  return { feeMinor, excessMinor: excess, fits, largestLots, margin };
}

function whyNot(state: HouseState, trade: IntendedTrade): number {
  const { instruments, rulebooks, accounts } = state;
  const { instrument, priceTicks, quantityLots } = trade;
  const pool = accounts.get(trade.account, A.pool);
  const rulebook = rulebooks.inForce(pool);
  const tiers = rulebook?.tiers(instruments.get(instrument, I.marginClass));
  const isOption = instruments.get(instrument, I.underlying) !== 0;
  if (rulebook === undefined || (tiers === undefined && !isOption)) return 119;
  if (priceTicks > instruments.get(instrument, I.maxPriceTicks)) return 109;
  if (quantityLots > instruments.get(instrument, I.maxLots)) return 110;
  if (instruments.get(instrument, I.marketState) >= SETTLING) return 111;
  if (quantityLots > roomOf(state, trade)) return 112;
  return checkPriced(state, pool, rulebook, instrument);
}

/** The fee of the aggressor, as the logic in force rounds it. */
function feeOf(state: HouseState, { account, instrument, priceTicks }: IntendedTrade, size: Lots) {
  const rulebook = state.rulebooks.inForce(state.accounts.get(account, A.pool));
  const logic = logicOf(state.clock.logicVersion);
  invariant(rulebook !== undefined && logic !== undefined, 'the pool has rules');
  const notional = notionalMinor(state.instruments, instrument, size, priceTicks);
  return logic.feeMinor(notional, rulebook.source.takerFeePpm);
}

/** Excess over the initial requirement after a trade of that size; leaves it evaluated. */
function excessAfter(
  state: HouseState,
  evaluation: Evaluation,
  trade: IntendedTrade,
  size: Lots,
): number {
  const { account, instrument, isBuy, priceTicks } = trade;
  const unit = state.accounts.unitOf(account);
  evaluation.gather(unit);
  if (size > 0) {
    const cost = valueMinor(state.instruments, instrument, size, priceTicks);
    bookLeg(state, evaluation.portfolio, {
      account,
      instrument,
      lots: isBuy ? size : negated(size),
      costMinor: isBuy ? cost : negated(cost),
      feeMinor: feeOf(state, trade, size),
    });
  }
  invariant(evaluation.run(unit), 'a unit with a rulebook is evaluated');
  return evaluation.excessMinor;
}

/** Lots on that side that the position limit leaves room for. */
function roomOf(state: HouseState, { account, instrument, isBuy }: IntendedTrade): Lots {
  const maxLots = state.instruments.get(instrument, I.maxLots);
  const row = state.positions.find(account, instrument);
  const held: Lots = row === 0 ? ZERO : state.positions.get(row, P.lots);
  return plus(maxLots, isBuy ? negated(held) : held);
}

/**
 * Bisection between what fits and what does not, within the position limit. Where a trade first hedges and
 * then adds risk, the excess falls at last, so what is found is the end of the last stretch that fits.
 */
function largestThatFits(state: HouseState, evaluation: Evaluation, trade: IntendedTrade): number {
  const most = roomOf(state, trade);
  const fitsAt = (size: number): boolean =>
    excessAfter(state, evaluation, trade, wholeLots(size)) >= 0;
  if (most < 1) return 0;
  if (fitsAt(most)) return most;
  let misses: number = most;
  let fits = fitsAt(trade.quantityLots) ? trade.quantityLots : 0;
  while (misses - fits > 1) {
    const middle = Math.floor((fits + misses) / 2);
    if (fitsAt(middle)) fits = middle;
    else misses = middle;
  }
  return fits;
}
