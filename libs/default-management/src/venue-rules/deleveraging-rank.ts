import { divideCeil, invariant, multiplyDivideHalfUp } from '#libs/units';

const MILLION = 1_000_000;
/** An account is shown in which fifth of its side it stands. */
const FIFTHS = 5;

/**
 * Rank by which a winner is deleveraged (BitMEX, ZUBR), millionths: its gain in parts of its entry times
 * its leverage, or divided by it where it has lost; the highest comes first.
 */
export function deleveragingScore(gainPpm: number, leverageMicros: number): number {
  invariant(leverageMicros > 0, 'a position has a leverage above 0');
  return gainPpm >= 0
    ? multiplyDivideHalfUp(gainPpm, leverageMicros, MILLION)
    : multiplyDivideHalfUp(gainPpm, MILLION, leverageMicros);
}

/** A winner with its quantity; a higher rank is deleveraged earlier. */
export interface RankedWinner {
  readonly account: string;
  readonly quantity: number;
  readonly rank: number;
}

/** The order of deleveraging, and of each the fifth of all quantity in which it ends, in per cent. */
export function deleveragingOrder(
  winners: readonly RankedWinner[],
): { readonly account: string; readonly percentile: number }[] {
  const total = winners.reduce((sum, { quantity }) => sum + quantity, 0);
  invariant(total > 0, 'winners have a quantity');
  let before = 0;
  return [...winners]
    .sort((a, b) => b.rank - a.rank || (a.account < b.account ? -1 : 1))
    .map(({ account, quantity }) => {
      before += quantity;
      return { account, percentile: (divideCeil(before * FIFTHS, total) * 100) / FIFTHS };
    });
}
