import {
  BILLION,
  neutralParameters,
  NO_EXPIRY,
  RiskArrays,
  ScenarioEvaluation,
  ScenarioPortfolio,
} from '#libs/margin';
import { numberOf } from '../json.js';
import type { FileMapper } from '../mapper.js';
import { ppb } from './derive-market.js';

/*
 * An inverse perpetual at a price of 1: a lot is 10^-12 of the coin, the result is in 10^-13, and the
 * risk unit is 10^-25 of the coin, so that a lot's gain has 13 digits.
 */
const LOTS = 1e12;
const MINOR = 1e13;
const RISK_UNITS_PER_MINOR = 1e12;
const UNITS_PER_LOT = 1e13;

/** Deribit's maintenance share of the risk matrix, of the page that the file names. */
const MAINTENANCE_PPB = 800_000_000;

/** Coin-settled portfolio margin: a grid of price moves, roll shock, gains that count in part. */
export const deribit: FileMapper = {
  portfolioMarginInverse: ({ inputs }) => {
    const buckets = numberOf(inputs, 'bucketsPerSide');
    const range = numberOf(inputs, 'priceRange');
    const steps = Array.from({ length: 2 * buckets + 1 }, (_, at) => at - buckets);
    const arrays = RiskArrays.filled(
      {
        ...neutralParameters,
        riskUnitsPerMinor: RISK_UNITS_PER_MINOR,
        scenarios: steps.map((step) => ({
          priceShockPpb: ppb((range * step) / buckets),
          volatility: 'none',
          weightPpb: BILLION,
          component: 0,
        })),
        roll: {
          perYearPpb: ppb(Number(inputs['annualisedMoveRisk'] ?? 0)),
          leastPpb: ppb(numberOf(inputs, 'minAnnualisedMove')),
        },
        levels: { initialPpb: BILLION, maintenancePpb: MAINTENANCE_PPB, addOnsScaled: true },
        offsets: { gainPpb: [ppb(numberOf(inputs, 'pnlOffset'))], reductionLimitPpb: 800_000_000 },
      },
      {
        stablePricePpb: BILLION,
        underlyings: [{ spotTicks: 1, confidencePpb: BILLION }],
        expiries: [],
        instruments: [
          {
            kind: 'inverse',
            underlying: 0,
            expiry: NO_EXPIRY,
            riskUnitsPerTick: UNITS_PER_LOT,
            priceTicks: 1,
            confidencePpb: BILLION,
          },
        ],
      },
    );
    const lots = Math.round(numberOf(inputs, 'perpSize') * LOTS);
    const evaluation = new ScenarioEvaluation(arrays);
    evaluation.evaluate(new ScenarioPortfolio(arrays, [{ instrument: 0, lots }], 0));
    const amount = (minor: number) => minor / MINOR;
    const { scan, risks, figures } = evaluation;
    return {
      standardVector: [...risks[0]!.gains].map(amount),
      worstCase: amount(scan.lossMinor),
      aggregatedPositiveTimesOffset: [...scan.gains].map(amount),
      rollShock: amount(evaluation.rollMinor),
      riskMatrixMargin: amount(scan.lossMinor + evaluation.rollMinor),
      initialMargin: amount(figures.initialMinor),
      maintenanceMargin: amount(figures.maintenanceMinor),
    };
  },
};
