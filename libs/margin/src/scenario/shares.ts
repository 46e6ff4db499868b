import { checkedAdd, invariant, multiplyDivideFloor } from '#libs/units';
import { BILLION } from './parameters.js';

/** One named part of an amount. */
export interface Share {
  amountMinor: number;
}

/**
 * Scales the parts of an amount so that they add up to `totalMinor`, which is the amount times
 * `factorPpb`, rounded: each part is rounded down, and the units that are left go to the first parts that
 * are not 0, one each.
 */
export function scaleShares(shares: readonly Share[], factorPpb: number, totalMinor: number): void {
  invariant(factorPpb >= 0, 'a factor is 0 or more');
  let sum = 0;
  for (const share of shares) {
    share.amountMinor = multiplyDivideFloor(share.amountMinor, factorPpb, BILLION);
    sum = checkedAdd(sum, share.amountMinor);
  }
  settle(shares, totalMinor - sum, 1);
}

/**
 * Puts a difference of rounding on the parts, in their order: `perShare` bounds what rounding can have
 * left on each. A larger difference is a fault of this program.
 */
export function settle(shares: readonly Share[], differenceMinor: number, perShare: number): void {
  const owing = shares.filter(({ amountMinor }) => amountMinor !== 0);
  const takers = owing.length > 0 ? owing : shares;
  invariant(
    differenceMinor === 0 || Math.abs(differenceMinor) <= perShare * (takers.length + 1),
    'shares differ from their sum by rounding only',
    () => `${differenceMinor} over ${takers.length} shares`,
  );
  if (differenceMinor === 0) return;
  const each = Math.trunc(differenceMinor / takers.length);
  let left = differenceMinor - each * takers.length;
  const unit = Math.sign(differenceMinor);
  for (const share of takers) {
    const extra = left === 0 ? 0 : unit;
    share.amountMinor = checkedAdd(share.amountMinor, each + extra);
    left -= extra;
  }
  invariant(left === 0, 'a difference of rounding is settled whole');
}
