import { type AmountMinor, amountMinor, invariant } from '#libs/units';
import type { Portfolio } from '../portfolio.js';
import {
  BASIS_CODE,
  NO_SCENARIO,
  type RequirementModel,
  type SupportSink,
} from '../requirement-model.js';
import { ScenarioPortfolio } from './portfolio.js';
import { BASIS, NO_LOSS } from './scan.js';
import { ScenarioSupports } from './supports.js';
import type { ScenarioValuation } from './valuation.js';

/**
 * The requirement of the `scenario` model for a unit whose lots are tried: its rows are laid out once, so
 * that a trial costs one evaluation and no memory.
 */
export class ScenarioRequirement implements RequirementModel {
  private readonly trial: ScenarioPortfolio;
  private readonly nothing: ScenarioPortfolio;
  private readonly supporting: ScenarioSupports;
  /** Row of the trial by place in the portfolio; -1 for a position without lots. */
  private readonly rows: Int32Array;
  private readonly slopes: Float64Array;

  constructor(
    portfolio: Portfolio,
    private readonly valuation: ScenarioValuation,
  ) {
    const { count, instruments, lots, collateral } = portfolio;
    const places = new Int32Array(count).fill(-1);
    const legs = [];
    for (let k = 0; k < count; k++) {
      if (lots[k] === 0) continue;
      places[k] = valuation.rowOf(instruments[k] ?? 0);
      invariant(places[k]! >= 0, 'what is planned for has a value in the epoch');
      legs.push({ instrument: places[k]!, lots: lots[k] ?? 0 });
    }
    const moving = valuation.placed(collateral);
    this.trial = new ScenarioPortfolio(valuation.arrays, legs, 0, true, moving);
    this.nothing = new ScenarioPortfolio(valuation.arrays, [], 0);
    const rowOf = new Map<number, number>();
    this.trial.rows.forEach((place, row) => rowOf.set(place, row));
    this.rows = places.map((place) => (place < 0 ? -1 : (rowOf.get(place) ?? -1)));
    this.slopes = new Float64Array(count);
    this.supporting = new ScenarioSupports(valuation.evaluation, this.trial);
  }

  maintenanceMinor(lots: Float64Array): AmountMinor {
    this.setLots(this.trial.lots, lots);
    // Who holds nothing needs nothing, whatever the collateral loses.
    const held = lots.some((own) => own !== 0) ? this.trial : this.nothing;
    return amountMinor(this.valuation.evaluation.evaluate(held).maintenanceMinor);
  }

  worstScenario(): number {
    const worst = this.valuation.evaluation.scan.worst[0] ?? NO_LOSS;
    if (worst === BASIS) return BASIS_CODE;
    return worst === NO_LOSS ? NO_SCENARIO : worst + 1;
  }

  supports(lots: Float64Array, leastMinor: number, most: number, give: SupportSink): void {
    this.setLots(this.supporting.lots, lots);
    this.supporting.run(leastMinor, most, (atMinor, byRow) => {
      for (let k = 0; k < this.rows.length; k++) {
        const row = this.rows[k]!;
        this.slopes[k] = row < 0 ? 0 : byRow[row]!;
      }
      give(atMinor, this.slopes);
    });
  }

  private setLots(out: Float64Array, lots: Float64Array): void {
    invariant(lots.length === this.rows.length, 'every position has its lots');
    out.fill(0);
    for (let k = 0; k < this.rows.length; k++) {
      const row = this.rows[k]!;
      if (row >= 0) out[row] = out[row]! + lots[k]!;
    }
  }
}
