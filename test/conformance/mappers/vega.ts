import { collectLosses, disposalLots, shareCollected } from '#libs/default-management';
import {
  type Exposure,
  exposureOf,
  fullCollateralMinor,
  isolatedOrderMarginMinor,
  isolatedTransferMinor,
  lognormalShortfall,
  marginLevels,
  type OpenOrder,
  sidedLiquidationPrice,
  type SidedMarket,
  type SidedRates,
  sidedRequirementMinor,
} from '#libs/margin';
import { type Json, type JsonObject, listOf, numberOf, objectOf } from '../json.js';
import { type FileMapper, Unsupported } from '../mapper.js';
import { figureOf, micros, unitsIn, unitsOf, wholes } from '../units.js';

/** Digits of a rate. */
const RATE = 9;
/** Digits of a price and an amount where the file prints more than whole ones. */
const FINE = 6;

/** One market's levels and modes: `libs/margin`, sided-requirement, isolated-margin and others. */
export const vega: FileMapper = {
  maintenanceMargin: ({ inputs }) => ({ maintenance: maintenanceOf(inputs, 0) }),
  maintenanceMarginUnrounded: ({ inputs }) => ({
    maintenance: figureOf(maintenanceOf(inputs, FINE), FINE),
  }),
  marginLevels: ({ inputs }) => {
    const factors = objectOf(inputs, 'factors');
    const levels = marginLevels(maintenanceOf(inputs, 0), {
      searchPpm: micros(factors, 'search'),
      initialPpm: micros(factors, 'initial'),
      releasePpm: micros(factors, 'release'),
    });
    return {
      maintenance: levels.maintenanceMinor,
      search: levels.searchMinor,
      initial: levels.initialMinor,
      release: levels.releaseMinor,
    };
  },
  liquidationPrice: ({ inputs }) => {
    const [exposure, rates, market] = [
      exposureIn(inputs, FINE),
      ratesOf(inputs),
      marketOf(inputs, FINE),
    ];
    const collateral = sidedRequirementMinor(exposure, rates, market);
    const price = sidedLiquidationPrice(exposure.lots, collateral, rates, market);
    return {
      liquidationPriceWhenCollateralEqualsMaintenance:
        price === undefined ? null : figureOf(price, FINE),
    };
  },
  isolatedOrderMargin: ({ inputs }) => ({
    orderMargin: isolatedOrderMarginMinor(
      exposureIn(inputs, 0),
      isolatedTerms(inputs),
      wholes(inputs, 'auctionPrice'),
    ),
  }),
  isolatedMarginTransfer: ({ inputs }) => {
    const moved = isolatedTransferMinor(
      {
        lotsBefore: wholes(inputs, 'positionBefore'),
        lotsAfter: wholes(inputs, 'positionAfter'),
        trades: listOf(inputs, 'trades').map((trade) => ({
          lots: memberOf(trade, 0, 0),
          priceMinor: memberOf(trade, 1, 0),
        })),
        markMinor: wholes(inputs, 'mark'),
        balanceMinor: wholes(inputs, 'marginBalance'),
      },
      isolatedTerms(inputs),
    );
    return { topUp: Math.max(0, moved), release: Math.max(0, -moved) };
  },
  fullyCollateralised: ({ inputs }) => cappedOf(inputs, false),
  fullyCollateralisedSpec: ({ inputs }) => cappedOf(inputs, true),
  lossSocialisation: ({ inputs }) => {
    if (inputs['gains'] === undefined) {
      throw new Unsupported('it asks for gains of losers whose losses are not among its inputs');
    }
    const losers = Object.values(objectOf(inputs, 'losers')).map((own) => ({
      lossMinor: memberOf(own, 0, 0),
      availableMinor: memberOf(own, 1, 0),
    }));
    const { collectedMinor, expectedMinor, fundAfterMinor } = collectLosses(
      losers,
      wholes(inputs, 'insurance'),
    );
    const gains = listOf(inputs, 'gains');
    const won = gains.map((gain) => memberOf(gain, 1, 0));
    const shares = shareCollected(won, collectedMinor, expectedMinor);
    const lost = gains.map((gain, place): [string, Json] => {
      const [name] = Array.isArray(gain) ? (gain as readonly Json[]) : [];
      if (typeof name !== 'string') throw new RangeError(`gains[${place}] names nobody`);
      return [`${name}Loss`, (won[place] ?? 0) - (shares[place] ?? 0)];
    });
    return { ...Object.fromEntries(lost), insuranceAfter: fundAfterMinor };
  },
  networkDisposal: ({ inputs }) => ({
    size: disposalLots(wholes(inputs, 'position'), wholes(inputs, 'bookVolume'), {
      stepPpm: micros(inputs, 'disposalFraction'),
      wholeLots: Math.min(numberOf(inputs, 'fullDisposalSize'), Number.MAX_SAFE_INTEGER),
      consumedPpm: micros(inputs, 'maxFractionConsumed'),
    }),
  }),
  lognormalRiskFactor: ({ inputs }) => {
    const { long, short } = lognormalShortfall({
      probability: numberOf(inputs, 'riskAversionLambda'),
      years: numberOf(inputs, 'tau'),
      volatility: numberOf(inputs, 'sigma'),
      drift: numberOf(inputs, 'mu'),
    });
    return { long, short };
  },
};

