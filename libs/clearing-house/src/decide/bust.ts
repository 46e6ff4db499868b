import type { Measured } from '#libs/events';
import { ACCEPTED, BUST, L, P } from '#libs/clearing';
import { EXPIRED, I } from '#libs/market';
import { negated, STORE_LIMIT } from '#libs/units';
import { lotsOf } from '../apply/trade.js';
import { TradeDigest } from '../apply/trade-digest.js';
import type { HouseState } from '../state/house-state.js';
import { canHoldPositions } from './account-standing.js';

type Bust = Measured<'TradeBustRequested'>;

/** Whether a trade can be undone (docs/rules.md 4, bust). */
export function checkBust(state: HouseState, m: Bust): number {
  const slot = state.busts.find(m.tradeSequence);
  if (slot < 0) return 301;
  if (state.busts.stateOf(slot) === BUST.never) return 306;
  const trade = {
    instrument: m.instrument,
    buyer: m.buyer,
    seller: m.seller,
    lots: m.quantityLots,
    cost: m.costMinor,
    buyerFee: m.buyerFeeMinor,
    sellerFee: m.sellerFeeMinor,
    order: 0,
  };
  const { laneA, laneB } = new TradeDigest().of(trade);
  const isSame = state.busts.matches(slot, laneA, laneB);
  if (!isSame) return 302;
  if (state.busts.stateOf(slot) === BUST.done) return 303;
  if (!canHoldPositions(state, m.buyer) || !canHoldPositions(state, m.seller)) return 108;
  const { instruments, house } = state;
  const isExpired = instruments.get(m.instrument, I.marketState) === EXPIRED;
  if (isExpired || instruments.get(m.instrument, I.sweepRunning) !== 0) return 304;
  const limits = checkReversal(state, m);
  if (limits !== ACCEPTED) return limits;
  const fees = house.get(instruments.get(m.instrument, I.currency), L.fees);
  return fees < m.buyerFeeMinor + m.sellerFeeMinor ? 305 : ACCEPTED;
}

/** Taking a trade back must not break the limits that a trade obeys. */
function checkReversal(state: HouseState, m: Bust): number {
  const { instruments, positions } = state;
  const maxLots = instruments.get(m.instrument, I.maxLots);
  if (lotsOf(state, m.buyer, m.instrument) - m.quantityLots < negated(maxLots)) return 112;
  if (lotsOf(state, m.seller, m.instrument) + m.quantityLots > maxLots) return 112;
  const moved = Math.abs(m.costMinor) + m.buyerFeeMinor + m.sellerFeeMinor;
  for (const account of [m.buyer, m.seller]) {
    const currency = instruments.get(m.instrument, I.currency);
    const row = positions.find(account, m.instrument);
    const cost = row === 0 ? 0 : positions.get(row, P.costMinor);
    const balance = state.balances.balance(state.accounts.unitOf(account), currency);
    if (Math.max(Math.abs(cost), Math.abs(balance)) + moved > STORE_LIMIT) return 113;
  }
  return ACCEPTED;
}
