import { invariant, negated } from '#libs/units';
import { DualSimplex } from './dual-simplex.js';
import type { PlanTrial } from './trial.js';

/** Bounds of the work: supports in all and at once, rounds of them, steps of one solution. */
const ROWS = 80;
const ROWS_AT_ONCE = 3;
/** Rows are forgotten when fewer places are free; those that are kept by this much, scaled to 1. */
const ROOM = 0.02;
const ROUNDS = 40;
const STEPS = 400;
/** What a deficit that is left costs, where everything that could be taken costs 1. */
const PENALTY = 10_000;
/** Lots count as cost so little that they decide between equal costs alone. */
const LOT_WEIGHT = 1e-9;
/** Part of the deficit that counts as nothing. */
const NEGLIGIBLE = 1e-7;

/**
 * The plan in fractions of lots: the requirement is replaced by linear lower bounds, added where a
 * solution breaks it, until none is broken. Its cost is a lower bound of every plan's. A last variable
 * takes up what cannot be restored, at a penalty, so that there always is a solution.
 */
export class Relaxation {
  readonly program: DualSimplex;
  /** Lots of each leg, fractions, after `solve`. */
  readonly taken: Float64Array;
  /** Whether the target was restored, apart from what is negligible. */
  restores = false;
  private readonly scale: number;
  private readonly deficit: number;
  private readonly levelRate: number;
  private readonly row: Float64Array;

  /** @param most most lots of each leg */
  constructor(
    private readonly trial: PlanTrial,
    readonly most: Float64Array,
  ) {
    const { legs, input } = trial;
    const { equityMinor } = input.figures;
    this.taken = new Float64Array(legs.length);
    this.row = new Float64Array(legs.length + 1);
    this.deficit = negated(trial.startSurplusMinor);
    this.levelRate = input.rulebook.source.targetPpm / 1_000_000;
    invariant(this.deficit > 0 && Number.isFinite(equityMinor), 'a plan is made below the target');
    const costs = new Float64Array(legs.length + 1);
    const upper = new Float64Array(legs.length + 1);
    let total = 0;
    let lots = 0;
    legs.forEach(({ costPerLot }, leg) => {
      total += costPerLot * most[leg]!;
      lots += most[leg]!;
    });
    this.scale = total > 0 ? total : 1;
    legs.forEach(({ costPerLot }, leg) => {
      upper[leg] = most[leg]! > 0 ? 1 : 0;
      costs[leg] = (costPerLot * most[leg]!) / this.scale;
      costs[leg] = costs[leg] + (LOT_WEIGHT * most[leg]!) / Math.max(1, lots);
    });
    costs[legs.length] = PENALTY;
    upper[legs.length] = Infinity;
    this.program = new DualSimplex(legs.length + 1, ROWS, costs, upper);
  }

  /** Solves with the supports that it needs; false when the work ran out before a solution. */
  solve(): boolean {
    this.addSupports();
    for (let round = 0; round < ROUNDS; round++) {
      if (!this.step()) return false;
      if (!this.addSupports()) break;
    }
    this.restores = this.shortfall <= NEGLIGIBLE;
    return true;
  }

  /** Solves with the present supports and reads the lots. */
  step(): boolean {
    if (!this.program.solve(STEPS)) return false;
    const { values } = this.program;
    for (let leg = 0; leg < this.taken.length; leg++) {
      this.taken[leg] = values[leg]! * this.most[leg]!;
    }
    invariant(this.shortfall >= 0, 'what is not restored is 0 or more');
    return true;
  }

  /** Part of the deficit that is left. */
  get shortfall(): number {
    return this.program.values[this.taken.length]!;
  }

  /** Cost of the present solution, minor units. */
  get costMinor(): number {
    let cost = 0;
    for (let leg = 0; leg < this.taken.length; leg++) {
      cost += this.taken[leg]! * this.trial.legs[leg]!.costPerLot;
    }
    return cost;
  }

  setBounds(leg: number, lower: number, upper: number): void {
    const most = this.most[leg]!;
    invariant(most > 0 && upper <= most, 'no more is taken than there is');
    this.program.setBounds(leg, lower / most, upper / most);
  }

  /** Adds the supports that the present solution breaks; false when it breaks none. */
  addSupports(): boolean {
    let equity: number = this.trial.input.figures.equityMinor;
    equity -= this.costMinor;
    const allowed = this.shortfall * this.deficit;
    const least = (equity + allowed + NEGLIGIBLE * this.deficit) / this.levelRate;
    return this.addAt(this.taken, least, 0);
  }

  /** Makes room for more supports; whether there is some. */
  private hasRoom(): boolean {
    if (this.program.free < ROWS_AT_ONCE + 1) this.program.dropLoose(ROOM);
    return this.program.free > 0;
  }

  /** Adds the supports at `taken` that are more than `leastMinor`, each raised by `shiftMinor`. */
  addAt(taken: Float64Array, leastMinor: number, shiftMinor: number): boolean {
    const { model } = this.trial;
    let hasAdded = false;
    if (!this.hasRoom()) return false;
    model.supports(this.trial.lotsAfter(taken), leastMinor, ROWS_AT_ONCE, (atMinor, slopes) => {
      if (atMinor + shiftMinor <= leastMinor || this.program.free === 0) return;
      this.addRow(taken, atMinor + shiftMinor, slopes);
      hasAdded = true;
    });
    return hasAdded;
  }

  /** Equity less the level of a support, at least 0: row . lots >= least. */
  private addRow(taken: Float64Array, atMinor: number, slopes: Float64Array): void {
    const { legs, input } = this.trial;
    const { row, most, levelRate, deficit } = this;
    let least = levelRate * atMinor - input.figures.equityMinor;
    let largest = 1;
    legs.forEach(({ place, side, costPerLot }, leg) => {
      const freed = levelRate * side * slopes[place]!;
      least += freed * taken[leg]!;
      row[leg] = (freed - costPerLot) * most[leg]!;
      largest = Math.max(largest, Math.abs(row[leg]));
    });
    largest = Math.max(largest, Math.abs(least));
    invariant(largest < Infinity, 'the weights of a row are numbers');
    for (let leg = 0; leg < legs.length; leg++) row[leg] = row[leg]! / largest;
    row[legs.length] = deficit / largest;
    this.program.addRow(row, least / largest);
  }
}
