import { invariant } from '#libs/units';
import { TRILLION } from './expiry-shocks.js';
import { BILLION } from './parameters.js';
import type { ScenarioPortfolio, Segment } from './portfolio.js';
import type { RiskArrays } from './risk-arrays.js';
import { basisUpColumn, FIRST_SCENARIO, NOW } from './risk-row.js';
import { collateralGain, isSkew } from './underlying-risk.js';

/** Rows of one underlying and expiry, futures and options together: what the expiries' charges look at. */
interface ExpiryGroup {
  readonly expiry: number;
  /** Place of its underlying among those held. */
  readonly underlying: number;
  readonly segments: readonly number[];
}

/**
 * What `ScenarioEvaluation` computes in whole minor units, in doubles and for fractions of lots, with the
 * slope of each part: signs of discounts, skews and charges are those at the lots at hand.
 */
export class SupportSums {
  readonly lots: Float64Array;
  /** Underlyings held, their ids in the market. */
  readonly underlyings: readonly number[];
  readonly groups: readonly ExpiryGroup[];
  /** Gain of each underlying held in each scenario, weighted, minor units. */
  readonly gains: Float64Array;
  /** Charge on moves of each group's expiry, 0 or less, and the column that it is made at. */
  readonly basis: Float64Array;
  readonly basisColumn: Int32Array;
  private readonly sums: Float64Array;
  /** By segment and scenario: how a value in it counts, discounted and with the sign of a skew. */
  private readonly factors: Float64Array;
  private readonly underlyingOf: Int32Array;
  private readonly isLong: Uint8Array;
  private readonly weights: Float64Array;
  private readonly isSkewed: Uint8Array;
  /** Places of the segments of each underlying held. */
  private readonly segmentsOf: readonly (readonly number[])[];
  /** What collateral gains, whatever the lots: by underlying held and scenario, weighted. */
  private readonly constants: Float64Array;

  constructor(
    readonly arrays: RiskArrays,
    readonly trial: ScenarioPortfolio,
  ) {
    const { segments, collateral } = trial;
    const { scenarios } = arrays.parameters;
    this.lots = Float64Array.from(trial.lots);
    this.weights = Float64Array.from(scenarios, ({ weightPpb }) => weightPpb / BILLION);
    this.isSkewed = Uint8Array.from(scenarios, (own) => Number(isSkew(own)));
    this.isLong = Uint8Array.from(trial.lots, (held) => Number(held > 0));
    this.underlyings = [...new Set([...segments, ...collateral].map((own) => own.underlying))];
    this.underlyingOf = Int32Array.from(segments, (own) =>
      this.underlyings.indexOf(own.underlying),
    );
    this.groups = groupsOf(segments, this.underlyings);
    this.segmentsOf = this.underlyings.map((_, place) =>
      segments.flatMap((__, at) => (this.underlyingOf[at] === place ? [at] : [])),
    );
    this.sums = new Float64Array(segments.length * arrays.columns);
    this.factors = new Float64Array(segments.length * scenarios.length);
    this.gains = new Float64Array(this.underlyings.length * scenarios.length);
    this.constants = new Float64Array(this.gains.length);
    for (const { underlying, valueMinor } of collateral) {
      const first = this.underlyings.indexOf(underlying) * scenarios.length;
      scenarios.forEach((scenario, s) => {
        const gain = collateralGain(scenario, valueMinor) * (scenario.weightPpb / BILLION);
        this.constants[first + s] = this.constants[first + s]! + gain;
      });
    }
    invariant(this.constants.every(Number.isFinite), 'what collateral gains is a number');
    this.basis = new Float64Array(this.groups.length);
    this.basisColumn = new Int32Array(this.groups.length);
  }

  run(): void {
    this.sumSegments();
    this.gains.set(this.constants);
    for (let at = 0; at < this.trial.segments.length; at++) this.addGains(at);
    this.groups.forEach((_, place) => this.chargeBasis(place));
    invariant(
      this.basis.every((minor) => minor <= 0),
      'a basis charge is a loss',
    );
  }

  /** Value of a lot of a row in a column, risk units: longs count the lower bound, shorts the upper. */
  valueOf(row: number, column: number): number {
    const { lower, upper, columns } = this.arrays;
    const held = this.lots[row]!;
    const isLong = held > 0 || (held === 0 && this.isLong[row] === 1);
    return (isLong ? lower : upper)[this.trial.rows[row]! * columns + column]!;
  }

