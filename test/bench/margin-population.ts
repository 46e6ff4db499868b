import {
  BILLION,
  neutralParameters,
  type Scenario,
  type ScenarioInstrument,
  type ScenarioLeg,
  type ScenarioMarket,
  type ScenarioParameters,
} from '#libs/margin';
import { Xorshift32 } from './measure.js';

/** A minor unit is 0.0001, the risk unit 10^-8; a lot is 0.01 of the coin, a tick 0.01. */
const RISK_UNITS_PER_MINOR = 10_000;
const SPOT_TICKS = 6_000_000;
const DAY_SECONDS = 86_400;
const expiryDays = [1, 2, 7, 14, 30, 60, 90, 180, 270, 365];

function scenario(move: number, volatility: Scenario['volatility'], weight = 1): Scenario {
  return {
    priceShockPpb: Math.round(move * BILLION),
    volatility,
    weightPpb: Math.round(weight * BILLION),
    component: 0,
  };
}

/** 45 scenarios: 13 price moves x 3 volatilities, 4 dampened tails, 2 skews. */
const scenarios: readonly Scenario[] = [
  ...Array.from({ length: 13 }, (_, at) => (at - 6) * 0.03).flatMap((move) => [
    scenario(move, 'up'),
    scenario(move, 'none'),
    scenario(move, 'down'),
  ]),
  scenario(-0.66, 'up', 0.055),
  scenario(-0.33, 'up', 0.11),
  scenario(0.5, 'up', 0.072),
  scenario(1, 'up', 0.036),
  scenario(0, 'skew-linear'),
  scenario(0, 'skew-absolute'),
];

/** Portfolio margin with everything that an account of options meets: tails, skew, discount, basis. */
export const benchParameters: ScenarioParameters = {
  ...neutralParameters,
  riskUnitsPerMinor: RISK_UNITS_PER_MINOR,
  scenarios,
  volatilityShock: {
    upPpb: 500_000_000,
    downPpb: 275_000_000,
    shortPowerPpb: 300_000_000,
    longPowerPpb: 130_000_000,
    pivotSeconds: 30 * DAY_SECONDS,
    floorSeconds: DAY_SECONDS,
    leastShockedPpb: 450_000_000,
  },
  skew: {
    linearCapPpb: 150_000_000,
    linearCapPerRootYearPpb: -50_000_000,
    absoluteCapPpb: 150_000_000,
    absoluteCapPerRootYearPpb: -50_000_000,
    leastWidthPpb: 10_000_000,
    widthPpb: 4 * BILLION,
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
    perYearPpb: 2 * BILLION,
    competes: true,
  },
  levels: { initialPpb: BILLION, maintenancePpb: 800_000_000, addOnsScaled: false },
  contingency: {
    linearPpb: 15_000_000,
    linearInitialPpb: 5_000_000,
    shortOptionPpb: 3_000_000,
    shortOptionInitialPpb: 2_000_000,
  },
};

/** One underlying with `count` options over ten expiries, strikes from 40 % to 220 % of spot. */
export function benchMarket(count: number): ScenarioMarket {
  const perExpiry = Math.ceil(count / expiryDays.length);
  const instruments = Array.from({ length: count }, (_, at): ScenarioInstrument => {
    const place = Math.floor(at / 2) % Math.ceil(perExpiry / 2);
    const share = 0.4 + (1.8 * place) / Math.ceil(perExpiry / 2);
    return {
      kind: 'option',
      underlying: 0,
      expiry: Math.floor(at / perExpiry),
      riskUnitsPerTick: RISK_UNITS_PER_MINOR,
      confidencePpb: BILLION,
      strikeTicks: Math.round((SPOT_TICKS * share) / 100) * 100,
      isCall: at % 2 === 0,
      volatilityPpt: Math.round((0.5 + 0.2 * Math.abs(share - 1)) * 1e12),
    };
  });
  return {
    stablePricePpb: BILLION,
    underlyings: [{ spotTicks: SPOT_TICKS, confidencePpb: BILLION }],
    expiries: expiryDays.map((days) => ({
      underlying: 0,
      secondsToExpiry: days * DAY_SECONDS,
      forwardTicks: SPOT_TICKS + 10 * days,
      fixedTicks: 0,
      ratePpb: 40_000_000,
      confidencePpb: BILLION,
    })),
    instruments,
  };
}

/** `count` different instruments of `of`, long and short up to 20 lots. */
export function benchLegs(random: Xorshift32, of: number, count: number): ScenarioLeg[] {
  const chosen = new Set<number>();
  while (chosen.size < count) chosen.add(random.below(of));
  return [...chosen].map((instrument) => {
    const lots = 1 + random.below(20);
    return { instrument, lots: random.below(2) === 0 ? lots : -lots };
  });
}
