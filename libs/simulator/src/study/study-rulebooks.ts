import type { MessageNamed } from '#libs/events';
import { plainCharges } from '#libs/margin';
import { type ExecutionTerms, neutralExecution, neutralTerms } from './neutral-terms.js';

export const LINEAR_POOL = 1;
export const PORTFOLIO_POOL = 2;
const SECOND_US = 1_000_000;
const PPB = 1_000_000_000;
/** A lot is worth 10 to 100 of the reference currency. */
const TIER_LOTS = [20_000, 200_000, 100_000_000] as const;
const TIER_PPM = [
  [50_000, 25_000],
  [75_000, 40_000],
  [120_000, 60_000],
] as const;

type Rulebook = MessageNamed<'RulebookPublished'>;

/** What the study varies of the house's rulebooks. */
export interface StudyTerms {
  /** How far below the mark our own orders may sell, ppm. */
  readonly slippagePpm: number;
  readonly targetPpm: number;
  /** Beside deleveraging, which holds for every policy. */
  readonly execution: Partial<ExecutionTerms>;
}

export const LIQUIDATION_FEE_PPM = 2_500;

/** The rulebooks of both pools for a market of so many coins. Other fees are 0: only liquidations trade. */
export function studyRulebooks(
  assets: number,
  { slippagePpm, targetPpm, execution }: StudyTerms,
): Rulebook[] {
  const linear: Rulebook = {
    type: 'RulebookPublished',
    publisherSequence: 0,
    publisher: 1,
    pool: LINEAR_POOL,
    rulebookVersion: 1,
    effectiveAt: 0,
    makerFeePpm: 0,
    takerFeePpm: 0,
    liquidationFeePpm: LIQUIDATION_FEE_PPM,
    warningPpm: 1_100_000,
    warningClearPpm: 1_200_000,
    targetPpm,
    slippagePpm,
    orderTimeoutUs: 600 * SECOND_US,
    callWindowUs: 600 * SECOND_US,
    memberCallWindowUs: 600 * SECOND_US,
    shortOptionMaintenancePpm: 75_000,
    shortOptionInitialPpm: 150_000,
    shortOptionFloorPpm: 100_000,
    ...plainCharges,
    executionTerms: [{ ...neutralExecution, deleverages: 1, ...execution }],
    tiers: Array.from({ length: assets }, (_, asset) =>
      TIER_PPM.map(([initialPpm, maintenancePpm], tier) => ({
        marginClass: asset + 1,
        upToLots: TIER_LOTS[tier]!,
        initialPpm,
        maintenancePpm,
      })),
    ).flat(),
    haircuts: [],
    policies: [{ accountKind: 0, onBreach: 0 }],
  };
  return [linear, { ...linear, pool: PORTFOLIO_POOL, ...portfolioModel(assets) }];
}

/** Worst of price moves to 15 % with volatility up, as it is and down; hedges between contracts count. */
function portfolioModel(assets: number): Partial<Rulebook> {
  const moves = [-0.15, -0.1, -0.05, 0, 0.05, 0.1, 0.15].map((move) => Math.round(move * PPB));
  const scenarios = moves.flatMap((shock) =>
    [0, 1, 2].map((volatility) => ({
      priceShockPpb: shock,
      linearShockPpb: shock,
      volatility,
      weightPpb: PPB,
      component: 0,
    })),
  );
  const linearIds = Array.from({ length: assets }, (_, asset) => [asset * 4 + 1, asset * 4 + 2]);
  return {
    model: 1,
    scenarioTerms: [
      {
        ...neutralTerms,
        riskUnitsPerMinor: 1_000,
        epochMovePpm: 10_000,
        epochUs: 900 * SECOND_US,
        initialPpb: 1_250_000_000,
        maintenancePpb: PPB,
        volatilityUpPpb: 400_000_000,
        volatilityDownPpb: 250_000_000,
        volatilityShortPowerPpb: 300_000_000,
        volatilityLongPowerPpb: 130_000_000,
        basisUpPpb: 45_000_000,
        basisDownPpb: -45_000_000,
        basisAddPpb: 500_000_000,
        linearContingencyPpb: 5_000_000,
        shortOptionContingencyPpb: 10_000_000,
        offsetLimitPpb: 800_000_000,
      },
    ],
    scenarios,
    scenarioOffsets: linearIds.flat().map((underlying) => ({ underlying, gainPpb: 950_000_000 })),
  };
}
