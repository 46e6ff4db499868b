import {
  BILLION,
  neutralParameters,
  NO_EXPIRY,
  RiskArrays,
  type Scenario,
  ScenarioEvaluation,
  type ScenarioInstrument,
  type ScenarioMarket,
  type ScenarioParameters,
  ScenarioPortfolio,
} from '#libs/margin';
import { isObject, type Json, type JsonObject, listOf, numberOf, textOf } from '../json.js';
import type { FileMapper } from '../mapper.js';

const THIRD_PPB = 333_333_333;

/** SPAN's price moves within the scan range, in its own order, in thirds of it. */
const spanMoves = [0, 0, 1, 1, -1, -1, 2, 2, -2, -2, 3, 3, -3, -3];
const scanRange: readonly Scenario[] = spanMoves.map((thirds) => ({
  priceShockPpb: thirds % 3 === 0 ? (thirds / 3) * BILLION : thirds * THIRD_PPB,
  volatility: 'none',
  weightPpb: BILLION,
  component: 0,
}));

function market(instruments: readonly ScenarioInstrument[], expiries = 0): ScenarioMarket {
  const underlyings = 1 + Math.max(...instruments.map(({ underlying }) => underlying));
  return {
    stablePricePpb: BILLION,
    underlyings: Array.from({ length: underlyings }, () => ({
      spotTicks: 1,
      confidencePpb: BILLION,
    })),
    expiries: Array.from({ length: expiries }, (_, at) => ({
      underlying: 0,
      secondsToExpiry: at,
      forwardTicks: 1,
      fixedTicks: 0,
      ratePpb: 0,
      confidencePpb: BILLION,
    })),
    instruments,
  };
}

/** A contract whose scan range is its price: a move of 100 % is the scan range. */
function contract(of: { scanRange: number; underlying?: number; expiry?: number }) {
  return {
    kind: 'linear',
    underlying: of.underlying ?? 0,
    expiry: of.expiry ?? NO_EXPIRY,
    riskUnitsPerTick: 1,
    priceTicks: of.scanRange,
    confidencePpb: BILLION,
  } as const satisfies ScenarioInstrument;
}

function evaluated(
  parameters: Partial<ScenarioParameters>,
  of: ScenarioMarket,
  lots: readonly number[],
): ScenarioEvaluation {
  const arrays = RiskArrays.filled({ ...neutralParameters, ...parameters }, of);
  const evaluation = new ScenarioEvaluation(arrays);
  const legs = lots.map((size, instrument) => ({ instrument, lots: size }));
  evaluation.evaluate(new ScenarioPortfolio(arrays, legs, 0));
  return evaluation;
}

/** SPAN arrays that a clearing house or an author printed. */
export const span: FileMapper = {
  scanRisk: ({ inputs }) => {
    const gains = listOf(inputs, 'scenarioPnl').map(Number);
    // A printed array carries the covered fraction of the extreme moves already.
    const scenarios = gains.map(() => scanRange[0]!);
    const published: ScenarioInstrument = {
      kind: 'published',
      underlying: 0,
      expiry: NO_EXPIRY,
      riskUnitsPerTick: 1,
      confidencePpb: BILLION,
      gains,
      deltaPpb: BILLION,
    };
    return { scanRisk: evaluated({ scenarios }, market([published]), [1]).scan.lossMinor };
  },
};

function legsOf(inputs: JsonObject): JsonObject[] {
  return listOf(inputs, 'legs').map((leg: Json) => {
    if (!isObject(leg)) throw new RangeError('legs should be a list of objects');
    return leg;
  });
}

/** The portfolio parts of the venues' worked examples. */
export const spanExamples: FileMapper = {
  interCommodityCredit: ({ inputs }) => {
    const legs = legsOf(inputs);
    const sizes = legs.map((leg) => numberOf(leg, 'contracts'));
    const evaluation = evaluated(
      {
        scenarios: scanRange,
        commoditySpreads: [
          {
            legs: sizes.map((size, underlying) => ({
              underlying,
              side: size > 0 ? 1 : -1,
              ratio: Math.abs(size),
            })),
            creditPpb: Math.round(numberOf(legs[0]!, 'creditRate') * BILLION),
          },
        ],
      },
      market(
        legs.map((leg, underlying) =>
          contract({ scanRange: numberOf(leg, 'outright'), underlying }),
        ),
      ),
      sizes,
    );
    return {
      grossMargin: evaluation.scan.separateMinor,
      credit: evaluation.spreads.creditMinor,
      margin: evaluation.figures.initialMinor,
    };
  },
  intraCommoditySpread: ({ inputs }) => {
    textOf(inputs, 'long');
    const months = [numberOf(inputs, 'outrightLong'), numberOf(inputs, 'outrightShort')];
    const evaluation = evaluated(
      {
        scenarios: scanRange,
        calendarSpreads: [
          {
            underlying: 0,
            nearExpiry: 0,
            farExpiry: 1,
            chargeMinor: numberOf(inputs, 'spreadCharge'),
          },
        ],
      },
      market(
        months.map((outright, expiry) => contract({ scanRange: outright, expiry })),
        2,
      ),
      [1, -1],
    );
    return { margin: evaluation.figures.initialMinor };
  },
  spanTotal: ({ inputs }) => {
    const shortOptionMinimum = numberOf(inputs, 'shortOptionMinimum');
    const evaluation = evaluated(
      { scenarios: scanRange },
      market([contract({ scanRange: numberOf(inputs, 'priceScanRange') })]),
      [numberOf(inputs, 'longUnits') - numberOf(inputs, 'shortUnits')],
    );
    if (shortOptionMinimum !== 0 || numberOf(inputs, 'netOptionValue') !== 0) {
      throw new RangeError('the case has options without saying which');
    }
    return { margin: evaluation.figures.initialMinor };
  },
  portfolioMarginFuture: ({ inputs }) => {
    const digits = 1e4;
    const scenarios = listOf(inputs, 'shocks').map((shock) => ({
      priceShockPpb: Math.round(Number(shock) * BILLION),
      volatility: 'none' as const,
      weightPpb: BILLION,
      component: 0,
    }));
    const evaluation = evaluated(
      { scenarios },
      market([contract({ scanRange: Math.round(numberOf(inputs, 'future') * digits) })]),
      [numberOf(inputs, 'position')],
    );
    return { pnl: [...evaluation.risks[0]!.gains].map((minor) => minor / digits) };
  },
};
