import { invariant } from '#libs/units';
import { FALL, type FactorRows, INVERSE, LEVERAGE, RISE, ROW } from './factor-rows.js';

/**
 * The width of a unit's bands, as a share of each price, that takes at most `spendMinor` from its distance;
 * an option's price has so many times more as its leverage. A price cannot fall by more than its whole
 * self: what loses no more than is to be spent on that has no edge, and leaves the rest to others.
 */
export function widthFor({ count, rows }: FactorRows, spendMinor: number, widest: number): number {
  invariant(spendMinor >= 0 && widest > 0, 'a band spends something of a distance');
  const end = count * ROW;
  let total = 0;
  for (let at = 0; at < end; at += ROW) {
    total += rows[at + LEVERAGE]! * Math.max(rows[at + RISE]!, rows[at + FALL]!);
  }
  if (total === 0) return widest;
  const first = spendMinor / total;
  let rest = spendMinor;
  let left = 0;
  for (let at = 0; at < end; at += ROW) {
    const loss = Math.max(rows[at + RISE]!, rows[at + FALL]!);
    if (fallsOnly(rows, at) && rows[at + LEVERAGE]! * first >= 1) rest -= loss;
    else left += rows[at + LEVERAGE]! * loss;
  }
  return left === 0 ? widest : Math.min(widest, Math.max(first, rest / left));
}

/** What prices can take from the distance while all are inside bands of such a width. */
export function spentMinor({ count, rows }: FactorRows, width: number): number {
  invariant(width >= 0, 'a band has a width');
  let spent = 0;
  for (let at = 0; at < count * ROW; at += ROW) {
    const share = rows[at + LEVERAGE]! * width;
    const loss = Math.max(rows[at + RISE]!, rows[at + FALL]!);
    // A band that would reach down to a price of 0: a fall takes the whole at most.
    spent += fallsOnly(rows, at) && share >= 1 ? loss : loss * share;
  }
  return spent;
}

/** Whether only a fall harms. */
function fallsOnly(rows: Float64Array, at: number): boolean {
  return rows[at + RISE] === 0 && rows[at + INVERSE] === 0;
}
