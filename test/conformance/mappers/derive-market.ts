import {
  BILLION,
  fixedShareTicks,
  NO_EXPIRY,
  RiskArrays,
  ScenarioEvaluation,
  type ScenarioInstrument,
  type ScenarioMarket,
  type ScenarioParameters,
  ScenarioPortfolio,
} from '#libs/margin';
import { ArithmeticOverflow } from '#libs/units';
import {
  isObject,
  type Json,
  type JsonObject,
  listOf,
  numberOf,
  objectOf,
  textOf,
} from '../json.js';

/*
 * Units of the mapping: prices in 10^-9 of the quote currency, option and perpetual sizes in 10^-11,
 * collateral sizes in 10^-10, so that a lot is worth 10^-20 of the quote currency a tick.
 */
const TICKS = 1e9;
const LOTS = 1e11;
const ASSET_LOTS = 1e10;
const RISK_UNITS = 1e20;
const UNITS_PER_TICK = RISK_UNITS / TICKS / LOTS;
const ASSET_UNITS_PER_TICK = RISK_UNITS / TICKS / ASSET_LOTS;
/** Minor units of the result: the finest in which the case stays within the safe integers. */
const MINOR_DIGITS = [9, 8, 7, 6, 5];

export interface DeriveCase {
  readonly evaluation: ScenarioEvaluation;
  readonly portfolio: ScenarioPortfolio;
  /** An amount of the product in the quote currency. */
  readonly amount: (minor: number) => number;
}

export function ppb(value: number): number {
  return Math.round(value * BILLION);
}

function ticks(value: number): number {
  return Math.round(value * TICKS);
}

export function objects(object: JsonObject, key: string): JsonObject[] {
  return listOf(object, key).map((one: Json) => {
    if (!isObject(one)) throw new RangeError(`${key} should be a list of objects`);
    return one;
  });
}

/**
 * Evaluates the inputs of a case, in the finest minor unit that holds it.
 *
 * @param baseHaircutPpb version 1's contingency on the base asset, which is a haircut here
 */
export function evaluateDerive(
  inputs: JsonObject,
  parametersFor: (riskUnitsPerMinor: number) => ScenarioParameters,
  baseHaircutPpb = 0,
): DeriveCase {
  for (const digits of MINOR_DIGITS) {
    const unit = 10 ** digits;
    try {
      const parameters = parametersFor(RISK_UNITS / unit);
      const market = deriveMarket(inputs, parameters, baseHaircutPpb);
      const arrays = RiskArrays.filled(parameters, market.market);
      const perpetual = objectOf(inputs, 'perp');
      const cash =
        numberOf(inputs, 'cash') +
        numberOf(perpetual, 'unrealisedPnl') +
        numberOf(perpetual, 'unrealisedFunding');
      const portfolio = new ScenarioPortfolio(arrays, market.legs, Math.round(cash * unit));
      const evaluation = new ScenarioEvaluation(arrays);
      evaluation.evaluate(portfolio);
      return { evaluation, portfolio, amount: (minor) => minor / unit };
    } catch (error) {
      if (!(error instanceof ArithmeticOverflow)) throw error;
    }
  }
  throw new RangeError('the case is too large for every unit that the mapping knows');
}

