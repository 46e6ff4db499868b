import { checkedAdd, invariant, multiplyDivideCeil, productParts, divideFloor } from '#libs/units';
import { AddOns } from './add-ons.js';
import { BILLION, type ScenarioParameters } from './parameters.js';
import type { ScenarioPortfolio, Segment } from './portfolio.js';
import type { RiskArrays } from './risk-arrays.js';
import { Scan } from './scan.js';
import { segmentSums } from './segment-sums.js';
import { Spreads } from './spreads.js';
import { UnderlyingRisk } from './underlying-risk.js';

/** What a portfolio is worth and needs, minor units of the margin currency. */
export interface ScenarioFigures {
  /** Cash, options and collateral at their present value; no haircut is taken here. */
  equityMinor: number;
  maintenanceMinor: number;
  initialMinor: number;
}

/** The amounts that a level's requirement is made of, before its factor. */
export interface LevelParts {
  /** Worst loss, charges inside and outside of the factor, and the least requirement. */
  readonly lossMinor: number;
  readonly chargesMinor: number;
  readonly extraMinor: number;
  readonly minimumMinor: number;
  readonly factorPpb: number;
}

/**
 * The `scenario` model over shared risk arrays (docs/margin.md). One object is used for every
 * portfolio: an evaluation writes into it, allocates next to nothing, and leaves what an explanation
 * reads. Read-only on arrays and portfolio.
 *
 * @throws ArithmeticOverflow when an amount leaves the safe integers
 */
export class ScenarioEvaluation {
  readonly risks: readonly UnderlyingRisk[];
  readonly scan: Scan;
  readonly addOns: AddOns;
  readonly spreads: Spreads;
  readonly figures: ScenarioFigures = { equityMinor: 0, maintenanceMinor: 0, initialMinor: 0 };
  /** Options and collateral at their present value. */
  markToMarketMinor = 0;
  /** Charge on expiries' moves against each other, and on expiries' deltas: 0 or more. */
  basisMinor = 0;
  rollMinor = 0;
  private readonly sums: Float64Array;
  private readonly parts = new Float64Array(2);

  constructor(readonly arrays: RiskArrays) {
    this.risks = arrays.market.underlyings.map(() => new UnderlyingRisk(arrays));
    this.scan = new Scan(arrays.parameters);
    this.addOns = new AddOns(arrays);
    this.spreads = new Spreads(arrays);
    this.sums = new Float64Array(arrays.columns);
  }

  evaluate(portfolio: ScenarioPortfolio): ScenarioFigures {
    invariant(portfolio.arrays === this.arrays, 'a portfolio is in the order of these arrays');
    for (const risk of this.risks) risk.clear();
    for (const segment of portfolio.segments) {
      segmentSums(this.arrays, portfolio, segment, this.sums);
      const delta = this.deltaMinor(portfolio, segment);
      this.risks[segment.underlying]!.add(segment, this.sums, delta);
    }
    for (const { underlying, valueMinor } of portfolio.collateral) {
      this.risks[underlying]!.addCollateral(valueMinor);
    }
    let value = 0;
    this.basisMinor = 0;
    this.rollMinor = 0;
    for (const risk of this.risks) {
      if (!risk.held) continue;
      risk.finish();
      value = checkedAdd(value, checkedAdd(risk.optionMinor, risk.collateralMinor));
      this.basisMinor = checkedAdd(this.basisMinor, -risk.basisMinor);
      this.rollMinor = checkedAdd(this.rollMinor, risk.rollMinor);
    }
    this.scan.run(this.risks);
    this.addOns.run(portfolio);
    this.spreads.run(portfolio, this.risks);
    this.markToMarketMinor = value;
    this.figures.equityMinor = checkedAdd(portfolio.cashMinor, value);
    invariant(Number.isInteger(this.figures.equityMinor), 'equity is in whole minor units');
    this.figures.maintenanceMinor = this.requirementMinor(false);
    this.figures.initialMinor = this.requirementMinor(true);
    return this.figures;
  }

  /** What a level's requirement is made of. */
  level(initial: boolean): LevelParts {
    const { addOns, scan, spreads } = this;
    const { basis, levels } = this.arrays.parameters;
    const charges =
      addOns.linearMinor +
      addOns.shortOptionMinor +
      addOns.haircutMinor +
      (basis.competes ? 0 : this.basisMinor) +
      this.rollMinor +
      spreads.calendarMinor -
      spreads.creditMinor;
    const extra =
      addOns.linearInitialMinor +
      addOns.shortOptionInitialMinor +
      addOns.haircutInitialMinor +
      addOns.confidenceMinor;
    return {
      lossMinor: scan.lossMinor,
      chargesMinor: charges,
      extraMinor: initial ? extra : 0,
      minimumMinor: addOns.minimumMinor,
      factorPpb: initial
        ? levels.initialPpb + pegPpb(this.arrays.parameters, this.arrays.market.stablePricePpb)
        : levels.maintenancePpb,
    };
  }

  private requirementMinor(initial: boolean): number {
    const requirement = requirementOf(this.level(initial), this.arrays.parameters);
    invariant(requirement >= 0, 'a requirement is 0 or more');
    return requirement;
  }

  /** Value of the segment's delta; nothing where no charge looks at it. */
  private deltaMinor(portfolio: ScenarioPortfolio, segment: Segment): number {
    const { parameters, deltaValue } = this.arrays;
    if (parameters.roll.perYearPpb === 0 && parameters.roll.leastPpb === 0) return 0;
    let minor = 0;
    let rest = 0;
    for (let k = segment.from; k < segment.to; k++) {
      const value = deltaValue[portfolio.rows[k]!]!;
      productParts(portfolio.lots[k]!, value, parameters.riskUnitsPerMinor, this.parts);
      minor = checkedAdd(minor, this.parts[0]!);
      rest = checkedAdd(rest, this.parts[1]!);
    }
    return checkedAdd(minor, divideFloor(rest, parameters.riskUnitsPerMinor));
  }
}

/** What the initial factor grows by while the stablecoin is below its threshold, rounded up. */
export function pegPpb({ peg }: ScenarioParameters, stablePricePpb: number): number {
  const gap = peg.thresholdPpb - stablePricePpb;
  return gap > 0 ? multiplyDivideCeil(gap, peg.factorPpb, BILLION) : 0;
}

/** Loss x factor, charges inside or outside of it, never below the minimum nor below 0. */
export function requirementOf(parts: LevelParts, { levels }: ScenarioParameters): number {
  const { lossMinor, chargesMinor, extraMinor, minimumMinor, factorPpb } = parts;
  invariant(lossMinor >= 0 && extraMinor >= 0 && factorPpb >= 0, 'parts of a level are in range');
  if (levels.addOnsScaled) {
    const inside = Math.max(lossMinor + chargesMinor, minimumMinor, 0);
    return multiplyDivideCeil(inside, factorPpb, BILLION) + extraMinor;
  }
  const scaled = multiplyDivideCeil(lossMinor, factorPpb, BILLION);
  return Math.max(scaled + chargesMinor, minimumMinor, 0) + extraMinor;
}
