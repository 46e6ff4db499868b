import type { Random } from '../market/random.js';

export const SECOND = 1_000_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
/** 19 May 2021 00:00 UTC, microseconds: where log time begins. */
export const BEGINNING = 1_621_382_400_000_000;

/** What differs between the worlds of two seeds. */
export interface WorldPlan {
  /** Direct accounts that buy alike, so that one price breaches them all. */
  readonly herd: number;
  /** The herd's deposits and trades are all equal, so that severities tie. */
  readonly isUniformHerd: boolean;
  /** Trade is in linear contracts, in small steps: the worlds in which safe bands hold longest. */
  readonly isPlain: boolean;
  /** The price falls on the herd at once; otherwise it lives on and trades like everyone. */
  readonly hasStampede: boolean;
  /** Other direct accounts. */
  readonly directs: number;
  readonly members: number;
  /** Empty accounts, so that a sweep has more than one slice. */
  readonly idlers: number;
  /** Lists currencies up to the limit, and has as many rates of one as are kept. */
  readonly hasManyCurrencies: boolean;
  /** Has a pool with balances next to 2^52. */
  readonly hasWhales: boolean;
  /** Nobody deposits coins: what winners are credited in them the bank does not hold. */
  readonly isCoinless: boolean;
  /** Members' house accounts can pay for most of their clients. */
  readonly hasRichHouses: boolean;
  /** The exchange pool's liquidation fund at the beginning, minor units. */
  readonly fundMinor: number;
  readonly staleAfterUs: number;
  /** Events after which logic version 2 is activated. */
  readonly upgradeAt: number;
  /** Events after which logic version 3 is. */
  readonly lastUpgradeAt: number;
  /** Events after which logic version 4 is. */
  readonly cheapestAt: number;
  /** Per mille of price moves that are crashes or leaps. */
  readonly violence: number;
}

/** Draws the plan of a seed; some traits go by the seed itself, so that every run has them. */
export function planOf(seed: number, random: Random): WorldPlan {
  return {
    herd: seed % 6 === 3 ? 4 : 36 + random.below(6),
    isUniformHerd: seed % 5 === 1,
    isPlain: seed % 2 === 0,
    hasStampede: seed % 4 !== 0,
    directs: 6 + random.below(6),
    members: 2 + random.below(2),
    idlers: seed % 20 === 5 ? 260 : 0,
    hasManyCurrencies: seed % 7 === 6,
    hasWhales: seed % 5 === 2,
    isCoinless: seed % 3 === 1,
    hasRichHouses: seed % 2 === 1,
    fundMinor: seed % 2 === 0 ? 1_000_000 : 3_000_000_000,
    staleAfterUs: [0, 0, 20 * MINUTE, 3 * HOUR][random.below(4)] ?? 0,
    upgradeAt: 150 + random.below(300),
    violence: 40 + random.below(110),
    lastUpgradeAt: 300 + random.below(500),
    cheapestAt: 400 + random.below(600),
  };
}