function deriveMarket(inputs: JsonObject, parameters: ScenarioParameters, baseHaircutPpb: number) {
  const feeds = distinctFeeds(objects(inputs, 'expiryFeeds'));
  const instruments: ScenarioInstrument[] = [];
  const legs: { instrument: number; lots: number }[] = [];
  const add = (instrument: ScenarioInstrument, lots: number): void => {
    legs.push({ instrument: instruments.length, lots });
    instruments.push(instrument);
  };
  const perpetual = objectOf(inputs, 'perp');
  const size = numberOf(perpetual, 'size');
  if (size !== 0) {
    add(
      {
        kind: 'linear',
        underlying: 0,
        expiry: NO_EXPIRY,
        riskUnitsPerTick: UNITS_PER_TICK,
        priceTicks: ticks(numberOf(perpetual, 'price')),
        confidencePpb: ppb(numberOf(perpetual, 'confidence')),
      },
      Math.round(size * LOTS),
    );
  }
  for (const asset of assetsOf(inputs, baseHaircutPpb)) add(asset.instrument, asset.lots);
  for (const option of objects(inputs, 'options')) {
    const expiry = feeds.findIndex((feed) => secondsOf(feed) === secondsOf(option));
    add(
      {
        kind: 'option',
        underlying: 0,
        expiry,
        riskUnitsPerTick: UNITS_PER_TICK,
        strikeTicks: ticks(numberOf(option, 'strike')),
        isCall: textOf(option, 'type') === 'C',
        volatilityPpt: Math.round(numberOf(option, 'markVol') * 1e12),
        confidencePpb: ppb(
          numberOf(option['volConfidence'] ? option : feeds[expiry]!, 'volConfidence'),
        ),
      },
      Math.round(numberOf(option, 'amount') * LOTS),
    );
  }
  const market: ScenarioMarket = {
    stablePricePpb: ppb(numberOf(inputs, 'stablePrice')),
    underlyings: [
      {
        spotTicks: ticks(numberOf(inputs, 'spot')),
        confidencePpb: ppb(numberOf(inputs, 'spotConfidence')),
      },
    ],
    expiries: feeds.map((feed) => expiryOf(feed, parameters)),
    instruments,
  };
  return { market, legs };
}

/** The base asset of version 1, the list of collaterals of version 2. */
function assetsOf(
  inputs: JsonObject,
  baseHaircutPpb: number,
): { instrument: ScenarioInstrument; lots: number }[] {
  const common = { kind: 'asset', underlying: 0, expiry: NO_EXPIRY } as const;
  const riskUnitsPerTick = ASSET_UNITS_PER_TICK;
  if (inputs['collaterals'] === undefined) {
    const amount = numberOf(inputs, 'baseAmount');
    const instrument = {
      ...common,
      riskUnitsPerTick,
      priceTicks: ticks(numberOf(inputs, 'spot')),
      shocked: true,
      confidencePpb: ppb(numberOf(inputs, 'spotConfidence')),
      haircutPpb: baseHaircutPpb,
      initialHaircutPpb: 0,
    };
    return amount === 0 ? [] : [{ instrument, lots: Math.round(amount * ASSET_LOTS) }];
  }
  return objects(inputs, 'collaterals').map((asset) => ({
    instrument: {
      ...common,
      riskUnitsPerTick,
      priceTicks: ticks(numberOf(asset, 'price')),
      shocked: asset['riskCancelling'] === true,
      confidencePpb: ppb(numberOf(asset, 'confidence')),
      haircutPpb: ppb(numberOf(asset, 'mmHaircut')),
      initialHaircutPpb: ppb(numberOf(asset, 'imHaircutExtra')),
    },
    lots: Math.round(numberOf(asset, 'amount') * ASSET_LOTS),
  }));
}

/** Version 1 repeats an expiry's feed for each of its options. */
function distinctFeeds(feeds: readonly JsonObject[]): JsonObject[] {
  const known = new Map(feeds.map((feed) => [secondsOf(feed), feed]));
  return [...known.values()].sort((a, b) => secondsOf(a) - secondsOf(b));
}

function secondsOf(object: JsonObject): number {
  return numberOf(object, 'secToExpiry');
}

/** Version 1 states which part of the forward is fixed; for version 2 the averaging window does. */
function expiryOf(feed: JsonObject, parameters: ScenarioParameters) {
  const secondsToExpiry = secondsOf(feed);
  const common = {
    underlying: 0,
    secondsToExpiry,
    ratePpb: ppb(numberOf(feed, 'rate')),
    confidencePpb: ppb(
      Math.min(numberOf(feed, 'forwardConfidence'), numberOf(feed, 'rateConfidence')),
    ),
  };
  if (feed['forward'] === undefined) {
    const fixedTicks = ticks(numberOf(feed, 'forwardFixed'));
    const forwardTicks = fixedTicks + ticks(numberOf(feed, 'forwardVariable'));
    return { ...common, forwardTicks, fixedTicks };
  }
  const forwardTicks = ticks(numberOf(feed, 'forward'));
  const windowSeconds = parameters.settlementAverageSeconds;
  const fixedTicks = fixedShareTicks({ forwardTicks, secondsToExpiry, windowSeconds });
  return { ...common, forwardTicks, fixedTicks };
}
