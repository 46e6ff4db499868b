import type { MessageNamed } from '#libs/events';
import { plainCharges } from '#libs/margin';
import { COINS_MAX, type Contract, INVERSE_CLASS } from './contracts.js';
import { CLEARED_POOL, EXCHANGE_POOL } from './membership.js';
import { OPERATOR_ID } from './publishers.js';
import type { Timeline } from './timeline.js';

const MINUTE_US = 60_000_000;
/** Fees of the exchange pool and the cleared pool alike; the position book estimates with them. */
export const FEES_PPM = { maker: 100, taker: 300, liquidation: 3_000 } as const;
/** Flat initial rates by which the participants guess what they may be asked for. */
export const INITIAL_GUESS_PPM = [0, 45_000, 110_000] as const;

type Rulebook = MessageNamed<'RulebookPublished'>;
type Tier = Rulebook['tiers'][number];

/** A linear lot is worth 10 to 100 units of the reference currency, so these ends fit all coins. */
const linearEnds = [20_000, 200_000, 100_000_000] as const;
const inverseEnds = [30_000, 60_000, 200_000_000] as const;
const rates = {
  exchange: [
    [40_000, 25_000],
    [60_000, 40_000],
    [120_000, 60_000],
  ],
  cleared: [
    [100_000, 60_000],
    [120_000, 75_000],
    [160_000, 100_000],
  ],
} as const;

function tiersOf(contracts: readonly Contract[], pool: 'exchange' | 'cleared'): Tier[] {
  const classes = [...new Set(contracts.map(({ marginClass }) => marginClass))];
  return classes.flatMap((marginClass) =>
    rates[pool].map(([initialPpm, maintenancePpm], tier) => ({
      marginClass,
      upToLots: (marginClass === INVERSE_CLASS ? inverseEnds : linearEnds)[tier]!,
      initialPpm,
      maintenancePpm,
    })),
  );
}

/** How long the participants of a timeline have; all longer than a few of its steps. */
export function windowsOf(timeline: Timeline) {
  const { stepUs } = timeline;
  return {
    orderTimeoutUs: 6 * stepUs,
    callWindowUs: Math.max(30 * MINUTE_US, 8 * stepUs),
    memberCallWindowUs: Math.max(30 * MINUTE_US, 8 * stepUs),
    staleAfterUs: Math.max(10 * MINUTE_US, 60 * stepUs),
  };
}

/**
 * The rulebooks of both pools. Direct accounts are liquidated at once; clients with an account of
 * their own are called, everybody else's member is.
 */
export function rulebooksOf(timeline: Timeline, contracts: readonly Contract[]): Rulebook[] {
  const { orderTimeoutUs, callWindowUs, memberCallWindowUs } = windowsOf(timeline);
  const coins = Math.min(COINS_MAX, timeline.symbols.length);
  return [EXCHANGE_POOL, CLEARED_POOL].map((pool) => ({
    type: 'RulebookPublished',
    publisherSequence: 0,
    publisher: OPERATOR_ID,
    pool,
    rulebookVersion: 1,
    effectiveAt: 0,
    makerFeePpm: FEES_PPM.maker,
    takerFeePpm: FEES_PPM.taker,
    liquidationFeePpm: FEES_PPM.liquidation,
    warningPpm: 1_200_000,
    warningClearPpm: 1_350_000,
    targetPpm: 1_250_000,
    slippagePpm: 12_000,
    orderTimeoutUs,
    callWindowUs,
    memberCallWindowUs,
    shortOptionMaintenancePpm: 75_000,
    shortOptionInitialPpm: 150_000,
    shortOptionFloorPpm: 100_000,
    ...plainCharges,
    tiers: tiersOf(contracts, pool === EXCHANGE_POOL ? 'exchange' : 'cleared'),
    haircuts: Array.from({ length: coins }, (_, coin) => ({
      currency: 2 + coin,
      haircutPpm: 100_000,
    })),
    policies: [
      { accountKind: 0, onBreach: 0 },
      { accountKind: 1, onBreach: 2 },
      { accountKind: 2, onBreach: 2 },
      { accountKind: 3, onBreach: 2 },
      { accountKind: 5, onBreach: 1 },
    ],
  }));
}
