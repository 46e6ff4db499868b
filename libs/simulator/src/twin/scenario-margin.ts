import type { RiskArrays, ScenarioLeg, ScenarioParameters } from '#libs/margin';
import {
  BILLION,
  ceilQuotient,
  type Decimal,
  decimal,
  floorQuotient,
  ONE,
  ZERO,
} from './decimal-arithmetic.js';

const TRILLION = decimal(1e12);

export interface TwinMargin {
  readonly maintenance: Decimal;
  readonly initial: Decimal;
}

/**
 * The requirements of a portfolio by docs/margin.md, read off the values of its risk arrays, the slow
 * way: a list of legs, decimals, no sorting, no reuse. Options, futures and collateral; no SPAN spreads.
 */
export function twinScenarioMargin(arrays: RiskArrays, legs: readonly ScenarioLeg[]): TwinMargin {
  return new Twin(arrays, netted(legs)).margin();
}

/** A leg a instrument: what was bought and sold is one position. */
function netted(legs: readonly ScenarioLeg[]): ScenarioLeg[] {
  const instruments = [...new Set(legs.map(({ instrument }) => instrument))];
  return instruments.map((instrument) => {
    const own = legs.filter((leg) => leg.instrument === instrument);
    return { instrument, lots: own.reduce((sum, { lots }) => sum + lots, 0) };
  });
}

class Twin {
  private readonly parameters: ScenarioParameters;
  private readonly underlyings: readonly number[];

  constructor(
    private readonly arrays: RiskArrays,
    private readonly legs: readonly ScenarioLeg[],
  ) {
    this.parameters = arrays.parameters;
    this.underlyings = arrays.market.underlyings.map((_, u) => u);
  }

  margin(): TwinMargin {
    const { levels, peg } = this.parameters;
    const charges = this.charges(false).add(this.roll()).add(this.addedBasis());
    const gap = Math.max(0, peg.thresholdPpb - this.arrays.market.stablePricePpb);
    const grown = ceilQuotient(decimal(gap).mul(peg.factorPpb), BILLION).add(levels.initialPpb);
    const level = (factor: Decimal): Decimal =>
      levels.addOnsScaled
        ? ceilQuotient(this.loss().add(charges).mul(factor), BILLION)
        : ceilQuotient(this.loss().mul(factor), BILLION).add(charges);
    return {
      maintenance: level(decimal(levels.maintenancePpb)),
      initial: level(grown).add(this.charges(true)),
    };
  }

  /** Worst loss over joint moves, with what the limit on offsets puts back. */
  private loss(): Decimal {
    const { offsets, scenarios } = this.parameters;
    const alone = this.underlyings.map((u) => scenarios.map((_, s) => this.gain(u, s)));
    const basis = this.underlyings.map((u) => this.basis(u));
    const separate = alone
      .map((gains, u) => this.worst(gains, basis[u] ?? ZERO))
      .reduce((sum, loss) => sum.add(loss), ZERO);
    const together = scenarios.map((_, s) =>
      alone.reduce((sum, gains, u) => {
        const gain = gains[s] ?? ZERO;
        const share = offsets.gainPpb[u] ?? 0;
        return sum.add(gain.gt(ZERO) ? floorQuotient(gain.mul(share), BILLION) : gain);
      }, ZERO),
    );
    const joint = this.worst(
      together,
      basis.reduce((sum, one) => sum.add(one), ZERO),
    );
    const given = separate.sub(joint).mul(offsets.reductionLimitPpb);
    return separate.sub(floorQuotient(given, BILLION));
  }

  private worst(gains: readonly Decimal[], basis: Decimal): Decimal {
    const { scenarios, basis: rule } = this.parameters;
    const components = new Set(scenarios.map(({ component }) => component));
    let sum = ZERO;
    for (const component of components) {
      const losses = gains.filter((_, s) => scenarios[s]?.component === component);
      let least = component === 0 && rule.competes ? basis : ZERO;
      for (const gain of losses) if (gain.lt(least)) least = gain;
      sum = sum.sub(least);
    }
    return sum;
  }

