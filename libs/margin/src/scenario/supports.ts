import { invariant } from '#libs/units';
import type { SupportSink } from '../requirement-model.js';
import type { ScenarioEvaluation } from './evaluation.js';
import { BILLION } from './parameters.js';
import type { ScenarioPortfolio } from './portfolio.js';
import { BASIS, NO_LOSS } from './scan.js';
import { addCharges, sloped } from './support-charges.js';
import { SupportSums } from './support-sums.js';

/** Worst losses over the scenarios of one set of underlyings, by component. */
interface Worst {
  /** Places among the underlyings held. */
  readonly underlyings: readonly number[];
  /** Whether gains of one underlying count against losses of others. */
  readonly isJoint: boolean;
  /** Share of the whole loss that this set has. */
  readonly share: number;
  readonly losses: Float64Array;
  readonly choices: Int32Array;
  /** Loss in each scenario. */
  readonly all: Float64Array;
}

/** A loss that could have been the worst one of its component. */
interface Candidate {
  readonly minor: number;
  readonly set: Worst;
  readonly component: number;
  readonly scenario: number;
}

/**
 * Linear lower bounds of the maintenance requirement under the `scenario` model: for a choice of scenario
 * in every maximum, and of sign in every absolute value, the requirement is linear in the lots. Its
 * pieces are those of `ScenarioEvaluation`, whose exact figures they are compared with in a test.
 */
export class ScenarioSupports {
  private readonly sums: SupportSums;
  private readonly charges;
  private readonly minimum;
  private readonly sets: readonly Worst[];
  private readonly slopes: Float64Array;
  private readonly base: Float64Array;
  /** Component of each scenario. */
  private readonly components: Int32Array;

  constructor({ arrays }: ScenarioEvaluation, trial: ScenarioPortfolio) {
    this.sums = new SupportSums(arrays, trial);
    this.charges = sloped(trial.count);
    this.minimum = sloped(trial.count);
    this.slopes = new Float64Array(trial.count);
    this.base = new Float64Array(trial.count);
    this.sets = setsOf(this.sums);
    this.components = Int32Array.from(arrays.parameters.scenarios, ({ component }) => component);
  }

  /** Lots by row of the trial, to be set before `run`. */
  get lots(): Float64Array {
    return this.sums.lots;
  }

  run(leastMinor: number, most: number, give: SupportSink): void {
    const { levels } = this.sums.arrays.parameters;
    const factor = levels.maintenancePpb / BILLION;
    this.sums.run();
    addCharges(this.sums, this.charges, this.minimum);
    for (const set of this.sets) this.findWorst(set);
    const loss = this.sets.reduce((sum, { share, losses }) => sum + share * total(losses), 0);
    invariant(loss >= 0 && factor >= 0, 'a worst loss is 0 or more');
    const outside = levels.addOnsScaled ? factor : 1;
    const plain = factor * loss + outside * this.charges.minor;
    const least = outside * this.minimum.minor;
    if (least > plain) {
      for (let row = 0; row < this.slopes.length; row++) {
        this.slopes[row] = outside * this.minimum.slopes[row]!;
      }
      give(least, this.slopes);
    }
    this.giveWorst(plain, factor, outside, give);
    if (most < 2) return;
    const others = this.candidates(plain, factor, leastMinor);
    for (const other of others.slice(0, most - 1)) this.giveOther(other, factor, give);
  }

  /** The support of the worst scenarios. */
  private giveWorst(minor: number, factor: number, outside: number, give: SupportSink): void {
    const { slopes, charges, base } = this;
    for (let row = 0; row < slopes.length; row++) slopes[row] = outside * charges.slopes[row]!;
    for (const set of this.sets) {
      for (let component = 0; component < set.choices.length; component++) {
        this.addLoss(set, set.choices[component]!, factor * set.share);
      }
    }
    base.set(slopes);
    give(minor, slopes);
  }

  /** The same with one of them exchanged for a candidate. */
  private giveOther(
    { minor, set, component, scenario }: Candidate,
    factor: number,
    give: SupportSink,
  ) {
    this.slopes.set(this.base);
    this.addLoss(set, set.choices[component]!, -factor * set.share);
    this.addLoss(set, scenario, factor * set.share);
    give(minor, this.slopes);
  }

