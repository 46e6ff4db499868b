import {
  type AmountMinor,
  getAmountMinor,
  getInt64,
  getLots,
  invariant,
  type Lots,
  minus,
  negated,
  plus,
  type Unit,
  ZERO,
} from '#libs/units';
import { offsetsOf } from '#libs/events';
import { A, BUST, L, P, POOL, PUBLISHER } from '#libs/clearing';
import { EQUITY_PREMIUM, I } from '#libs/market';
import type { HouseState } from '../state/house-state.js';
import { applyLeg } from './position-movement.js';
import { applyPlainTrade } from './plain-trade.js';
import { TradeDigest, type TradeEconomics } from './trade-digest.js';

const T = offsetsOf('TradeNovated');
/** Reused by every trade, so that applying one allocates nothing. */
const economics: { -readonly [K in keyof TradeEconomics]: TradeEconomics[K] } = {
  instrument: 0,
  buyer: 0,
  seller: 0,
  lots: ZERO,
  cost: ZERO,
  buyerFee: ZERO,
  sellerFee: ZERO,
  order: 0,
};

const digest = new TradeDigest();

/** Remembers the last number of a publisher's session; unsequenced inputs (0) leave it. */
export function noteSession(state: HouseState, publisher: number, publisherSequence: number): void {
  if (publisherSequence === 0 || !state.publishers.has(publisher)) return;
  state.publishers.set(publisher, PUBLISHER.lastSequence, publisherSequence);
}

/** Applies a TradeNovated record where it stands in a frame. */
export function applyTradeNovated(
  state: HouseState,
  view: DataView,
  at: number,
  sequence: number,
): void {
  noteSession(
    state,
    view.getUint32(at + T.publisher, true),
    getInt64(view, at + T.publisherSequence),
  );
  if (state.knowsPlainTrades && applyPlainTrade(state, view, at, sequence)) return;
  applyAnyTrade(state, view, at, sequence);
}

/** Applies a trade of any kind, piece by piece: also the naive twin of `applyPlainTrade`. */
export function applyAnyTrade(
  state: HouseState,
  view: DataView,
  at: number,
  sequence: number,
): void {
  const order = getInt64(view, at + T.liquidationOrder);
  const lots = getLots(view, at + T.quantityLots);
  invariant(lots >= 1, 'a trade has lots');
  economics.instrument = view.getUint32(at + T.instrument, true);
  economics.buyer = view.getUint32(at + T.buyer, true);
  economics.seller = view.getUint32(at + T.seller, true);
  economics.lots = lots;
  economics.cost = getAmountMinor(view, at + T.costMinor);
  economics.buyerFee = getAmountMinor(view, at + T.buyerFeeMinor);
  economics.sellerFee = getAmountMinor(view, at + T.sellerFeeMinor);
  economics.order = order;
  applyEconomics(state, economics, 1);
  if (order !== 0) state.orders.fill(order, lots);
  const { laneA, laneB } = digest.of(economics);
  state.busts.remember(sequence, laneA, laneB, order === 0 ? BUST.possible : BUST.never);
}

/** Moves both legs and the fees; `direction` -1 takes them back. */
export function applyEconomics(state: HouseState, trade: TradeEconomics, direction: 1 | -1): void {
  const { instruments, accounts, balances } = state;
  const { instrument, buyer, seller } = trade;
  invariant(instruments.has(instrument) && buyer !== seller, 'two trade a listed instrument');
  const currency = instruments.get(instrument, I.currency);
  const isPremium = instruments.get(instrument, I.premium) === EQUITY_PREMIUM;
  const lots = directed(trade.lots, direction);
  const cost = directed(trade.cost, direction);
  applyLeg(state, buyer, instrument, lots, isPremium ? ZERO : cost);
  applyLeg(state, seller, instrument, negated(lots), isPremium ? ZERO : negated(cost));
  const premium: AmountMinor = isPremium ? cost : ZERO;
  const buyerFee = directed(trade.buyerFee, direction);
  const sellerFee = directed(trade.sellerFee, direction);
  balances.credit(accounts.unitOf(buyer), currency, negated(plus(premium, buyerFee)));
  balances.credit(accounts.unitOf(seller), currency, minus(premium, sellerFee));
  creditFees(state, trade, currency, plus(buyerFee, sellerFee));
}

function directed<U extends Unit>(figure: U, direction: 1 | -1): U {
  return direction === 1 ? figure : negated(figure);
}

/** Trade fees go to the house; a liquidation fee to the pool's fund when it is in its currency. */
function creditFees(
  state: HouseState,
  trade: TradeEconomics,
  currency: number,
  feesMinor: AmountMinor,
): void {
  if (feesMinor === 0) return;
  const pool = state.accounts.get(trade.buyer, A.pool);
  const toFund = trade.order !== 0 && state.pools.get(pool, POOL.baseCurrency) === currency;
  if (!toFund) {
    state.house.add(currency, L.fees, feesMinor);
    return;
  }
  invariant(feesMinor > 0 || trade.order === 0, 'a fund is paid, not charged');
  const fund = plus(state.pools.get(pool, POOL.liquidationFundMinor), feesMinor);
  state.pools.set(pool, POOL.liquidationFundMinor, fund);
  state.house.add(currency, L.funds, feesMinor);
}

/** Lots of a position, 0 when there is none. */
export function lotsOf(state: HouseState, account: number, instrument: number): Lots {
  const row = state.positions.find(account, instrument);
  return row === 0 ? ZERO : state.positions.get(row, P.lots);
}
