import { equityChange, type PlanInput } from '#libs/default-management';
import type { RiskArrays, ScenarioParameters, ScenarioValuation } from '#libs/margin';
import { lots as wholeLots, negated } from '#libs/units';
import type { FailingPortfolio } from './failing-portfolios.js';

const BILLION = 1_000_000_000;

/** A linear form: a constant, and coefficients of named variables. */
class Form {
  readonly terms = new Map<string, number>();
  constant = 0;

  add(variable: string, weight: number): this {
    this.terms.set(variable, (this.terms.get(variable) ?? 0) + weight);
    return this;
  }

  plus(other: Form, factor = 1): this {
    this.constant += factor * other.constant;
    for (const [variable, weight] of other.terms) this.add(variable, factor * weight);
    return this;
  }
}

export interface ProgramOptions {
  /** Whole lots, or fractions. */
  readonly isInteger: boolean;
  /** Minor units that must be left above the target: what roundings of the exact figures can take. */
  readonly allowanceMinor: number;
  /** Positions that may be reduced; all without it. */
  readonly allowed?: (place: number) => boolean;
}

/**
 * The liquidation of one unit as a mixed-integer program, written down from docs/margin.md and the risk
 * arrays alone: every scenario is a row, maxima and absolute values are variables of their own. It knows
 * grids, skews, offsets, basis, charges on size and on naked short options: all that the generator draws.
 */
export class LiquidationProgram {
  private readonly rows: string[] = [];
  private readonly free: string[] = [];
  /** Sizes of skews, which two sets of underlyings share. */
  private readonly written = new Set<string>();
  private readonly arrays: RiskArrays;
  private readonly parameters: ScenarioParameters;
  private readonly costs: number[];
  private readonly certain: number[];
  private readonly scale: number;

  constructor(
    private readonly failing: FailingPortfolio,
    valuation: ScenarioValuation,
    private readonly certainLotsOf: (place: number) => number,
  ) {
    const { input } = failing;
    this.arrays = valuation.arrays;
    this.parameters = valuation.arrays.parameters;
    this.certain = this.places().map((place) => this.certainLotsOf(place));
    this.costs = this.places().map((place) => costPerLot(input, place, this.certain[place]!));
    const { equityMinor, maintenanceMinor } = input.figures;
    this.scale = Math.max(1, maintenanceMinor * this.levelRate - equityMinor);
  }

  /** The price move of a scenario: those with equal ones are as bad for futures. */
  moveOf(scenario: number): number {
    return this.parameters.scenarios[scenario]!.priceShockPpb;
  }

  /** Loss of each underlying, and of all together, in each scenario, with the lots of a solution. */
  lossesAt(valueOf: (name: string) => number): { losses: number[]; hasOptions: boolean }[] {
    const { scenarios, offsets } = this.parameters;
    const own = this.underlyings().map((id) =>
      scenarios.map((_, scenario) => this.lossWith(id, scenario, valueOf)),
    );
    const shares = this.underlyings().map((id) => (offsets.gainPpb[id] ?? 0) / BILLION);
    const joint = scenarios.map((_, scenario) =>
      own.reduce((sum, losses, at) => {
        const loss = losses[scenario]!;
        return sum + (loss > 0 ? loss : loss * shares[at]!);
      }, 0),
    );
    const hasOptions = this.underlyings().map((id) =>
      this.places().some((place) => {
        const { kind, underlying } = this.instrumentOf(place);
        const held = Math.abs(this.failing.input.portfolio.lots[place] ?? 0);
        return kind === 'option' && underlying === id && held - valueOf(lotsOf(place)) > 0.5;
      }),
    );
    const sets = own.map((losses, at) => ({ losses, hasOptions: hasOptions[at]! }));
    const all = { losses: joint, hasOptions: hasOptions.some((has) => has) };
    return offsets.reductionLimitPpb > 0 ? [...sets, all] : sets;
  }

  private lossWith(
    underlying: number,
    scenario: number,
    valueOf: (name: string) => number,
  ): number {
    let loss = 0;
    const byExpiry = new Map<number, number>();
    for (const place of this.places()) {
      const { kind, expiry, underlying: own } = this.instrumentOf(place);
      if (own !== underlying) continue;
      const gain = this.gainOf(place, 1 + scenario);
      const value = gain.constant + (gain.terms.get(lotsOf(place)) ?? 0) * valueOf(lotsOf(place));
      if (this.isSkew(scenario) && kind === 'option') {
        byExpiry.set(expiry, (byExpiry.get(expiry) ?? 0) + value);
      } else loss -= value;
    }
    for (const gain of byExpiry.values()) loss += Math.abs(gain);
    return loss;
  }

