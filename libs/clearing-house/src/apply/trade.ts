import { getInt64 } from '#libs/units';
import { offsetsOf } from '#libs/events';
import { A, BUST, L, P, POOL, PUBLISHER } from '#libs/clearing';
import { EQUITY_PREMIUM, I } from '#libs/market';
import type { HouseState } from '../state/house-state.js';
import { applyLeg } from './position-movement.js';
import { digestLane, LANE_A, LANE_B, type TradeEconomics } from './trade-digest.js';

const T = offsetsOf('TradeNovated');
/** Reused by every trade, so that applying one allocates nothing. */
const economics = {
  instrument: 0,
  buyer: 0,
  seller: 0,
  lots: 0,
  cost: 0,
  buyerFee: 0,
  sellerFee: 0,
  order: 0,
};

/** Remembers the last number of a publisher's session; unsequenced inputs (0) leave it. */
export function noteSession(state: HouseState, publisher: number, publisherSequence: number): void {
  if (publisherSequence === 0 || !state.publishers.has(publisher)) return;
  state.publishers.set(publisher, PUBLISHER.lastSequence, publisherSequence);
}

/**
 * Applies a TradeNovated record where it stands in a frame. The hot path: reads the fixed block by
 * offset, touches two positions, two purses and one instrument, allocates nothing.
 */
export function applyTradeNovated(
  state: HouseState,
  view: DataView,
  at: number,
  sequence: number,
): void {
  const instrument = view.getUint32(at + T.instrument, true);
  const buyer = view.getUint32(at + T.buyer, true);
  const seller = view.getUint32(at + T.seller, true);
  const lots = getInt64(view, at + T.quantityLots);
  const cost = getInt64(view, at + T.costMinor);
  const buyerFee = getInt64(view, at + T.buyerFeeMinor);
  const sellerFee = getInt64(view, at + T.sellerFeeMinor);
  const order = getInt64(view, at + T.liquidationOrder);
  noteSession(
    state,
    view.getUint32(at + T.publisher, true),
    getInt64(view, at + T.publisherSequence),
  );
  economics.instrument = instrument;
  economics.buyer = buyer;
  economics.seller = seller;
  economics.lots = lots;
  economics.cost = cost;
  economics.buyerFee = buyerFee;
  economics.sellerFee = sellerFee;
  economics.order = order;
  applyEconomics(state, economics, 1);
  if (order !== 0) fillOrder(state, order, lots);
  state.busts.remember(
    sequence,
    digestLane(economics, LANE_A),
    digestLane(economics, LANE_B),
    order === 0 ? BUST.possible : BUST.never,
  );
}

/** Moves both legs and the fees; `direction` -1 takes them back. */
export function applyEconomics(state: HouseState, trade: TradeEconomics, direction: 1 | -1): void {
  const { instruments, accounts, balances } = state;
  const { instrument, buyer, seller } = trade;
  const currency = instruments.get(instrument, I.currency);
  const isPremium = instruments.get(instrument, I.premium) === EQUITY_PREMIUM;
  const lots = trade.lots * direction;
  const cost = trade.cost * direction;
  applyLeg(state, buyer, instrument, lots, isPremium ? 0 : cost);
  applyLeg(state, seller, instrument, -lots, isPremium ? 0 : -cost);
  const premium = isPremium ? cost : 0;
  const buyerFee = trade.buyerFee * direction;
  const sellerFee = trade.sellerFee * direction;
  balances.credit(accounts.unitOf(buyer), currency, -premium - buyerFee);
  balances.credit(accounts.unitOf(seller), currency, premium - sellerFee);
  creditFees(state, trade, currency, buyerFee + sellerFee);
}

/** Trade fees go to the house; a liquidation fee to the pool's fund when it is in its currency. */
function creditFees(
  state: HouseState,
  trade: TradeEconomics,
  currency: number,
  feesMinor: number,
): void {
  if (feesMinor === 0) return;
  const pool = state.accounts.get(trade.buyer, A.pool);
  const toFund = trade.order !== 0 && state.pools.get(pool, POOL.baseCurrency) === currency;
  if (!toFund) {
    state.house.add(currency, L.fees, feesMinor);
    return;
  }
  const fund = state.pools.get(pool, POOL.liquidationFundMinor) + feesMinor;
  state.pools.set(pool, POOL.liquidationFundMinor, fund);
  state.house.add(currency, L.funds, feesMinor);
}

function fillOrder(state: HouseState, id: number, lots: number): void {
  const order = state.orders.open.get(id);
  if (order !== undefined) order.filledLots += lots;
}

/** Lots of a position, 0 when there is none. */
export function lotsOf(state: HouseState, account: number, instrument: number): number {
  const row = state.positions.find(account, instrument);
  return row === 0 ? 0 : state.positions.get(row, P.lots);
}