/** Two spellings of the same names: those of the unit tests and those of the features. */
function first(inputs: JsonObject, names: readonly string[]): Json {
  return names.map((name) => inputs[name]).find((value) => value !== undefined) ?? null;
}

function rateOf(inputs: JsonObject, names: readonly string[]): number {
  return unitsOf(first(inputs, names) ?? 0, RATE, names[0]);
}

/** Lots of a contract; 1 where the file does not say. */
function lotsPerContract(inputs: JsonObject): number {
  return unitsOf(first(inputs, ['positionFactor', 'pf']) ?? 1, 0, 'positionFactor');
}

function ratesOf(inputs: JsonObject): SidedRates {
  return {
    longPpb: rateOf(inputs, ['riskFactorLong', 'rfLong']),
    shortPpb: rateOf(inputs, ['riskFactorShort', 'rfShort']),
    slippagePpb: rateOf(inputs, ['linearSlippage', 'lin']),
    slippagePerContractPpb: rateOf(inputs, ['quadraticSlippage', 'quad']),
    lotsPerContract: lotsPerContract(inputs),
  };
}

function marketOf(inputs: JsonObject, digits: number): SidedMarket {
  return {
    markMinor: unitsIn(inputs, 'mark', digits),
    fundingMinor: unitsIn(inputs, 'fundingMarginPerUnit', digits),
    isAuction: inputs['inAuction'] === true,
    auctionPriceMinor: unitsIn(inputs, 'auctionPrice', digits),
  };
}

function maintenanceOf(inputs: JsonObject, digits: number): number {
  const exposure = exposureIn(inputs, digits);
  return sidedRequirementMinor(exposure, ratesOf(inputs), marketOf(inputs, digits));
}

function memberOf(list: Json, place: number, digits: number): number {
  return unitsOf(Array.isArray(list) ? (list as readonly Json[])[place] : undefined, digits);
}

/** Orders of one side: [lots, price, is a market order]. */
function sideOf(inputs: JsonObject, key: string, isBuy: boolean, digits: number): OpenOrder[] {
  if (inputs[key] === undefined) return [];
  return listOf(inputs, key).map((order) => ({
    isBuy,
    lots: memberOf(order, 0, 0),
    priceMinor: memberOf(order, 1, digits),
    isMarket: Array.isArray(order) && (order as readonly Json[])[2] === true,
  }));
}

/** A position with its orders, in two lists or in one whose members begin with their side. */
function exposureIn(inputs: JsonObject, digits: number): Exposure {
  const listed = inputs['orders'] === undefined ? [] : listOf(inputs, 'orders');
  const mixed = listed.map((order) => ({
    isBuy: Array.isArray(order) && (order as readonly Json[])[0] === 'buy',
    lots: memberOf(order, 1, 0),
    priceMinor: memberOf(order, 2, digits),
  }));
  return exposureOf(wholes(inputs, 'position'), [
    ...sideOf(inputs, 'buyOrders', true, digits),
    ...sideOf(inputs, 'sellOrders', false, digits),
    ...mixed,
  ]);
}

function isolatedTerms(inputs: JsonObject) {
  return {
    marginFactorPpb: rateOf(inputs, ['marginFactor']),
    lotsPerContract: lotsPerContract(inputs),
  };
}

function cappedOf(inputs: JsonObject, netsOrders: boolean) {
  const margin = fullCollateralMinor(
    exposureIn(inputs, 0),
    unitsOf(first(inputs, ['mark', 'averageEntryPrice']), 0, 'price'),
    { priceCapMinor: wholes(inputs, 'priceCap'), netsOrders },
  );
  return { maintenance: margin, search: margin, initial: margin, release: margin };
}
