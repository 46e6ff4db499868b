import { checkedAdd, divideFloor, invariant, productParts, SAFE_LIMIT } from '#libs/units';
import type { ScenarioPortfolio, Segment } from './portfolio.js';
import type { RiskArrays } from './risk-arrays.js';

const parts = new Float64Array(2);

/**
 * For each column the sum over a segment of lots x value, rounded down to minor units: longs count the
 * lower bound of a value, shorts the upper one. Exact before the one rounding.
 *
 * As long as the sum of |lots| x largest value stays below 2^53, every partial sum is an integer that
 * a double holds, in any order. Beyond, each product is split into minor units and a remainder.
 */
export function segmentSums(
  arrays: RiskArrays,
  portfolio: ScenarioPortfolio,
  segment: Segment,
  out: Float64Array,
): void {
  invariant(out.length >= arrays.columns, 'there is room for every column');
  const { riskUnitsPerMinor } = arrays.parameters;
  if (sizeBound(arrays, portfolio, segment) < SAFE_LIMIT) {
    narrowSums(arrays, portfolio, segment, out);
    for (let c = 0; c < arrays.columns; c++) out[c] = divideFloor(out[c]!, riskUnitsPerMinor);
  } else {
    wideSums(arrays, portfolio, segment, out);
  }
}

/** Bound of every partial sum; rounding is monotone, so a bound below 2^53 is one. */
function sizeBound(arrays: RiskArrays, portfolio: ScenarioPortfolio, segment: Segment): number {
  invariant(segment.to <= portfolio.count, 'a segment lies in its portfolio');
  let bound = 0;
  for (let k = segment.from; k < segment.to; k++) {
    bound += Math.abs(portfolio.lots[k]!) * arrays.largest[portfolio.rows[k]!]!;
  }
  return bound;
}

/** Four rows at a time: the running sums are read and written a quarter as often. */
function narrowSums(
  { lower, upper, columns }: RiskArrays,
  { rows, lots }: ScenarioPortfolio,
  segment: Segment,
  out: Float64Array,
): void {
  invariant(lower.length === upper.length, 'every value has two bounds');
  out.fill(0);
  let k = segment.from;
  for (; k + 3 < segment.to; k += 4) {
    const qa = lots[k]!;
    const qb = lots[k + 1]!;
    const qc = lots[k + 2]!;
    const qd = lots[k + 3]!;
    const va = qa > 0 ? lower : upper;
    const vb = qb > 0 ? lower : upper;
    const vc = qc > 0 ? lower : upper;
    const vd = qd > 0 ? lower : upper;
    const a = rows[k]! * columns;
    const b = rows[k + 1]! * columns;
    const c = rows[k + 2]! * columns;
    const d = rows[k + 3]! * columns;
    for (let s = 0; s < columns; s++) {
      out[s] = out[s]! + qa * va[a + s]! + qb * vb[b + s]! + qc * vc[c + s]! + qd * vd[d + s]!;
    }
  }
  for (; k < segment.to; k++) {
    const quantity = lots[k]!;
    const values = quantity > 0 ? lower : upper;
    const at = rows[k]! * columns;
    for (let s = 0; s < columns; s++) out[s] = out[s]! + quantity * values[at + s]!;
  }
}

function wideSums(
  { lower, upper, columns, parameters: { riskUnitsPerMinor } }: RiskArrays,
  { rows, lots }: ScenarioPortfolio,
  segment: Segment,
  out: Float64Array,
): void {
  for (let s = 0; s < columns; s++) {
    let minor = 0;
    let rest = 0;
    for (let k = segment.from; k < segment.to; k++) {
      const quantity = lots[k]!;
      const values = quantity > 0 ? lower : upper;
      productParts(quantity, values[rows[k]! * columns + s]!, riskUnitsPerMinor, parts);
      minor = checkedAdd(minor, parts[0]!);
      rest = checkedAdd(rest, parts[1]!);
    }
    out[s] = checkedAdd(minor, divideFloor(rest, riskUnitsPerMinor));
  }
}
