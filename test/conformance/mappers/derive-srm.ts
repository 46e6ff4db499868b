import {
  markedValue,
  type StandardAccount,
  standardMargin,
  type StandardRates,
  type UnderlyingHolding,
} from '#libs/margin';
import { black76Value } from '#libs/pricing';
import { isObject, type Json, type JsonObject, listOf, numberOf, objectOf } from '../json.js';
import type { FileMapper } from '../mapper.js';
import { figureOf, micros, unitsIn, unitsOf } from '../units.js';

/** Digits of a price and an amount; lots of a contract have as many as a size is printed with. */
const PRICE = 8;
const SIZE = 6;
const LOTS = 1_000_000;
const YEAR_SECONDS = 31_536_000;
const MARKETS = ['ETH', 'BTC'] as const;

/** Standard margin of an account on two underlyings: `libs/margin`, standard-margin. */
export const deriveSrm: FileMapper = {
  '': ({ inputs, document }) => {
    const params = objectOf(document, 'params');
    const options = optionsOf(inputs, params);
    const account = accountOf(inputs, options);
    const rates = ratesOf(params);
    const initial = standardMargin(account, rates, true);
    const maintenance = standardMargin(account, rates, false);
    const printed: Record<string, Json> = {
      initialMargin: figureOf(initial.marginMinor, PRICE),
      maintenanceMargin: figureOf(maintenance.marginMinor, PRICE),
      portfolioMtm: markedValue(markedAccount(inputs, options)),
    };
    for (const [place, name] of MARKETS.entries()) {
      const key = `${name.charAt(0).toLowerCase()}${name.slice(1)}Option`;
      printed[`${key}IsolatedMM`] = below0(maintenance.options[place]?.isolatedMinor);
      printed[`${key}IsolatedIM`] = below0(initial.options[place]?.isolatedMinor);
      printed[`${key}BoundedMM`] = below0(maintenance.options[place]?.boundedMinor);
      printed[`${key}BoundedIM`] = below0(initial.options[place]?.boundedMinor);
    }
    return printed;
  },
};

/** Requirements are printed as what they take away. */
function below0(minor = 0): number {
  return 0 - figureOf(minor, PRICE);
}

interface Option {
  readonly market: string;
  readonly expiry: number;
  readonly isCall: boolean;
  readonly size: number;
  readonly lots: number;
  readonly strikeMinor: number;
  readonly forwardMinor: number;
  readonly confidencePpm: number;
  /** Of one contract. */
  readonly value: number;
}

/** Options with their feeds, which stand in a list beside them, in the same order. */
function optionsOf(inputs: JsonObject, params: JsonObject): Option[] {
  const feeds = listOf(inputs, 'expiryFeeds');
  const settles = numberOf(params, 'settlementPriceIfSecToExpiryBelow');
  return listOf(inputs, 'options')
    .filter(isObject)
    .map((own, place) => {
      const feed = feeds[place];
      if (!isObject(feed)) throw new RangeError(`expiryFeeds[${place}] is not there`);
      const market = own['underlying'] as string;
      const expiry = numberOf(own, 'secToExpiry');
      const spot = objectOf(objectOf(inputs, 'markets'), market);
      const forward = numberOf(feed, 'forward');
      return {
        market,
        expiry,
        isCall: own['type'] === 'C',
        size: numberOf(own, 'amount'),
        lots: unitsIn(own, 'amount', SIZE),
        strikeMinor: unitsIn(own, 'strike', PRICE),
        forwardMinor: unitsIn(feed, 'forward', PRICE),
        confidencePpm: Math.min(micros(feed, 'forwardConfidence'), micros(own, 'volConfidence')),
        value: black76Value({
          isCall: own['type'] === 'C',
          forward: expiry < settles ? numberOf(spot, 'settlementPrice') : forward,
          strike: numberOf(own, 'strike'),
          timeYears: expiry / YEAR_SECONDS,
          volatility: numberOf(own, 'markVol'),
          rate: 0,
        }),
      };
    });
}