  private gain(underlying: number, s: number): Decimal {
    const { weightPpb, volatility } = this.parameters.scenarios[s]!;
    let sum = ZERO;
    for (const { expiry, options } of this.groups(underlying)) {
      const shocked = this.total(underlying, expiry, options, 1 + s);
      if (!options) {
        sum = sum.add(shocked);
        continue;
      }
      const { positivePpt, negativePpt } = this.arrays.shocks[expiry]!;
      const factor = shocked.lt(ZERO) ? negativePpt : positivePpt;
      const gain = floorQuotient(shocked.mul(factor), TRILLION).sub(
        this.total(underlying, expiry, options, 0),
      );
      sum = volatility.startsWith('skew') ? sum.sub(gain.abs()) : sum.add(gain);
    }
    return floorQuotient(sum.mul(weightPpb), BILLION);
  }

  /** Per expiry the worse of two moves, a loss, or nothing. */
  private basis(underlying: number): Decimal {
    const up = 1 + this.parameters.scenarios.length;
    let sum = ZERO;
    for (const expiry of this.expiries(underlying)) {
      const moved = (column: number) =>
        this.total(underlying, expiry, true, column)
          .sub(this.total(underlying, expiry, true, 0))
          .add(this.total(underlying, expiry, false, column));
      let worse = ZERO;
      for (const move of [moved(up), moved(up + 1)]) if (move.lt(worse)) worse = move;
      if (expiry < 0) continue;
      sum = sum.add(floorQuotient(worse.mul(this.arrays.shocks[expiry]!.basisPpb), BILLION));
    }
    return sum;
  }

  private addedBasis(): Decimal {
    if (this.parameters.basis.competes) return ZERO;
    return this.underlyings.reduce((sum, u) => sum.sub(this.basis(u)), ZERO);
  }

  private roll(): Decimal {
    const { roll, riskUnitsPerMinor } = this.parameters;
    if (roll.perYearPpb === 0 && roll.leastPpb === 0) return ZERO;
    let sum = ZERO;
    for (const underlying of this.underlyings) {
      for (const expiry of this.expiries(underlying)) {
        const delta = [true, false].reduce((all, options) => {
          const units = this.members(underlying, expiry, options).reduce(
            (own, { instrument, lots }) =>
              own.add(decimal(lots).mul(this.arrays.deltaValue[instrument]!)),
            ZERO,
          );
          return all.add(floorQuotient(units, decimal(riskUnitsPerMinor)));
        }, ZERO);
        const rate = this.arrays.shocks[expiry]?.rollPpb ?? roll.leastPpb;
        sum = sum.add(ceilQuotient(delta.abs().mul(rate), BILLION));
      }
    }
    return sum;
  }

  /** Charges on sizes: of both levels, or what initial adds. */
  private charges(initial: boolean): Decimal {
    const { contingency: rule, riskUnitsPerMinor } = this.parameters;
    const [linearPpb, optionPpb] = initial
      ? [rule.linearInitialPpb, rule.shortOptionInitialPpb]
      : [rule.linearPpb, rule.shortOptionPpb];
    const minor = decimal(riskUnitsPerMinor);
    let sum = ZERO;
    const add = (amount: Decimal, ppb: number) => {
      sum = sum.add(ceilQuotient(amount.mul(ppb), BILLION));
    };
    for (const { instrument, lots } of this.legs) {
      const terms = this.terms(instrument);
      const size = decimal(lots).mul(terms.riskUnitsPerTick).mul(this.spot(terms.underlying));
      if (terms.kind === 'linear') add(ceilQuotient(size.abs(), minor), linearPpb);
      if (terms.kind !== 'asset' || lots <= 0) continue;
      const value = decimal(lots).mul(this.arrays.lower[instrument * this.arrays.columns]!);
      const haircut = initial ? terms.initialHaircutPpb : terms.haircutPpb;
      add(ceilQuotient(value, minor), haircut);
    }
    for (const underlying of this.underlyings) {
      for (const expiry of this.expiries(underlying)) {
        add(ceilQuotient(this.naked(underlying, expiry), minor), optionPpb);
      }
    }
    return initial ? sum.add(this.doubts()) : sum;
  }

