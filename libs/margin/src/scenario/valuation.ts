import {
  CALL,
  FUTURE,
  I,
  INVERSE,
  type InstrumentTable,
  nearestSmile,
  OPTION,
  type Smile,
  volatilityAt,
  type VolatilitySurface,
} from '#libs/market';
import { invariant, multiplyDivideFloor } from '#libs/units';
import type { Portfolio } from '../portfolio.js';
import type { Rulebook } from '../rulebook.js';
import { ScenarioEvaluation } from './evaluation.js';
import { TRILLION } from './expiry-shocks.js';
import {
  type ExpiryState,
  fixedShareTicks,
  NO_EXPIRY,
  type ScenarioInstrument,
  type UnderlyingState,
} from './market.js';
import { BILLION, type ScenarioParameters } from './parameters.js';
import { type ScenarioLeg, ScenarioPortfolio } from './portfolio.js';
import { offsetsAt } from './published-parameters.js';
import { RiskArrays } from './risk-arrays.js';

/** What values are computed from: the marks and the time of one valuation epoch, and volatilities. */
export interface ValuationInputs {
  readonly instruments: InstrumentTable;
  /** Number of the epoch, from 1. */
  readonly epoch: number;
  /** Log time at which it was opened. */
  readonly openedAtUs: number;
  /** Mark of an instrument at that time; 0: there was none. */
  epochMarkTicks(id: number): number;
  /** Mark of an underlying when its volatilities were observed. */
  surfaceMarkTicks(underlying: number): number;
  surface(underlying: number): VolatilitySurface | undefined;
}

const NO_PLACE = -1;
const SECOND_US = 1_000_000;
const PPB_A_PPM = 1_000;

/**
 * A pool's market in one valuation epoch as the scenario model sees it, with its risk arrays: derived
 * from the state, in no root. An instrument has a place in it when it had a mark and, if it is an option,
 * its underlying has volatilities.
 */
export class ScenarioValuation {
  readonly arrays: RiskArrays;
  readonly evaluation: ScenarioEvaluation;
  /** Instrument ids by place. */
  readonly ids: readonly number[];
  private readonly places: Int32Array;

  constructor(
    rulebook: Rulebook,
    readonly inputs: ValuationInputs,
  ) {
    const { scenario } = rulebook;
    invariant(scenario !== undefined, 'the rulebook is of the scenario model');
    const market = new MarketBuilder(scenario, inputs);
    const { instruments } = inputs;
    this.places = new Int32Array(instruments.count + 1).fill(NO_PLACE);
    const ids: number[] = [];
    for (let id = 1; id <= instruments.count; id++) {
      if (!market.add(id)) continue;
      this.places[id] = ids.length;
      ids.push(id);
    }
    this.ids = ids;
    const parameters = offsetsAt(scenario, rulebook.source, market.underlyingIds);
    this.arrays = new RiskArrays(parameters, {
      stablePricePpb: BILLION,
      underlyings: market.underlyings,
      expiries: market.expiries,
      instruments: market.terms,
    });
    this.evaluation = new ScenarioEvaluation(this.arrays);
  }

  /** Row of an instrument in the risk arrays, filled; below 0 when it has no value in this epoch. */
  rowOf(id: number): number {
    const place = this.places[id] ?? NO_PLACE;
    if (place !== NO_PLACE) this.arrays.fill(place);
    return place;
  }

  /** The net positions of a unit; undefined when one of them has no value in this epoch. */
  portfolioOf({ count, instruments, lots }: Portfolio): ScenarioPortfolio | undefined {
    const legs: ScenarioLeg[] = [];
    for (let k = 0; k < count; k++) {
      if (lots[k] === 0) continue;
      const place = this.rowOf(instruments[k] ?? 0);
      if (place === NO_PLACE) return undefined;
      legs.push({ instrument: place, lots: lots[k] ?? 0 });
    }
    return new ScenarioPortfolio(this.arrays, legs, 0);
  }
}

/** Instruments, underlyings and expiries of a market, as they are met. */
class MarketBuilder {
  readonly underlyings: UnderlyingState[] = [];
  readonly expiries: ExpiryState[] = [];
  readonly terms: ScenarioInstrument[] = [];
  /** Instrument ids of the underlyings, by place. */
  readonly underlyingIds: number[] = [];
  private readonly underlyingPlaces = new Map<number, number>();
  private readonly expiryPlaces = new Map<string, number>();

