import type { Random } from '#libs/simulator';
import type { Input } from './house-driver.js';
import { neutralTerms, scenarioRulebook } from './scenario-rulebook.js';
import { BTC, PERP, rulebook, SECOND, usd } from './small-house.js';

const BILLION = 1_000_000_000;
const SHOCKS = [-150_000_000, 0, 150_000_000];
const VOLATILITIES = [0, 1, 2, 3, 4];

/** A rulebook for a pool, of either model, with figures drawn by the seed. */
export function drawnRulebook(random: Random, pool: number, rulebookVersion: number): Input {
  const warningPpm = 1_050_000 + random.below(400_000);
  const onBreach = random.below(2);
  const levels = {
    pool,
    rulebookVersion,
    warningPpm,
    warningClearPpm: warningPpm + random.below(200_000),
    callWindowUs: (30 + random.below(600)) * SECOND,
    haircuts: [{ currency: BTC, haircutPpm: random.below(400_000) }],
    policies: [
      { accountKind: 0, onBreach },
      { accountKind: 1, onBreach: 2 },
      { accountKind: 2, onBreach: 2 },
      { accountKind: 3, onBreach: 2 },
      { accountKind: 5, onBreach },
    ],
  };
  return random.below(2) === 0
    ? { ...rulebook, ...levels, ...optionShares(random), concentrations: charges(random) }
    : { ...scenarioRulebook, ...levels, ...scenarios(random), ...movingCoin(rulebookVersion) };
}

/** Coin that stands in the scenarios, in two of three versions. */
function movingCoin(version: number) {
  return { scenarioCollateral: version % 3 === 0 ? [] : [{ currency: BTC, underlying: PERP }] };
}

function optionShares(random: Random) {
  const shortOptionMaintenancePpm = 30_000 + random.below(120_000);
  return {
    shortOptionMaintenancePpm,
    shortOptionInitialPpm: shortOptionMaintenancePpm + random.below(150_000),
    shortOptionFloorPpm: 20_000 + random.below(100_000),
    shortPutMaintenancePpm: random.below(2) * random.below(1_000_000),
  };
}

/** Initial rates that rise with everybody's open interest, now and then. */
function charges(random: Random) {
  if (random.below(2) === 0) return [];
  const openInterestFromMinor = usd(random.below(5_000));
  return [
    {
      marginClass: 1,
      referenceLots: 50 + random.below(300),
      sizePremiumPpm: random.below(2) * random.below(20_000),
      sizePremiumBasePpm: 800_000,
      closeOutSlippagePpm: random.below(2) * random.below(10_000),
      openInterestFromMinor,
      openInterestToMinor: openInterestFromMinor + usd(5_000 + random.below(60_000)),
    },
  ];
}

/** Every rule of the model at work, over price moves and all sorts of moves of volatility. */
function scenarios(random: Random) {
  const [base] = scenarioRulebook.scenarioTerms;
  return {
    scenarioTerms: [
      {
        ...neutralTerms,
        ...base,
        epochMovePpm: 3_000 + random.below(20_000),
        epochUs: (20 + random.below(120)) * SECOND,
        volatilityUpPpb: random.below(500_000_000),
        volatilityDownPpb: random.below(500_000_000),
        skewLinearCapPpb: random.below(100_000_000),
        skewAbsoluteCapPpb: random.below(100_000_000),
        skewLeastWidthPpb: 100_000_000,
        basisUpPpb: 45_000_000,
        basisDownPpb: -45_000_000,
        basisAddPpb: random.below(BILLION),
        basisCompetes: random.below(2),
        linearContingencyPpb: random.below(20_000_000),
        shortOptionContingencyPpb: random.below(20_000_000),
        rollPerYearPpb: random.below(20_000_000),
        addOnsScaled: random.below(2),
        confidenceThresholdPpb: BILLION,
        confidenceFactorPpb: random.below(BILLION),
        minimumShortOptionMinor: random.below(1_000),
        settlementAverageSeconds: random.below(2) * 1_800,
        discountsValues: random.below(2),
        discountLongRatePpb: random.below(2) * BILLION,
        indexConfidence: random.below(2),
        surfaceMaxAgeUs: random.below(3) * 120 * SECOND,
        forwardMaxAgeUs: random.below(3) * 120 * SECOND,
      },
    ],
    scenarioOffsets: [1, 2].map((underlying) => ({ underlying, gainPpb: random.below(BILLION) })),
    scenarios: SHOCKS.flatMap((shock) =>
      VOLATILITIES.map((volatility) => ({
        priceShockPpb: shock,
        linearShockPpb: shock,
        volatility,
        weightPpb: BILLION - random.below(200_000_000),
        component: 0,
      })),
    ),
  };
}
