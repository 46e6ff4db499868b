import { offsetsOf } from '#libs/events';
import { A, BUST, L, P } from '#libs/clearing';
import { I, VARIATION } from '#libs/market';
import { type AmountMinor, invariant, isStorable } from '#libs/units';
import type { HouseState } from '../state/house-state.js';
import { mixed, SEED_A, SEED_B, scrambled } from './trade-digest.js';

/*
 * Constants of this module, not of others: V8 looks an imported name up at every use, but knows what a
 * module's own constant is. In the functions of this file that is a third of their time.
 */
const { instrument: INSTRUMENT, buyer: BUYER, seller: SELLER } = offsetsOf('TradeNovated');
const { quantityLots: LOTS, liquidationOrder: ORDER } = offsetsOf('TradeNovated');
const { costMinor: COST, buyerFeeMinor: BUYER_FEE, sellerFeeMinor: SELLER_FEE } =
  offsetsOf('TradeNovated');
const { premium: PREMIUM, sweepRunning: SWEEP_RUNNING, maxLots: MAX_LOTS, currency: CURRENCY } = I;
const { netLots: NET_LOTS, netCostMinor: NET_COST, openInterestLots: OPEN_INTEREST } = I;
const { lots: POSITION_LOTS, costMinor: POSITION_COST } = P;
const { parent: PARENT } = A;
const { accounts: ACCOUNTS, fees: FEES } = L;
const PLAIN_PREMIUM = VARIATION;
const BUST_POSSIBLE = BUST.possible;
const FIRST_LANE = SEED_A;
const SECOND_LANE = SEED_B;
const TWO_32 = 4294967296;
/** An upper half beyond this is of no number within 2^52. */
const HIGH_MAX = 0xfffff;

/**
 * Applies the trade that nearly all trades are, in one pass over its rows: both positions exist, no
 * sweep is running over the instrument, nothing is paid but fees, and it fills no liquidation order.
 * Returns false, and has changed nothing, for any other: `applyAnyTrade` knows them all, and does the
 * same with these, which a property test shows. Allocates nothing.
 *
 * The sums of the instrument are moved by what the rows moved, so that a missing leg shows.
 */
