import { offsetsOf } from '#libs/events';
import { A, BUST, L, P } from '#libs/clearing';
import { I, VARIATION } from '#libs/market';
import { type AmountMinor, invariant, isStorable } from '#libs/units';
import type { HouseState } from '../state/house-state.js';
import { mixed, scrambled, SEED_A, SEED_B } from './trade-digest.js';

/*
 * Constants of this module, not of others: V8 looks an imported name up at every use, but knows what a
 * module's own constant is.
 */
const T = offsetsOf('TradeNovated');
const { instrument: INSTRUMENT, buyer: BUYER, seller: SELLER } = T;
const { quantityLots: LOTS, liquidationOrder: ORDER, costMinor: COST } = T;
const { buyerFeeMinor: BUYER_FEE, sellerFeeMinor: SELLER_FEE } = T;
const { premium: PREMIUM, maxLots: MAX_LOTS, currency: CURRENCY } = I;
const { sweepRunning: SWEEP_RUNNING, sweepOrdinal: SWEEP_ORDINAL } = I;
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

/** What moves, as the words that the digest is of: ids, then both halves of each figure. */
const words = new Int32Array(11);
/** Lots, cost, fee of the buyer, fee of the seller. */
const figures = new Float64Array(4);

/**
 * Applies the trade that nearly all trades are, in one pass over its rows: no sweep is running over the
 * instrument, nothing is paid but fees, and it fills no liquidation order. Returns false, and has changed
 * nothing, for any other: `applyAnyTrade` knows them all, and does the same with these, which a property
 * test shows. Allocates nothing but room for positions that are new.
 */
export function applyPlainTrade(
  state: HouseState,
  view: DataView,
  at: number,
  sequence: number,
): boolean {
  const { instruments, positions } = state;
  const instrument = view.getInt32(at + INSTRUMENT, true);
  const i = (instrument * instruments.stride) | 0;
  const terms = instruments.data;
  if (terms[i + PREMIUM] !== PLAIN_PREMIUM || terms[i + SWEEP_RUNNING] !== 0) return false;
  if (!readPlain(view, at)) return false;
  let ofBuyer = positions.find(words[1] ?? 0, instrument);
  let ofSeller = positions.find(words[2] ?? 0, instrument);
  if (ofBuyer === 0 || ofSeller === 0) {
    // A row that is opened moves other rows of its own account alone.
    const ordinal = terms[i + SWEEP_ORDINAL] ?? 0;
    if (ofBuyer === 0) ofBuyer = positions.open(words[1] ?? 0, instrument, ordinal);
    if (ofSeller === 0) ofSeller = positions.open(words[2] ?? 0, instrument, ordinal);
  }
  moveLegs(state, i, (ofBuyer * positions.stride) | 0, (ofSeller * positions.stride) | 0);
  moveCash(state, (terms[i + CURRENCY] ?? 0) | 0);
  remember(state, sequence);
  return true;
}

/** Reads the trade; false when it fills an order, or a figure of it is below 0 or beyond 2^52. */
function readPlain(view: DataView, at: number): boolean {
  if (view.getInt32(at + ORDER, true) !== 0 || view.getInt32(at + ORDER + 4, true) !== 0) {
    return false;
  }
  words[0] = view.getInt32(at + INSTRUMENT, true);
  words[1] = view.getInt32(at + BUYER, true);
  words[2] = view.getInt32(at + SELLER, true);
  const highs =
    readFigure(view, at + LOTS, 0) |
    readFigure(view, at + COST, 1) |
    readFigure(view, at + BUYER_FEE, 2) |
    readFigure(view, at + SELLER_FEE, 3);
  return highs >= 0 && highs <= HIGH_MAX && words[1] !== words[2];
}

/** Reads a figure and its halves; its upper half, so that those of all can be judged together. */
function readFigure(view: DataView, at: number, place: number): number {
  const low = view.getUint32(at, true);
  const high = view.getInt32(at + 4, true);
  words[3 + 2 * place] = low;
  words[4 + 2 * place] = high;
  figures[place] = high * TWO_32 + low;
  return high;
}

/** The sums of the instrument are moved by what the rows moved, so that a missing leg shows. */
function moveLegs(state: HouseState, i: number, b: number, s: number): void {
  const rows = state.positions.data;
  const terms = state.instruments.data;
  const lots = figures[0] ?? 0;
  const costMinor = figures[1] ?? 0;
  const buyerLots = rows[b + POSITION_LOTS] ?? 0;
  const sellerLots = rows[s + POSITION_LOTS] ?? 0;
  const buyerCost = rows[b + POSITION_COST] ?? 0;
  const sellerCost = rows[s + POSITION_COST] ?? 0;
  const buyerLotsAfter = buyerLots + lots;
  const sellerLotsAfter = sellerLots - lots;
  const buyerCostAfter = buyerCost + costMinor;
  const sellerCostAfter = sellerCost - costMinor;
  const most = terms[i + MAX_LOTS] ?? 0;
  invariant(
    lots >= 1 && Math.abs(buyerLotsAfter) <= most && Math.abs(sellerLotsAfter) <= most,
    'a trade has lots, and leaves positions within their limits',
  );
  invariant(isStorable(buyerCostAfter) && isStorable(sellerCostAfter), 'costs stay within 2^52');
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
}

/** Fees go from both purses to the house. */
function moveCash(state: HouseState, currency: number): void {
  const { accounts, balances, house } = state;
  const purses = balances.data;
  const p = balances.at(unitOf(accounts.data, accounts.stride, words[1] ?? 0), currency);
  const q = balances.at(unitOf(accounts.data, accounts.stride, words[2] ?? 0), currency);
  const buyerFeeMinor = figures[2] ?? 0;
  const sellerFeeMinor = figures[3] ?? 0;
  const ofBuyer = (purses[p] ?? NaN) - buyerFeeMinor;
  // Two clients of one account share its purse.
  const ofSeller = (p === q ? ofBuyer : (purses[q] ?? NaN)) - sellerFeeMinor;
  const ledger = house.data;
  const h = (currency * house.stride) | 0;
  const accountsMinor = (ledger[h + ACCOUNTS] ?? NaN) - (buyerFeeMinor + sellerFeeMinor);
  const feesMinor = (ledger[h + FEES] ?? NaN) + (buyerFeeMinor + sellerFeeMinor);
  invariant(
    isStorable(ofBuyer) &&
      isStorable(ofSeller) &&
      isStorable(accountsMinor) &&
      isStorable(feesMinor),
    'an amount stays within 2^52',
  );
  purses[p] = ofBuyer as AmountMinor;
  purses[q] = ofSeller as AmountMinor;
  ledger[h + ACCOUNTS] = accountsMinor;
  ledger[h + FEES] = feesMinor;
}

function unitOf(parties: Int32Array, stride: number, account: number): number {
  const parent = (parties[((account * stride) | 0) + PARENT] ?? 0) | 0;
  return parent === 0 ? account : parent;
}

/** The digest is that of `TradeDigest`. */
function remember(state: HouseState, sequence: number): void {
  let laneA = FIRST_LANE;
  let laneB = SECOND_LANE;
  for (let k = 0; k < words.length; k++) {
    const word = scrambled(words[k] ?? 0);
    laneA = mixed(laneA, word);
    laneB = mixed(laneB, word);
  }
  state.busts.remember(sequence, laneA, laneB, BUST_POSSIBLE);
}
