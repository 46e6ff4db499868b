import type { AmountMinor, Lots } from '#libs/units';

/** What moves in a trade. */
export interface TradeEconomics {
  readonly instrument: number;
  readonly buyer: number;
  readonly seller: number;
  readonly lots: Lots;
  readonly cost: AmountMinor;
  readonly buyerFee: AmountMinor;
  readonly sellerFee: AmountMinor;
  /** Liquidation order of a fill, or 0. */
  readonly order: number;
}

const TWO_32 = 4294967296;

/**
 * One 32-bit lane of a trade's digest (two lanes with two seeds make 64 bits). Whole 32-bit integers
 * only: the result is never boxed, so a trade allocates nothing. Not cryptographic; it tells an
 * honest mistake from the trade that was made.
 */
export function digestLane(trade: TradeEconomics, seed: number): number {
  let lane = mix(mix(mix(seed, trade.instrument), trade.buyer), trade.seller);
  lane = mix(lane, trade.lots | 0);
  lane = mix(lane, Math.floor(trade.lots / TWO_32) | 0);
  lane = mix(lane, trade.cost | 0);
  lane = mix(lane, Math.floor(trade.cost / TWO_32) | 0);
  lane = mix(lane, trade.buyerFee | 0);
  lane = mix(lane, Math.floor(trade.buyerFee / TWO_32) | 0);
  lane = mix(lane, trade.sellerFee | 0);
  return mix(lane, Math.floor(trade.sellerFee / TWO_32) | 0);
}

export const LANE_A = 0x243f6a88;
export const LANE_B = 0x13198a2e;

/** One round of MurmurHash3's 32-bit mixing. */
function mix(hash: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51);
  k = (k << 15) | (k >>> 17);
  const h = hash ^ Math.imul(k, 0x1b873593);
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}