function accountOf(inputs: JsonObject, options: readonly Option[]): StandardAccount {
  const markets = objectOf(inputs, 'markets');
  return {
    cashMinor: unitsIn(inputs, 'cash', PRICE),
    stablecoinPpm: micros(inputs, 'stablePrice'),
    underlyings: MARKETS.map((name) => underlyingOf(objectOf(markets, name), name, options)),
  };
}

function underlyingOf(
  market: JsonObject,
  name: string,
  options: readonly Option[],
): UnderlyingHolding {
  const own = options.filter(({ market: of }) => of === name);
  const expiries = [...new Set(own.map(({ expiry }) => expiry))];
  const spotMinor = unitsIn(market, 'spot', PRICE);
  return {
    spotMinor,
    lotsPerContract: LOTS,
    spotConfidencePpm: micros(market, 'spotConfidence'),
    perpetualLots: unitsIn(market, 'perpSize', SIZE),
    perpetualMinor: unitsIn(market, 'perpPrice', PRICE),
    perpetualConfidencePpm: micros(market, 'perpConfidence'),
    perpetualEntryMinor: unitsIn(market, 'perpLastEntry', PRICE),
    fundingMinor:
      unitsIn(market, 'globalFundingIndex', PRICE) - unitsIn(market, 'accountFundingIndex', PRICE),
    collateralLots: unitsIn(market, 'baseCollateral', SIZE),
    expiries: expiries.map((expiry) => {
      const here = own.filter(({ expiry: of }) => of === expiry);
      return {
        spotMinor,
        lotsPerContract: LOTS,
        forwardMinor: here[0]?.forwardMinor ?? 0,
        confidencePpm: Math.min(...here.map(({ confidencePpm }) => confidencePpm)),
        options: here.map(({ isCall, lots, strikeMinor, size, value }) => ({
          isCall,
          lots,
          strikeMinor,
          markMinor: unitsOf(value * size, PRICE, 'the mark'),
        })),
      };
    }),
  };
}

function markedAccount(inputs: JsonObject, options: readonly Option[]) {
  const markets = MARKETS.map((name) => objectOf(objectOf(inputs, 'markets'), name));
  return {
    cash: numberOf(inputs, 'cash'),
    stablecoin: numberOf(inputs, 'stablePrice'),
    perpetuals: markets.map((market) => ({
      size: numberOf(market, 'perpSize'),
      price: numberOf(market, 'perpPrice'),
      entry: market['perpLastEntry'] === null ? 0 : numberOf(market, 'perpLastEntry'),
      funding:
        market['accountFundingIndex'] === null
          ? 0
          : numberOf(market, 'globalFundingIndex') - numberOf(market, 'accountFundingIndex'),
    })),
    collateral: markets.map((market) => ({
      size: numberOf(market, 'baseCollateral'),
      price: numberOf(market, 'spot'),
    })),
    options: options.map(({ size, value }) => ({ size, price: value })),
  };
}

function ratesOf(params: JsonObject): StandardRates {
  return {
    callSpotPpm: micros(params, 'mmCallSpotReq'),
    putSpotPpm: micros(params, 'mmPutSpotReq'),
    callMarkPpm: 0,
    putMarkPpm: micros(params, 'mmPutMtMReq'),
    initialPpm: micros(params, 'maxSpotReq'),
    initialFloorPpm: micros(params, 'minSpotReq'),
    closeOutFeePpm: 0,
    putInitialOfMaintenancePpm: micros(params, 'mmOffsetScale'),
    unpairedInitialPpm: micros(params, 'unpairedIMScale'),
    unpairedMaintenancePpm: micros(params, 'unpairedMMScale'),
    perpetualInitialPpm: micros(params, 'perpIM'),
    perpetualMaintenancePpm: micros(params, 'perpMM'),
    collateralPpm: micros(params, 'baseMarginFactor'),
    depegThresholdPpm: micros(params, 'depegThreshold'),
    depegFactorPpm: micros(params, 'depegFactor'),
    confidenceThresholdPpm: micros(params, 'oracleConfThreshold'),
    confidenceFactorPpm: micros(params, 'oracleConfFactor'),
  };
}