export function applyPlainTrade(
  state: HouseState,
  view: DataView,
  at: number,
  sequence: number,
): boolean {
  const { instruments, accounts, positions, balances, house } = state;
  const terms = instruments.data;
  const instrument = view.getInt32(at + INSTRUMENT, true);
  const i = (instrument * instruments.stride) | 0;
  if (terms[i + PREMIUM] !== PLAIN_PREMIUM || terms[i + SWEEP_RUNNING] !== 0) return false;
  if (view.getInt32(at + ORDER, true) !== 0 || view.getInt32(at + ORDER + 4, true) !== 0) {
    return false;
  }
  const buyer = view.getInt32(at + BUYER, true);
  const seller = view.getInt32(at + SELLER, true);
  const lotsLow = view.getUint32(at + LOTS, true);
  const lotsHigh = view.getInt32(at + LOTS + 4, true);
  const costLow = view.getUint32(at + COST, true);
  const costHigh = view.getInt32(at + COST + 4, true);
  const buyerFeeLow = view.getUint32(at + BUYER_FEE, true);
  const buyerFeeHigh = view.getInt32(at + BUYER_FEE + 4, true);
  const sellerFeeLow = view.getUint32(at + SELLER_FEE, true);
  const sellerFeeHigh = view.getInt32(at + SELLER_FEE + 4, true);
  // Upper halves are looked at together: none is below 0 or beyond 2^52.
  const highs = lotsHigh | costHigh | buyerFeeHigh | sellerFeeHigh;
  if (highs < 0 || highs > HIGH_MAX || buyer === seller) return false;
  const b = (positions.find(buyer, instrument) * positions.stride) | 0;
  const s = (positions.find(seller, instrument) * positions.stride) | 0;
  if (b === 0 || s === 0) return false;
  const lots = lotsHigh * TWO_32 + lotsLow;
  const costMinor = costHigh * TWO_32 + costLow;
  const buyerFeeMinor = buyerFeeHigh * TWO_32 + buyerFeeLow;
  const sellerFeeMinor = sellerFeeHigh * TWO_32 + sellerFeeLow;

  const rows = positions.data;
  const buyerLots = rows[b + POSITION_LOTS] ?? 0;
  const sellerLots = rows[s + POSITION_LOTS] ?? 0;
  const buyerLotsAfter = buyerLots + lots;
  const sellerLotsAfter = sellerLots - lots;
  const most = terms[i + MAX_LOTS] ?? 0;
  const buyerCost = rows[b + POSITION_COST] ?? 0;
  const sellerCost = rows[s + POSITION_COST] ?? 0;
  const buyerCostAfter = buyerCost + costMinor;
  const sellerCostAfter = sellerCost - costMinor;
  invariant(
    lots >= 1 &&
      Math.abs(buyerLotsAfter) <= most &&
      Math.abs(sellerLotsAfter) <= most &&
      isStorable(buyerCostAfter) &&
      isStorable(sellerCostAfter),
    'a trade has lots, and leaves positions within their limits',
  );
  rows[b + POSITION_LOTS] = buyerLotsAfter;
  rows[s + POSITION_LOTS] = sellerLotsAfter;
  rows[b + POSITION_COST] = buyerCostAfter;
  rows[s + POSITION_COST] = sellerCostAfter;

  const lotsMoved = buyerLotsAfter - buyerLots + (sellerLotsAfter - sellerLots);
  const costMoved = buyerCostAfter - buyerCost + (sellerCostAfter - sellerCost);
  const longBefore = Math.max(0, buyerLots) + Math.max(0, sellerLots);
  const longAfter = Math.max(0, buyerLotsAfter) + Math.max(0, sellerLotsAfter);
  terms[i + NET_LOTS] = (terms[i + NET_LOTS] ?? 0) + lotsMoved;
  terms[i + NET_COST] = (terms[i + NET_COST] ?? 0) + costMoved;
  terms[i + OPEN_INTEREST] = (terms[i + OPEN_INTEREST] ?? 0) + longAfter - longBefore;

  const currency = (terms[i + CURRENCY] ?? 0) | 0;
  const parties = accounts.data;
  const { stride } = accounts;
  const buyerParent = (parties[((buyer * stride) | 0) + PARENT] ?? 0) | 0;
  const sellerParent = (parties[((seller * stride) | 0) + PARENT] ?? 0) | 0;
  const purses = balances.data;
  const p = balances.at(buyerParent === 0 ? buyer : buyerParent, currency);
  const q = balances.at(sellerParent === 0 ? seller : sellerParent, currency);
  const purseOfBuyer = purses[p] ?? 0;
  purses[p] = (purseOfBuyer - buyerFeeMinor) as AmountMinor;
  const purseOfSeller = purses[q] ?? 0;
  purses[q] = (purseOfSeller - sellerFeeMinor) as AmountMinor;
  const ledger = house.data;
  const h = (currency * house.stride) | 0;
  const accountsMinor = (ledger[h + ACCOUNTS] ?? 0) - (buyerFeeMinor + sellerFeeMinor);
  const feesMinor = (ledger[h + FEES] ?? 0) + (buyerFeeMinor + sellerFeeMinor);
  invariant(
    isStorable(purses[p] ?? NaN) &&
      isStorable(purses[q] ?? NaN) &&
      isStorable(accountsMinor) &&
      isStorable(feesMinor),
    'an amount stays within 2^52',
  );
  ledger[h + ACCOUNTS] = accountsMinor;
  ledger[h + FEES] = feesMinor;

  // The digest of `TradeDigest.of`, whose halves of numbers are at hand here.
  let k = scrambled(instrument);
  let laneA = mixed(FIRST_LANE, k);
  let laneB = mixed(SECOND_LANE, k);
  k = scrambled(buyer);
  laneA = mixed(laneA, k);
  laneB = mixed(laneB, k);
  k = scrambled(seller);
  laneA = mixed(laneA, k);
  laneB = mixed(laneB, k);
  k = scrambled(lotsLow);
  laneA = mixed(laneA, k);
  laneB = mixed(laneB, k);
  k = scrambled(lotsHigh);
  laneA = mixed(laneA, k);
  laneB = mixed(laneB, k);
  k = scrambled(costLow);
  laneA = mixed(laneA, k);
  laneB = mixed(laneB, k);
  k = scrambled(costHigh);
  laneA = mixed(laneA, k);
  laneB = mixed(laneB, k);
  k = scrambled(buyerFeeLow);
  laneA = mixed(laneA, k);
  laneB = mixed(laneB, k);
  k = scrambled(buyerFeeHigh);
  laneA = mixed(laneA, k);
  laneB = mixed(laneB, k);
  k = scrambled(sellerFeeLow);
  laneA = mixed(laneA, k);
  laneB = mixed(laneB, k);
  k = scrambled(sellerFeeHigh);
  laneA = mixed(laneA, k);
  laneB = mixed(laneB, k);
  state.busts.remember(sequence, laneA, laneB, BUST_POSSIBLE);
  return true;
}
