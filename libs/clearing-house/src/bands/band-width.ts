import { invariant } from '#libs/units';
import type { FactorRows } from './factor-rows.js';

/**
 * The width of a unit's bands, as a share of each price, that takes at most `spendMinor` from its distance;
 * an option's price has so many times more as its leverage. A price cannot fall by more than its whole
 * self: what loses no more than is to be spent on that has no edge, and leaves the rest to others.
 */
export function widthFor(rows: FactorRows, spendMinor: number, widest: number): number {
  invariant(spendMinor >= 0 && widest > 0, 'a band spends something of a distance');
  let total = 0;
  for (let f = 0; f < rows.count; f++) total += rows.leverage(f) * lossOf(rows, f);
  if (total === 0) return widest;
  const first = spendMinor / total;
  let rest = spendMinor;
  let left = 0;
  for (let f = 0; f < rows.count; f++) {
    if (isWhole(rows, f, first)) rest -= lossOf(rows, f);
    else left += rows.leverage(f) * lossOf(rows, f);
  }
  return left === 0 ? widest : Math.min(widest, Math.max(first, rest / left));
}

/** What prices can take from the distance while all are inside bands of such a width. */
export function spentMinor(rows: FactorRows, width: number): number {
  invariant(width >= 0, 'a band has a width');
  let spent = 0;
  for (let f = 0; f < rows.count; f++) {
    spent += lossOf(rows, f) * (isWhole(rows, f, width) ? 1 : rows.leverage(f) * width);
  }
  return spent;
}

/** Only a fall harms, and the band would reach down to a price of 0: a fall takes the whole at most. */
function isWhole(rows: FactorRows, f: number, width: number): boolean {
  return rows.rise(f) === 0 && !rows.isInverse(f) && rows.leverage(f) * width >= 1;
}

function lossOf(rows: FactorRows, f: number): number {
  return Math.max(rows.rise(f), rows.fall(f));
}
