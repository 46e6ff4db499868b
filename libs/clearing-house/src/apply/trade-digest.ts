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

const PER_TWO_32 = 1 / 4294967296;
export const SEED_A = 0x243f6a88;
export const SEED_B = 0x13198a2e;

/**
 * The 64-bit digest of a trade in two 32-bit lanes, which differ in their seed. Whole 32-bit integers
 * only: nothing is boxed, so a trade allocates nothing; one object is reused. Not cryptographic; it
 * tells an honest mistake from the trade that was made. Rounds are MurmurHash3's 32-bit mixing.
 */
export class TradeDigest {
  laneA = 0;
  laneB = 0;

  of(trade: TradeEconomics): this {
    this.laneA = SEED_A;
    this.laneB = SEED_B;
    this.word(trade.instrument);
    this.word(trade.buyer);
    this.word(trade.seller);
    this.wide(trade.lots);
    this.wide(trade.cost);
    this.wide(trade.buyerFee);
    this.wide(trade.sellerFee);
    return this;
  }

  /** Mixes both halves of a number within 2^53. */
  private wide(figure: number): void {
    this.word(figure | 0);
    this.word(Math.floor(figure * PER_TWO_32) | 0);
  }

  private word(word: number): void {
    const k = scrambled(word);
    this.laneA = mixed(this.laneA, k);
    this.laneB = mixed(this.laneB, k);
  }
}

/** A word as it is mixed into each lane. */
export function scrambled(word: number): number {
  const k = Math.imul(word, 0xcc9e2d51);
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}

export function mixed(lane: number, k: number): number {
  const h = lane ^ k;
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}