  private addLoss({ underlyings, isJoint }: Worst, scenario: number, factor: number): void {
    if (scenario === NO_LOSS) return;
    for (const place of underlyings) {
      if (scenario === BASIS) this.sums.addBasis(this.slopes, place, -factor);
      else {
        const share = this.offsetOf(place, scenario, isJoint);
        if (share > 0) this.sums.addScenario(this.slopes, place, scenario, -factor * share);
      }
    }
  }

  private candidates(plain: number, factor: number, leastMinor: number): Candidate[] {
    const { basis } = this.sums.arrays.parameters;
    const found: Candidate[] = [];
    for (const set of this.sets) {
      const rate = factor * set.share;
      const note = (scenario: number, component: number, loss: number): void => {
        const minor = plain - rate * (set.losses[component]! - loss);
        if (minor < leastMinor || scenario === set.choices[component]) return;
        found.push({ minor, set, component, scenario });
      };
      const { all, losses, choices } = set;
      for (let s = 0; s < all.length; s++) {
        // Most are far below; only the others are worth an object.
        const component = this.components[s]!;
        if (
          plain - rate * (losses[component]! - all[s]!) < leastMinor ||
          choices[component] === s
        ) {
          continue;
        }
        note(s, component, all[s]!);
      }
      const charge = basis.competes ? this.basisOf(set) : 0;
      if (charge > 0) note(BASIS, 0, charge);
    }
    return found.sort((a, b) => b.minor - a.minor);
  }

  private findWorst(set: Worst): void {
    const { scenarios, basis } = this.sums.arrays.parameters;
    invariant(set.share > 0, 'a set without a share is left out');
    set.losses.fill(0);
    set.choices.fill(NO_LOSS);
    if (basis.competes) {
      const charge = this.basisOf(set);
      if (charge > 0) {
        set.losses[0] = charge;
        set.choices[0] = BASIS;
      }
    }
    for (let s = 0; s < scenarios.length; s++) {
      const component = this.components[s]!;
      const loss = this.lossOf(set, s);
      set.all[s] = loss;
      if (loss <= set.losses[component]!) continue;
      set.losses[component] = loss;
      set.choices[component] = s;
    }
  }

  private lossOf({ underlyings, isJoint }: Worst, scenario: number): number {
    const { gains, arrays } = this.sums;
    const count = arrays.parameters.scenarios.length;
    let loss = 0;
    for (const place of underlyings) {
      const gain = gains[place * count + scenario]!;
      loss -= gain > 0 && isJoint ? gain * this.offsetOf(place, scenario, true) : gain;
    }
    invariant(loss < Infinity, 'a loss is a number');
    return loss;
  }

  private offsetOf(place: number, scenario: number, isJoint: boolean): number {
    const { gains, arrays, underlyings } = this.sums;
    const { scenarios, offsets } = arrays.parameters;
    if (!isJoint || gains[place * scenarios.length + scenario]! <= 0) return 1;
    return (offsets.gainPpb[underlyings[place]!] ?? 0) / BILLION;
  }

  private basisOf({ underlyings }: Worst): number {
    let charge = 0;
    this.sums.groups.forEach(({ underlying }, place) => {
      if (underlyings.includes(underlying)) charge -= this.sums.basis[place]!;
    });
    return charge;
  }
}

/** All underlyings together, and each alone, by the share of the offsets that is given. */
function setsOf({ underlyings, arrays }: SupportSums): Worst[] {
  const { scenarios, offsets } = arrays.parameters;
  const components = scenarios.reduce((most, { component }) => Math.max(most, component + 1), 1);
  const given = underlyings.length === 1 ? 1 : offsets.reductionLimitPpb / BILLION;
  const places = underlyings.map((_, place) => place);
  const make = (members: readonly number[], isJoint: boolean, share: number): Worst => ({
    underlyings: members,
    isJoint,
    share,
    losses: new Float64Array(components),
    choices: new Int32Array(components),
    all: new Float64Array(scenarios.length),
  });
  invariant(given >= 0 && given <= 1, 'a share of the offsets is given');
  const sets = places.map((place) => make([place], false, 1 - given));
  return [make(places, true, given), ...sets].filter(({ share }) => share > 0);
}

function total(losses: Float64Array): number {
  let sum = 0;
  for (const loss of losses) sum += loss;
  return sum;
}
