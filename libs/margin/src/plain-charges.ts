import { LINEAR_MODEL } from './scenario/published-parameters.js';

/**
 * The fields of a rulebook that ask for nothing beyond its tiers, as in an input that leaves them out:
 * for programs that write whole rulebooks.
 */
export const plainCharges = {
  shortPutMaintenancePpm: 0,
  concentrations: [],
  model: LINEAR_MODEL,
  scenarioTerms: [],
  scenarios: [],
  scenarioOffsets: [],
  executionTerms: [],
  releasePpm: 0,
  scenarioCollateral: [],
} as const;
