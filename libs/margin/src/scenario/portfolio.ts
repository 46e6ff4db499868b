import { checkedAdd, invariant } from '#libs/units';
import type { RiskArrays } from './risk-arrays.js';

/** A holding: signed lots of the instrument with this place in the market. */
export interface ScenarioLeg {
  readonly instrument: number;
  readonly lots: number;
}

/** Collateral that moves with an underlying, by the place of that; a debt is worth less than nothing. */
export interface CollateralHolding {
  readonly underlying: number;
  /** What it counts for in equity, minor units of the margin currency. */
  readonly valueMinor: number;
}

/** Rows of one underlying and expiry that are added up before signs are looked at. */
export interface Segment {
  readonly underlying: number;
  readonly expiry: number;
  readonly options: boolean;
  readonly from: number;
  readonly to: number;
}

/**
 * A net portfolio in the order of its risk arrays: what an evaluation reads. Legs of one instrument
 * are added up, so that the order in which they came leaves no trace.
 */
export class ScenarioPortfolio {
  readonly count: number;
  readonly rows: Int32Array;
  readonly lots: Float64Array;
  readonly segments: readonly Segment[];

  /**
   * @param cashMinor settled cash and unsettled profit or loss, minor units
   * @param keepsFlat rows without lots stay, for whoever changes the lots and evaluates again
   * @param collateral what else moves in the scenarios
   */
  constructor(
    readonly arrays: RiskArrays,
    legs: readonly ScenarioLeg[],
    readonly cashMinor: number,
    keepsFlat = false,
    readonly collateral: readonly CollateralHolding[] = [],
  ) {
    invariant(Number.isInteger(cashMinor), 'cash is in whole minor units');
    const ranks = ranksOf(arrays, legs);
    const rows = new Int32Array(ranks.length);
    const net = new Float64Array(ranks.length);
    let count = 0;
    for (let k = 0; k < ranks.length; k++) {
      const rank = ranks[k]!;
      const lots = arrays.netLots[rank]!;
      // Legs that cancel leave nothing; a second leg of an instrument was added to the first.
      if ((lots === 0 && !keepsFlat) || rank === ranks[k - 1]) continue;
      rows[count] = arrays.byRank[rank]!;
      net[count++] = lots;
    }
    invariant(count <= legs.length, 'what is held are legs');
    this.count = count;
    this.rows = rows.subarray(0, count);
    this.lots = net.subarray(0, count);
    this.segments = segmentsOf(arrays, this.rows);
  }
}

/**
 * Ranks of the legs, ascending; their lots are added up in `netLots`, by rank, of which only these places
 * count. A portfolio is put in order for every evaluation: no map, no comparison of instruments.
 */
function ranksOf(arrays: RiskArrays, legs: readonly ScenarioLeg[]): Int32Array {
  const ranks = new Int32Array(legs.length);
  for (let k = 0; k < legs.length; k++) {
    const { instrument } = legs[k]!;
    const rank = arrays.rank[instrument];
    invariant(rank !== undefined, 'a leg is of an instrument of the market');
    arrays.netLots[rank] = 0;
    ranks[k] = rank;
  }
  for (let k = 0; k < legs.length; k++) {
    const { lots } = legs[k]!;
    const rank = ranks[k]!;
    arrays.netLots[rank] = checkedAdd(arrays.netLots[rank]!, lots);
  }
  return ranks.sort();
}

function segmentsOf(arrays: RiskArrays, rows: Int32Array): Segment[] {
  const segments: Segment[] = [];
  for (let from = 0; from < rows.length;) {
    const { underlying, expiry, kind } = arrays.market.instruments[rows[from]!]!;
    const options = kind === 'option';
    let to = from + 1;
    for (; to < rows.length; to++) {
      const next = arrays.market.instruments[rows[to]!]!;
      if (next.underlying !== underlying || next.expiry !== expiry) break;
      if ((next.kind === 'option') !== options) break;
    }
    invariant(to > from && to <= rows.length, 'a segment has legs');
    segments.push({ underlying, expiry, options, from, to });
    from = to;
  }
  return segments;
}
