import type { MessageNamed } from '#libs/events';
import type { Random } from '../market/random.js';
import { MAKER, SECOND_US } from './small-world.js';

type ExecutionTerms = MessageNamed<'RulebookPublished'>['executionTerms'];

/** Of so many seeds, one has execution terms in its exchange pool. */
const SEEDS = 8;
const SEED_WITH_TERMS = 5;

/** Execution terms of a simulated exchange pool: every rule of docs/rules.md 8b and 10a, or none at all. */
export function executionDraw(seed: number, random: Random): ExecutionTerms {
  if (seed % SEEDS !== SEED_WITH_TERMS) return [];
  return [
    {
      trancheDelayUs: random.below(4) * SECOND_US,
      openInterestSharePpm: 200_000 + random.below(400_000),
      depthSharePpm: 0,
      depthMaxAgeUs: 0,
      windowUs: 10 * SECOND_US,
      windowSharePpm: 100_000 + random.below(400_000),
      indexGapPpm: 0,
      priceBandPpm: 0,
      haltMovePpm: 80_000 + random.below(80_000),
      haltWindowUs: 20 * SECOND_US,
      haltUs: (2 + random.below(6)) * SECOND_US,
      deleverages: 1,
      deleverageAttempts: random.below(2),
      backstop: MAKER,
      backstopAttempts: 1 + random.below(4),
      backstopBelowPpm: random.below(400_000),
      backstopCostPpm: random.below(10_000),
      backstopLimitMinor: 0,
      hedgeGraceUs: 10 * SECOND_US,
      hedgeGraceFloorPpm: 500_000,
    },
  ];
}
