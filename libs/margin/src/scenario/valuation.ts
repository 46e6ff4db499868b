import { CALL, FUTURE, I, INVERSE, nearestSmile, OPTION, volatilityAt } from '#libs/market';
import { invariant } from '#libs/units';
import type { MovingCollateral, Portfolio } from '../portfolio.js';
import type { Rulebook } from '../rulebook.js';
import { ScenarioEvaluation } from './evaluation.js';
import { TRILLION } from './expiry-shocks.js';
import { forwardAt, isOutdated, rateAt, type ValuedForward } from './expiry-terms.js';
import {
  type ExpiryState,
  fixedShareTicks,
  NO_EXPIRY,
  type ScenarioInstrument,
  type UnderlyingState,
} from './market.js';
import { BILLION, type ScenarioParameters } from './parameters.js';
import { type CollateralHolding, type ScenarioLeg, ScenarioPortfolio } from './portfolio.js';
import { offsetsAt } from './published-parameters.js';
import { RiskArrays } from './risk-arrays.js';
import type { ValuationInputs } from './valuation-inputs.js';

const NO_PLACE = -1;
const NO_COLLATERAL: CollateralHolding[] = [];
const SECOND_US = 1_000_000;
const PPB_A_PPM = 1_000;
/** A price in millionths, in parts per billion. */
const PPB_A_MICRO = 1_000;

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
  /** Instrument ids of the underlyings, by their places. */
  readonly underlyingIds: readonly number[];
  private readonly places: Int32Array;
  /** Whether the rulebook bounds the age of anything that options are valued by. */
  private readonly boundsAges: boolean;

  constructor(
    private readonly rulebook: Rulebook,
    readonly inputs: ValuationInputs,
  ) {
    const { scenario } = rulebook;
    const [terms] = rulebook.source.scenarioTerms;
    invariant(
      scenario !== undefined && terms !== undefined,
      'the rulebook is of the scenario model',
    );
    this.boundsAges = terms.surfaceMaxAgeUs + terms.forwardMaxAgeUs + terms.rateMaxAgeUs > 0;
    const market = new MarketBuilder(scenario, inputs, terms.indexConfidence === 1);
    const { instruments } = inputs;
    this.places = new Int32Array(instruments.count + 1).fill(NO_PLACE);
    const ids: number[] = [];
    for (let id = 1; id <= instruments.count; id++) {
      if (!market.add(id)) continue;
      this.places[id] = ids.length;
      ids.push(id);
    }
    this.ids = ids;
    this.underlyingIds = market.underlyingIds;
    const parameters = offsetsAt(scenario, rulebook.source, market.underlyingIds);
    this.arrays = new RiskArrays(parameters, {
      stablePricePpb: scenario.peg.factorPpb === 0 ? BILLION : inputs.basePriceMicros * PPB_A_MICRO,
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

  /** Whether what an instrument is valued by is older than the rulebook allows. */
  isOutdated(id: number): boolean {
    const [terms] = this.rulebook.source.scenarioTerms;
    const isOption = this.inputs.instruments.get(id, I.kind) === OPTION;
    if (!this.boundsAges || !isOption || terms === undefined) return false;
    return isOutdated(this.inputs, terms, id);
  }

  /** Whether a position of a unit is valued by what is too old: it is not to be judged by that. */
  isOutdatedFor({ count, instruments, lots }: Portfolio): boolean {
    if (!this.boundsAges) return false;
    for (let k = 0; k < count; k++) {
      if (lots[k] !== 0 && this.isOutdated(instruments[k] ?? 0)) return true;
    }
    return false;
  }

  /** The net positions of a unit; undefined when one of them has no value in this epoch. */
  portfolioOf({ count, instruments, lots, collateral }: Portfolio): ScenarioPortfolio | undefined {
    const legs: ScenarioLeg[] = [];
    for (let k = 0; k < count; k++) {
      if (lots[k] === 0) continue;
      const place = this.rowOf(instruments[k] ?? 0);
      if (place === NO_PLACE) return undefined;
      legs.push({ instrument: place, lots: lots[k] ?? 0 });
    }
    // Who holds nothing needs nothing, whatever the collateral loses.
    const moving = legs.length === 0 ? NO_COLLATERAL : this.placed(collateral);
    return new ScenarioPortfolio(this.arrays, legs, 0, false, moving);
  }

  /** Collateral by the places of its underlyings. */
  placed(collateral: readonly MovingCollateral[]): CollateralHolding[] {
    if (collateral.length === 0) return NO_COLLATERAL;
    return collateral.map(({ underlying, valueMinor }) => {
      const place = this.underlyingIds.indexOf(underlying);
      invariant(place >= 0, 'what collateral moves with has a mark in every epoch');
      return { underlying: place, valueMinor };
    });
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
    /** Whether marks that an index makes are as sure as its sources agree. */
    private readonly countsDoubt: boolean,
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
      expiry: isDated
        ? this.expiry(id, underlying, id, { forwardTicks: mark, confidencePpb: BILLION })
        : NO_EXPIRY,
      priceTicks: mark,
      riskUnitsPerTick: instruments.get(id, I.multiplier) * this.parameters.riskUnitsPerMinor,
      confidencePpb: this.confidencePpb(id),
    });
    return true;
  }

  private addOption(id: number): boolean {
    const { instruments } = this.inputs;
    const on = instruments.get(id, I.underlying);
    const surface = this.inputs.surface(on);
    const spot = this.inputs.epochMarkTicks(on);
    if (surface === undefined || spot === 0) return false;
    const expiresAt = instruments.get(id, I.expiresAt);
    const smile = nearestSmile(surface, expiresAt);
    const forward = forwardAt(this.inputs, on, surface, expiresAt);
    const strikeTicks = instruments.get(id, I.strikeTicks);
    const scale = instruments.get(id, I.underlyingMultiplier);
    const underlying = this.underlying(on);
    const confidencePpb = surface.source.confidencePpm * PPB_A_PPM;
    this.terms.push({
      kind: 'option',
      underlying,
      expiry: this.expiry(id, underlying, on, forward),
      strikeTicks,
      isCall: instruments.get(id, I.optionType) === CALL,
      volatilityPpt: Math.round(volatilityAt(smile, strikeTicks) * TRILLION),
      riskUnitsPerTick: scale * this.parameters.riskUnitsPerMinor,
      confidencePpb,
    });
    return true;
  }

  /** Of a mark: full, or as the sources of its index agreed, where the rulebook asks for that. */
  private confidencePpb(id: number): number {
    if (!this.countsDoubt) return BILLION;
    return BILLION - this.inputs.epochDoubtPpm(id) * PPB_A_PPM;
  }

  private underlying(id: number): number {
    const known = this.underlyingPlaces.get(id);
    if (known !== undefined) return known;
    const spotTicks = this.inputs.epochMarkTicks(id);
    invariant(spotTicks > 0, 'an underlying has a mark');
    this.underlyingPlaces.set(id, this.underlyings.length);
    this.underlyingIds.push(id);
    const confidencePpb = this.confidencePpb(id);
    return this.underlyings.push({ spotTicks, confidencePpb }) - 1;
  }

  /** Expiry of instrument `id`; those of one underlying and one moment share it. */
  private expiry(
    id: number,
    underlying: number,
    on: number,
    { forwardTicks, confidencePpb: forwardPpb }: ValuedForward,
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
    const rate = rateAt(this.inputs, expiresAt, secondsToExpiry);
    const confidencePpb = Math.min(forwardPpb, rate.confidencePpb);
    const { ratePpb } = rate;
    const terms = { underlying, secondsToExpiry, forwardTicks, ratePpb, confidencePpb };
    return this.expiries.push({ ...terms, fixedTicks: Math.min(fixedTicks, forwardTicks - 1) }) - 1;
  }
}
