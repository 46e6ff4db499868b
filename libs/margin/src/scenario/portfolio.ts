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
   * @param collateral what else moves in the scenarios
   */
  constructor(
    readonly arrays: RiskArrays,
    legs: readonly ScenarioLeg[],
    readonly cashMinor: number,
    readonly collateral: readonly CollateralHolding[] = [],
  ) {
    const net = new Map<number, number>();
    for (const { instrument, lots } of legs) {
      const known = arrays.market.instruments[instrument];
      invariant(known !== undefined, 'a leg is of an instrument of the market');
      net.set(instrument, checkedAdd(net.get(instrument) ?? 0, lots));
    }
    const rows = [...net].filter(([, lots]) => lots !== 0).map(([row]) => row);
    rows.sort((a, b) => arrays.rank[a]! - arrays.rank[b]!);
    invariant(Number.isInteger(cashMinor), 'cash is in whole minor units');
    this.count = rows.length;
    this.rows = Int32Array.from(rows);
    this.lots = Float64Array.from(rows, (row) => net.get(row) ?? 0);
    this.segments = segmentsOf(arrays, this.rows);
  }
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