  private naked(underlying: number, expiry: number): Decimal {
    const strikes = new Map<number, Decimal>();
    for (const { instrument, lots } of this.members(underlying, expiry, true)) {
      const terms = this.terms(instrument);
      if (terms.kind !== 'option') continue;
      const net = strikes.get(terms.strikeTicks) ?? ZERO;
      strikes.set(terms.strikeTicks, net.add(decimal(lots).mul(terms.riskUnitsPerTick)));
    }
    return [...strikes.values()]
      .filter((net) => net.lt(ZERO))
      .reduce((sum, net) => sum.sub(net.mul(this.spot(underlying))), ZERO);
  }

  private doubts(): Decimal {
    const { confidence, riskUnitsPerMinor } = this.parameters;
    const minor = decimal(riskUnitsPerMinor);
    const { expiries, underlyings } = this.arrays.market;
    let sum = ZERO;
    const add = (notional: Decimal, sure: number) => {
      if (sure >= confidence.thresholdPpb) return;
      const doubt = ceilQuotient(notional.mul(BILLION.sub(sure)), BILLION);
      sum = sum.add(ceilQuotient(doubt.mul(confidence.factorPpb), BILLION));
    };
    for (const underlying of this.underlyings) {
      const spot = underlyings[underlying]!.confidencePpb;
      const perpetuals = this.members(underlying, -1, false)
        .map(({ instrument }) => this.terms(instrument))
        .filter(({ kind }) => kind !== 'asset');
      const base = Math.min(spot, ...perpetuals.map(({ confidencePpb }) => confidencePpb));
      for (const expiry of this.expiries(underlying)) {
        const own = Math.min(base, expiries[expiry]?.confidencePpb ?? BILLION.toNumber());
        for (const { instrument, lots } of this.members(underlying, expiry, false)) {
          const terms = this.terms(instrument);
          const size = decimal(lots).mul(terms.riskUnitsPerTick).mul(this.spot(underlying)).abs();
          const value = decimal(lots).mul(this.arrays.lower[instrument * this.arrays.columns]!);
          if (terms.kind !== 'asset') {
            add(ceilQuotient(size, minor), Math.min(own, terms.confidencePpb));
          } else if (lots > 0) {
            add(ceilQuotient(value, minor), Math.min(spot, terms.confidencePpb));
          }
        }
        const options = this.members(underlying, expiry, true);
        const gross = options.reduce(
          (all, { instrument, lots }) =>
            all.add(decimal(Math.abs(lots)).mul(this.terms(instrument).riskUnitsPerTick)),
          ZERO,
        );
        const least = Math.min(
          own,
          ...options.map(({ instrument }) => this.terms(instrument).confidencePpb),
        );
        add(ceilQuotient(gross.mul(this.spot(underlying)), minor), least);
      }
    }
    return sum;
  }

  private groups(underlying: number): { expiry: number; options: boolean }[] {
    return this.expiries(underlying).flatMap((expiry) => [
      { expiry, options: false },
      ...(expiry < 0 ? [] : [{ expiry, options: true }]),
    ]);
  }

  private expiries(underlying: number): number[] {
    const own = this.arrays.market.expiries
      .map((expiry, at) => (expiry.underlying === underlying ? at : -1))
      .filter((at) => at >= 0);
    return [-1, ...own];
  }

  private members(underlying: number, expiry: number, options: boolean): ScenarioLeg[] {
    return this.legs.filter(({ instrument, lots }) => {
      const terms = this.terms(instrument);
      if (lots === 0 || terms.underlying !== underlying || terms.expiry !== expiry) return false;
      return (terms.kind === 'option') === options;
    });
  }

  /** Sum of lots x the bound that favours the house, in minor units, rounded down. */
  private total(underlying: number, expiry: number, options: boolean, column: number): Decimal {
    const { lower, upper, columns } = this.arrays;
    const units = this.members(underlying, expiry, options).reduce((sum, { instrument, lots }) => {
      const bound = (lots > 0 ? lower : upper)[instrument * columns + column]!;
      return sum.add(decimal(lots).mul(bound));
    }, ZERO);
    return floorQuotient(units, decimal(this.parameters.riskUnitsPerMinor));
  }

  private terms(instrument: number) {
    return this.arrays.market.instruments[instrument]!;
  }

  private spot(underlying: number): Decimal {
    return ONE.mul(this.arrays.market.underlyings[underlying]!.spotTicks);
  }
}
