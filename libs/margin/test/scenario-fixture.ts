import fc from 'fast-check';
import {
  BILLION,
  neutralParameters,
  NO_EXPIRY,
  type Scenario,
  type ScenarioInstrument,
  type ScenarioLeg,
  type ScenarioMarket,
  type ScenarioParameters,
  type VolatilityShock,
} from '../src/index.js';

/** Ticks are 0.01, a lot is 0.01 of the coin: a lot is worth 0.0001, a minor unit, a tick. */
const RISK_UNITS_PER_MINOR = 10_000;
const DAY = 86_400;
const spots = [6_000_000, 250_000];
const days = [0.02, 7, 90];
const moneyness = [0.7, 0.95, 1, 1.1, 1.6];

function expiryOf(underlying: number, at: number) {
  const forwardTicks = Math.round(spots[underlying]! * (1 + 0.01 * at));
  return {
    underlying,
    secondsToExpiry: Math.round(days[at]! * DAY),
    forwardTicks,
    fixedTicks: at === 0 ? Math.round(forwardTicks / 4) : 0,
    ratePpb: 40_000_000,
    confidencePpb: at === 2 ? 300_000_000 : BILLION,
  };
}

function instrumentsOf(underlying: number): ScenarioInstrument[] {
  const spot = spots[underlying]!;
  const common = { underlying, riskUnitsPerTick: RISK_UNITS_PER_MINOR, confidencePpb: BILLION };
  const flat = { ...common, expiry: NO_EXPIRY, priceTicks: spot };
  const future = (at: number): ScenarioInstrument => ({
    ...common,
    kind: 'linear',
    expiry: underlying * days.length + at,
    priceTicks: expiryOf(underlying, at).forwardTicks,
  });
  const haircuts = { haircutPpb: 50_000_000, initialHaircutPpb: 20_000_000 };
  return [
    { ...flat, kind: 'linear' },
    future(1),
    future(2),
    { ...flat, kind: 'asset', shocked: true, ...haircuts },
    { ...flat, kind: 'asset', shocked: false, ...haircuts },
    ...days.flatMap((_, at) =>
      moneyness.flatMap((share) =>
        [true, false].map((isCall): ScenarioInstrument => ({
          ...common,
          kind: 'option',
          expiry: underlying * days.length + at,
          strikeTicks: Math.round((spot * share) / 100) * 100,
          isCall,
          volatilityPpt: Math.round((0.5 + 0.3 * Math.abs(share - 1)) * 1e12),
        })),
      ),
    ),
  ];
}

/** Two underlyings with perpetuals, futures, collateral and options of three expiries. */
export const fixtureMarket: ScenarioMarket = {
  stablePricePpb: 970_000_000,
  underlyings: spots.map((spotTicks) => ({ spotTicks, confidencePpb: 900_000_000 })),
  expiries: spots.flatMap((_, underlying) => days.map((__, at) => expiryOf(underlying, at))),
  instruments: spots.flatMap((_, underlying) => instrumentsOf(underlying)),
};

const grid: Scenario[] = [-0.18, -0.09, 0, 0.09, 0.18].flatMap((move) =>
  (['up', 'none', 'down'] satisfies VolatilityShock[]).map((volatility) => ({
    priceShockPpb: Math.round(move * BILLION),
    volatility,
    weightPpb: BILLION,
    component: 0,
  })),
);
const tail = (move: number, weight: number): Scenario => ({
  priceShockPpb: Math.round(move * BILLION),
  linearShockPpb: Math.round(Math.sign(move) * 0.25 * BILLION),
  volatility: 'up',
  weightPpb: Math.round(weight * BILLION),
  component: 0,
});
const skew = (volatility: VolatilityShock): Scenario => ({
  priceShockPpb: 0,
  volatility,
  weightPpb: BILLION,
  component: 0,
});

/** Every part of the model at work. */
export const fixtureParameters: ScenarioParameters = {
  ...neutralParameters,
  riskUnitsPerMinor: RISK_UNITS_PER_MINOR,
  scenarios: [
    ...grid,
    tail(-0.66, 0.11),
    tail(3, 0.018),
    skew('skew-linear'),
    skew('skew-absolute'),
    { priceShockPpb: 0, volatility: 'up', weightPpb: 400_000_000, component: 1 },
  ],
  volatilityShock: {
    ...neutralParameters.volatilityShock,
    upPpb: 500_000_000,
    downPpb: 275_000_000,
    shortPowerPpb: 300_000_000,
    longPowerPpb: 130_000_000,
    leastShockedPpb: 450_000_000,
  },
  skew: {
    linearCapPpb: 150_000_000,
    linearCapPerRootYearPpb: -50_000_000,
    absoluteCapPpb: 150_000_000,
    absoluteCapPerRootYearPpb: -50_000_000,
    leastWidthPpb: 10_000_000,
    widthPpb: 4_000_000_000,
    volatilityPpb: 600_000_000,
    volatilityPerRootYearPpb: -100_000_000,
  },
  discount: {
    longBasePpb: 950_000_000,
    longRatePpb: BILLION,
    longAddPpb: 80_000_000,
    shortBasePpb: 1_040_000_000,
    shortRatePpb: 500_000_000,
    shortAddPpb: 80_000_000,
    pricing: true,
  },
  basis: {
    upShockPpb: 45_000_000,
    downShockPpb: -45_000_000,
    addPpb: 500_000_000,
    perYearPpb: 2_000_000_000,
    competes: true,
  },
  roll: { perYearPpb: 10_000_000, leastPpb: 500_000 },
  levels: { initialPpb: 1_300_000_000, maintenancePpb: BILLION, addOnsScaled: true },
  contingency: {
    linearPpb: 15_000_000,
    linearInitialPpb: 5_000_000,
    shortOptionPpb: 3_000_000,
    shortOptionInitialPpb: 2_000_000,
  },
  confidence: { thresholdPpb: 550_000_000, factorPpb: BILLION },
  peg: { thresholdPpb: 980_000_000, factorPpb: 2_000_000_000 },
  offsets: { gainPpb: [600_000_000, 600_000_000], reductionLimitPpb: 800_000_000 },
};

/** Up to 24 legs of the fixture market. */
export function legs(largest = 5_000): fc.Arbitrary<ScenarioLeg[]> {
  const leg = fc.record({
    instrument: fc.nat({ max: fixtureMarket.instruments.length - 1 }),
    lots: fc.integer({ min: -largest, max: largest }),
  });
  // Collateral is not owed: its lots are 0 or more.
  return fc.array(leg, { maxLength: 24 }).map((list) =>
    list.map(({ instrument, lots }) => ({
      instrument,
      lots: fixtureMarket.instruments[instrument]!.kind === 'asset' ? Math.abs(lots) : lots,
    })),
  );
}