  constructor(
    private readonly parameters: ScenarioParameters,
    private readonly inputs: ValuationInputs,
  ) {}

  /** False when it cannot be valued. */
  add(id: number): boolean {
    const { instruments } = this.inputs;
    const mark = this.inputs.epochMarkTicks(id);
    if (mark === 0) return false;
    if (instruments.get(id, I.kind) === OPTION) return this.addOption(id);
    const underlying = this.underlying(id);
    const isDated = instruments.get(id, I.kind) === FUTURE;
    this.terms.push({
      kind: instruments.get(id, I.payoff) === INVERSE ? 'inverse' : 'linear',
      underlying,
      expiry: isDated ? this.expiry(id, underlying, id, mark, BILLION) : NO_EXPIRY,
      priceTicks: mark,
      riskUnitsPerTick: instruments.get(id, I.multiplier) * this.parameters.riskUnitsPerMinor,
      confidencePpb: BILLION,
    });
    return true;
  }

  private addOption(id: number): boolean {
    const { instruments } = this.inputs;
    const on = instruments.get(id, I.underlying);
    const surface = this.inputs.surface(on);
    const spot = this.inputs.epochMarkTicks(on);
    if (surface === undefined || spot === 0) return false;
    const smile = nearestSmile(surface, instruments.get(id, I.expiresAt));
    const strikeTicks = instruments.get(id, I.strikeTicks);
    const scale = instruments.get(id, I.underlyingMultiplier);
    const underlying = this.underlying(on);
    const confidencePpb = surface.source.confidencePpm * PPB_A_PPM;
    this.terms.push({
      kind: 'option',
      underlying,
      expiry: this.expiry(id, underlying, on, this.forwardTicks(on, smile), confidencePpb),
      strikeTicks,
      isCall: instruments.get(id, I.optionType) === CALL,
      volatilityPpt: Math.round(volatilityAt(smile, strikeTicks) * TRILLION),
      riskUnitsPerTick: scale * this.parameters.riskUnitsPerMinor,
      confidencePpb,
    });
    return true;
  }

  /** The forward moves with the spot since it was observed, if there was one: their ratio stays. */
  private forwardTicks(underlying: number, smile: Smile): number {
    const then = this.inputs.surfaceMarkTicks(underlying);
    const now = this.inputs.epochMarkTicks(underlying);
    invariant(now > 0, 'an underlying has a mark');
    if (then === 0) return smile.forwardTicks;
    return Math.max(1, multiplyDivideFloor(smile.forwardTicks, now, then));
  }

  private underlying(id: number): number {
    const known = this.underlyingPlaces.get(id);
    if (known !== undefined) return known;
    const spotTicks = this.inputs.epochMarkTicks(id);
    invariant(spotTicks > 0, 'an underlying has a mark');
    this.underlyingPlaces.set(id, this.underlyings.length);
    this.underlyingIds.push(id);
    return this.underlyings.push({ spotTicks, confidencePpb: BILLION }) - 1;
  }

  /** Expiry of instrument `id`; those of one underlying and one moment share it. */
  private expiry(
    id: number,
    underlying: number,
    on: number,
    forwardTicks: number,
    confidencePpb: number,
  ): number {
    const expiresAt = this.inputs.instruments.get(id, I.expiresAt);
    const key = `${String(on)}:${String(expiresAt)}`;
    const known = this.expiryPlaces.get(key);
    if (known !== undefined) return known;
    const leftUs = Math.max(0, expiresAt - this.inputs.openedAtUs);
    const secondsToExpiry = Math.floor(leftUs / SECOND_US);
    const windowSeconds = this.parameters.settlementAverageSeconds;
    const fixedTicks = fixedShareTicks({ forwardTicks, secondsToExpiry, windowSeconds });
    this.expiryPlaces.set(key, this.expiries.length);
    const terms = { underlying, secondsToExpiry, forwardTicks, ratePpb: 0, confidencePpb };
    return this.expiries.push({ ...terms, fixedTicks: Math.min(fixedTicks, forwardTicks - 1) }) - 1;
  }
}