  private isSkew(scenario: number): boolean {
    const { volatility } = this.parameters.scenarios[scenario]!;
    return volatility === 'skew-linear' || volatility === 'skew-absolute';
  }

  /** In the LP format of CPLEX, which HiGHS reads. The objective is in minor units. */
  text({ isInteger, allowanceMinor, allowed }: ProgramOptions): string {
    this.rows.length = 0;
    this.free.length = 0;
    this.written.clear();
    const objective = new Form();
    this.places().forEach((place) => objective.add(lotsOf(place), this.costs[place]!));
    this.writeRequirement(allowanceMinor);
    const bounds = this.places().map((place) => {
      const most = allowed?.(place) === false ? 0 : this.certain[place]!;
      return ` 0 <= ${lotsOf(place)} <= ${String(most)}`;
    });
    const names = this.places().map(lotsOf).join(' ');
    return [
      `Minimize\n obj: ${textOf(objective)}`,
      `Subject To\n${this.rows.join('\n')}`,
      `Bounds\n${[...bounds, ...this.free.map((name) => ` ${name} free`)].join('\n')}`,
      ...(isInteger ? [`General\n ${names}`] : []),
      'End\n',
    ].join('\n');
  }

  private get levelRate(): number {
    return this.failing.input.rulebook.source.targetPpm / 1_000_000;
  }

  private places(): number[] {
    return Array.from({ length: this.failing.input.portfolio.count }, (_, place) => place);
  }

  /** equity - cost - level x (factor x loss + charges) >= allowance. */
  private writeRequirement(allowanceMinor: number): void {
    const { levels, basis, offsets } = this.parameters;
    const factor = levels.maintenancePpb / BILLION;
    const underlyings = this.underlyings();
    const charges = this.chargesOnSize();
    const moves = new Map(underlyings.map((id) => [id, this.basisCharge(id)]));
    if (!basis.competes) for (const charge of moves.values()) charges.plus(charge);
    const given = underlyings.length === 1 ? 0 : offsets.reductionLimitPpb / BILLION;
    const loss = new Form();
    for (const id of underlyings) {
      const worst = `w${String(id)}`;
      loss.plus(this.amount(worst), 1 - given);
      const losses = this.parameters.scenarios.map((_, scenario) => this.lossIn(id, scenario));
      this.writeWorst(worst, losses, basis.competes ? moves.get(id) : undefined);
    }
    if (given > 0) {
      loss.plus(this.amount('j'), given);
      const all = new Form();
      if (basis.competes) for (const charge of moves.values()) all.plus(charge);
      const losses = this.parameters.scenarios.map((_, scenario) => this.jointLoss(scenario));
      this.writeWorst('j', losses, basis.competes ? all : undefined);
    }
    const row = new Form();
    row.constant = this.failing.input.figures.equityMinor - allowanceMinor;
    this.places().forEach((place) => row.add(lotsOf(place), -this.costs[place]!));
    row.plus(charges, -this.levelRate * (levels.addOnsScaled ? factor : 1));
    this.atLeast('target', row.plus(loss, -this.levelRate * factor), 0);
  }

  /** The largest of losses and a charge; 0 by its bound. */
  private writeWorst(name: string, losses: readonly Form[], charge: Form | undefined): void {
    losses.forEach((loss, scenario) => {
      const row = `${name}_${String(scenario)}`;
      this.atLeast(row, this.amount(name).plus(loss, -1), 0);
    });
    if (charge !== undefined) this.atLeast(`${name}_b`, this.amount(name).plus(charge, -1), 0);
  }

  /** All underlyings together: of a gain the offset's share counts, of a loss all. */
  private jointLoss(scenario: number): Form {
    const joint = new Form();
    for (const id of this.underlyings()) {
      const own = this.lossIn(id, scenario);
      const counted = `h${String(id)}_${String(scenario)}`;
      this.free.push(counted);
      const share = (this.parameters.offsets.gainPpb[id] ?? 0) / BILLION;
      this.atLeast(`${counted}a`, this.amount(counted).plus(own, -1), 0);
      this.atLeast(`${counted}b`, this.amount(counted).plus(own, -share), 0);
      joint.plus(this.amount(counted));
    }
    return joint;
  }

  private underlyings(): number[] {
    return [...new Set(this.places().map((place) => this.instrumentOf(place).underlying))];
  }

  /** Lots that are left of a position, signed. */
  private left(place: number): Form {
    const held = this.failing.input.portfolio.lots[place] ?? 0;
    const form = new Form().add(lotsOf(place), -Math.sign(held));
    form.constant = held;
    return form;
  }

