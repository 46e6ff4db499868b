import {
  BASIS,
  NO_LOSS,
  RiskArrays,
  ScenarioEvaluation,
  type ScenarioInstrument,
  type ScenarioMarket,
  type ScenarioParameters,
  ScenarioPortfolio,
} from '#libs/margin';
import type { MovableUnit, MovedFigures } from '#libs/replay';
import { checkedAdd, multiplyDivideFloor, multiplyDivideHalfUp } from '#libs/units';
import type { PortfolioForm } from './portfolio-reader.js';

const MILLION = 1_000_000;

/**
 * The portfolio of a form after joint moves: prices, spots and what of forwards still moves, times 1 + shock,
 * to the nearest tick; volatilities and time stay. What a future gains goes to the cash, as its unsettled
 * profit or loss does.
 */
export class FormUnit implements MovableUnit {
  readonly upMaxPpm = Infinity;

  constructor(
    private readonly parameters: ScenarioParameters,
    private readonly form: PortfolioForm,
  ) {}

  at(shockPpm: number): MovedFigures {
    const { legs, cashMinor } = this.form;
    const market = movedMarket(this.form.market, shockPpm);
    const arrays = new RiskArrays(this.parameters, market);
    for (const { instrument } of legs) arrays.fill(instrument);
    const cash = checkedAdd(cashMinor, this.gainMinor(market));
    const evaluation = new ScenarioEvaluation(arrays);
    const { equityMinor, maintenanceMinor, initialMinor } = evaluation.evaluate(
      new ScenarioPortfolio(arrays, legs, cash),
    );
    const worstScenario = Array.from(evaluation.scan.worst, (place) =>
      place === BASIS ? 'basis' : place === NO_LOSS ? 'none' : place,
    );
    return { equityMinor, maintenanceMinor, initialMinor, orderMarginMinor: 0, worstScenario };
  }

  marksAt(shockPpm: number): { instrument: number; priceTicks: number }[] {
    return movedMarket(this.form.market, shockPpm).underlyings.map(({ spotTicks }, instrument) => ({
      instrument,
      priceTicks: spotTicks,
    }));
  }

  /** Of futures and perpetuals since the prices of the form, each rounded down to minor units. */
  private gainMinor(market: ScenarioMarket): number {
    const { riskUnitsPerMinor } = this.parameters;
    let gain = 0;
    for (const { instrument, lots } of this.form.legs) {
      const before = this.form.market.instruments[instrument];
      const after = market.instruments[instrument];
      if (before === undefined || after === undefined) continue;
      gain = checkedAdd(gain, futureGain(before, after, lots, riskUnitsPerMinor));
    }
    return gain;
  }
}

function futureGain(
  before: ScenarioInstrument,
  after: ScenarioInstrument,
  lots: number,
  riskUnitsPerMinor: number,
): number {
  const { riskUnitsPerTick: scale } = before;
  if (before.kind === 'linear' && after.kind === 'linear') {
    const move = (after.priceTicks - before.priceTicks) * scale;
    return multiplyDivideFloor(lots, move, riskUnitsPerMinor);
  }
  if (before.kind === 'inverse' && after.kind === 'inverse') {
    const move = scale / before.priceTicks - scale / after.priceTicks;
    return Math.floor((lots * move) / riskUnitsPerMinor);
  }
  return 0;
}

function movedMarket(market: ScenarioMarket, shockPpm: number): ScenarioMarket {
  if (shockPpm === 0) return market;
  const moved = (ticks: number): number =>
    Math.max(1, multiplyDivideHalfUp(ticks, MILLION + shockPpm, MILLION));
  return {
    stablePricePpb: market.stablePricePpb,
    underlyings: market.underlyings.map((one) => ({ ...one, spotTicks: moved(one.spotTicks) })),
    expiries: market.expiries.map((one) => ({
      ...one,
      forwardTicks: one.fixedTicks + moved(one.forwardTicks - one.fixedTicks),
    })),
    instruments: market.instruments.map((one) =>
      'priceTicks' in one ? { ...one, priceTicks: moved(one.priceTicks) } : one,
    ),
  };
}