  /** Adds `factor` x what a lot more of each row of an underlying gains in a scenario. */
  addScenario(out: Float64Array, underlying: number, scenario: number, factor: number): void {
    const { riskUnitsPerMinor, scenarios } = this.arrays.parameters;
    invariant(factor < Infinity && scenario < scenarios.length, 'a scenario is one of them');
    const scale = (factor * this.weights[scenario]!) / riskUnitsPerMinor;
    const column = FIRST_SCENARIO + scenario;
    for (const at of this.segmentsOf[underlying]!) {
      const { from, to, options } = this.trial.segments[at]!;
      const own = this.factors[at * scenarios.length + scenario]!;
      const sign = own < 0 ? -1 : 1;
      for (let row = from; row < to; row++) {
        const gain =
          own * this.valueOf(row, column) - (options ? sign * this.valueOf(row, NOW) : 0);
        out[row] = out[row]! + scale * gain;
      }
    }
  }

  /** Adds `factor` x what a lot more of each row adds to the gain in its expiry's worse move. */
  addBasis(out: Float64Array, underlying: number, factor: number): void {
    const { riskUnitsPerMinor } = this.arrays.parameters;
    this.groups.forEach((group, place) => {
      if (group.underlying !== underlying || this.basis[place] === 0) return;
      const share = this.arrays.shocks[group.expiry]!.basisPpb / BILLION;
      for (const at of group.segments) {
        const { from, to, options } = this.trial.segments[at]!;
        for (let row = from; row < to; row++) {
          const now = options ? this.valueOf(row, NOW) : 0;
          const gain = this.valueOf(row, this.basisColumn[place]!) - now;
          out[row] = out[row]! + (factor * share * gain) / riskUnitsPerMinor;
        }
      }
    });
  }

  private sumSegments(): void {
    const { lower, upper, columns, parameters } = this.arrays;
    const { trial, sums, lots } = this;
    sums.fill(0);
    trial.segments.forEach(({ from, to }, at) => {
      const out = at * columns;
      for (let row = from; row < to; row++) {
        const held = lots[row]! / parameters.riskUnitsPerMinor;
        const values = held > 0 ? lower : upper;
        const first = trial.rows[row]! * columns;
        for (let c = 0; c < columns; c++)
          sums[out + c] = sums[out + c]! + held * values[first + c]!;
      }
    });
  }

  private addGains(at: number): void {
    const { arrays, sums, factors, gains, weights, isSkewed } = this;
    const { options, expiry } = this.trial.segments[at]!;
    const count = weights.length;
    const first = this.underlyingOf[at]! * count;
    const from = at * arrays.columns + FIRST_SCENARIO;
    invariant(first >= 0, 'a segment is of an underlying that is held');
    if (!options) {
      for (let s = 0; s < count; s++)
        gains[first + s] = gains[first + s]! + sums[from + s]! * weights[s]!;
      factors.fill(1, at * count, (at + 1) * count);
      return;
    }
    const now = sums[at * arrays.columns + NOW]!;
    const { positivePpt, negativePpt } = arrays.shocks[expiry]!;
    for (let s = 0; s < count; s++) {
      const value = sums[from + s]!;
      let factor = (value >= 0 ? positivePpt : negativePpt) / TRILLION;
      let gain = factor * value - now;
      if (isSkewed[s] === 1 && gain > 0) {
        factor = -factor;
        gain = -gain;
      }
      factors[at * count + s] = factor;
      gains[first + s] = gains[first + s]! + gain * weights[s]!;
    }
  }

  private chargeBasis(place: number): void {
    const { expiry, segments } = this.groups[place]!;
    const { columns, parameters, shocks } = this.arrays;
    const shock = shocks[expiry];
    const up = basisUpColumn(parameters);
    let upMinor = 0;
    let downMinor = 0;
    for (const at of segments) {
      const now = this.trial.segments[at]!.options ? this.sums[at * columns + NOW]! : 0;
      upMinor += this.sums[at * columns + up]! - now;
      downMinor += this.sums[at * columns + up + 1]! - now;
    }
    const worse = shock === undefined ? 0 : Math.min(upMinor, downMinor, 0);
    this.basis[place] = worse === 0 ? 0 : (worse * shock!.basisPpb) / BILLION;
    this.basisColumn[place] = upMinor <= downMinor ? up : up + 1;
  }
}

function groupsOf(segments: readonly Segment[], underlyings: readonly number[]): ExpiryGroup[] {
  const groups: { expiry: number; underlying: number; segments: number[] }[] = [];
  segments.forEach(({ underlying, expiry }, at) => {
    const last = groups.at(-1);
    const place = underlyings.indexOf(underlying);
    if (last?.underlying === place && last.expiry === expiry) last.segments.push(at);
    else groups.push({ expiry, underlying: place, segments: [at] });
  });
  return groups;
}