  /** Minor units that a lot of a position is worth in a column; a short counts the upper bound. */
  private valueOf(place: number, column: number): number {
    const held = this.failing.input.portfolio.lots[place] ?? 0;
    const bounds = held > 0 ? this.arrays.lower : this.arrays.upper;
    const row = this.failing.rows[place]!;
    return bounds[row * this.arrays.columns + column]! / this.parameters.riskUnitsPerMinor;
  }

  private instrumentOf(place: number) {
    return this.arrays.market.instruments[this.failing.rows[place]!]!;
  }

  private gainOf(place: number, column: number): Form {
    const isOption = this.instrumentOf(place).kind === 'option';
    const gain = this.valueOf(place, column) - (isOption ? this.valueOf(place, 0) : 0);
    return new Form().plus(this.left(place), gain);
  }

  private lossIn(underlying: number, scenario: number): Form {
    const isSkew = this.isSkew(scenario);
    const loss = new Form();
    const byExpiry = new Map<number, Form>();
    for (const place of this.places()) {
      const { kind, expiry, underlying: own } = this.instrumentOf(place);
      if (own !== underlying) continue;
      const gain = this.gainOf(place, 1 + scenario);
      if (!isSkew || kind !== 'option') loss.plus(gain, -1);
      else byExpiry.set(expiry, (byExpiry.get(expiry) ?? new Form()).plus(gain));
    }
    for (const [expiry, gain] of byExpiry) {
      const size = `k${String(scenario)}_${String(expiry)}`;
      loss.plus(this.amount(size));
      if (this.written.has(size)) continue;
      this.written.add(size);
      this.atLeast(`${size}a`, this.amount(size).plus(gain, -1), 0);
      this.atLeast(`${size}b`, this.amount(size).plus(gain), 0);
    }
    return loss;
  }

  private basisCharge(underlying: number): Form {
    const up = 1 + this.parameters.scenarios.length;
    const charge = new Form();
    this.arrays.market.expiries.forEach((own, expiry) => {
      if (own.underlying !== underlying) return;
      const places = this.places().filter((place) => this.instrumentOf(place).expiry === expiry);
      if (places.length === 0) return;
      const loss = `b${String(expiry)}`;
      for (const column of [up, up + 1]) {
        const row = this.amount(loss);
        for (const place of places) row.plus(this.gainOf(place, column));
        this.atLeast(`${loss}_${String(column)}`, row, 0);
      }
      charge.plus(this.amount(loss), this.arrays.shocks[expiry]!.basisPpb / BILLION);
    });
    return charge;
  }

  private chargesOnSize(): Form {
    const { contingency, riskUnitsPerMinor } = this.parameters;
    const charges = new Form();
    const strikes = new Map<string, Form>();
    for (const place of this.places()) {
      const instrument = this.instrumentOf(place);
      const held = this.failing.input.portfolio.lots[place] ?? 0;
      const spot = this.arrays.market.underlyings[instrument.underlying]!.spotTicks;
      const notional = (instrument.riskUnitsPerTick * spot) / riskUnitsPerMinor;
      if (instrument.kind === 'option') {
        const key = `${String(instrument.expiry)}_${String(instrument.strikeTicks)}`;
        const net = strikes.get(key) ?? new Form();
        strikes.set(key, net.plus(this.left(place), notional));
        continue;
      }
      const rate = contingency.linearPpb / BILLION;
      charges.plus(this.left(place), Math.sign(held) * notional * rate);
    }
    for (const [key, net] of strikes) {
      const naked = `n${key}`;
      this.atLeast(`${naked}r`, this.amount(naked).plus(net), 0);
      charges.plus(this.amount(naked), contingency.shortOptionPpb / BILLION);
    }
    return charges;
  }

  /** An amount that the program chooses, in deficits, so that no coefficient is next to nothing. */
  private amount(name: string): Form {
    return new Form().add(name, this.scale);
  }

  /** Writes form >= least, scaled so that a deficit is about 1. */
  private atLeast(name: string, form: Form, least: number): void {
    const scaled = new Form().plus(form, 1 / this.scale);
    const bound = least / this.scale - scaled.constant;
    this.rows.push(` ${name}: ${textOf(scaled)} >= ${numberText(bound)}`);
  }
}

function lotsOf(place: number): string {
  return `q${String(place)}`;
}

function costPerLot(input: PlanInput, place: number, certain: number): number {
  return certain === 0 ? 0 : negated(equityChange(input, place, wholeLots(certain))) / certain;
}

function textOf({ terms }: Form): string {
  const parts = [...terms].map(([name, weight]) => {
    return `${weight < 0 ? '-' : '+'} ${numberText(Math.abs(weight))} ${name}`;
  });
  return parts.length === 0 ? '0 q0' : parts.join(' ');
}

function numberText(value: number): string {
  return value.toExponential(15);
}
