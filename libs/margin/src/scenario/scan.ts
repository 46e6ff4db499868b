import { checkedAdd, invariant, multiplyDivideFloor } from '#libs/units';
import { BILLION, type ScenarioParameters } from './parameters.js';
import type { UnderlyingRisk } from './underlying-risk.js';

/** Place of the basis charge where a worst scenario is named. */
export const BASIS = -1;
/** No scenario loses anything. */
export const NO_LOSS = -2;

/** Worst loss over the scenarios of each component, added up; what single underlyings would need. */
export class Scan {
  /** Profit or loss of the whole portfolio in each scenario, after the offset rule. */
  readonly gains: Float64Array;
  /** The worst scenario of each component; BASIS, NO_LOSS. */
  readonly worst: Int32Array;
  private readonly losses: Float64Array;
  /** Sum of worst losses, gains of one underlying offsetting losses of another. */
  jointMinor = 0;
  /** Sum of the worst losses of each underlying alone. */
  separateMinor = 0;
  /** What the limit on offsets puts on top of the joint loss. */
  limitMinor = 0;

  constructor(private readonly parameters: ScenarioParameters) {
    const { scenarios } = parameters;
    this.gains = new Float64Array(scenarios.length);
    const components = scenarios.reduce((most, { component }) => Math.max(most, component + 1), 1);
    this.worst = new Int32Array(components);
    this.losses = new Float64Array(components);
  }

  /** Worst loss that counts: never less than what the limit on offsets leaves. */
  get lossMinor(): number {
    return this.jointMinor + this.limitMinor;
  }

  run(risks: readonly UnderlyingRisk[]): void {
    const { offsets } = this.parameters;
    let separate = 0;
    let basis = 0;
    for (const risk of risks) {
      if (!risk.held) continue;
      basis = checkedAdd(basis, risk.basisMinor);
      separate = checkedAdd(separate, this.worstLoss(risk.gains, risk.basisMinor));
    }
    invariant(
      risks.every(({ basisMinor }) => basisMinor <= 0),
      'a basis charge is a loss',
    );
    this.gains.fill(0);
    risks.forEach((risk, underlying) => {
      if (!risk.held) return;
      const gainPpb = offsets.gainPpb[underlying] ?? 0;
      for (let s = 0; s < this.gains.length; s++) {
        const own = offsetGain(risk.gains[s]!, gainPpb);
        this.gains[s] = checkedAdd(this.gains[s]!, own);
      }
    });
    this.separateMinor = separate;
    this.jointMinor = this.worstLoss(this.gains, basis);
    const reduction = separate - this.jointMinor;
    invariant(reduction >= 0, 'an offset never adds to the sum of single underlyings');
    const given = multiplyDivideFloor(reduction, offsets.reductionLimitPpb, BILLION);
    this.limitMinor = reduction - given;
    invariant(given >= 0 && given <= reduction, 'not more than the reduction is given');
    invariant(this.lossMinor <= separate, 'offsets do not add to the sum of the underlyings');
  }

  /** Sum over components of the largest loss; leaves the worst scenarios in `worst`. */
  private worstLoss(gains: Float64Array, basisMinor: number): number {
    const { scenarios, basis } = this.parameters;
    this.losses.fill(0);
    this.worst.fill(NO_LOSS);
    if (basis.competes && basisMinor < 0) {
      this.losses[0] = -basisMinor;
      this.worst[0] = BASIS;
    }
    for (let s = 0; s < gains.length; s++) {
      const { component } = scenarios[s]!;
      // The first of equals is named; the basis charge only where nothing else is as bad.
      const loss = -gains[s]!;
      const known = this.losses[component]!;
      if (loss > known || (loss === known && loss > 0 && this.worst[component] === BASIS)) {
        this.losses[component] = loss;
        this.worst[component] = s;
      }
    }
    let sum = 0;
    invariant(
      this.losses.every((loss) => loss >= 0),
      'a worst loss is 0 or more',
    );
    for (const loss of this.losses) sum = checkedAdd(sum, loss);
    return sum;
  }
}

/** The part of an underlying's gain that counts against losses of others; a loss counts in full. */
export function offsetGain(gainMinor: number, gainPpb: number): number {
  invariant(gainPpb >= 0 && gainPpb <= BILLION, 'a gain counts for at most itself');
  return gainMinor > 0 && gainPpb !== BILLION
    ? multiplyDivideFloor(gainMinor, gainPpb, BILLION)
    : gainMinor;
}
