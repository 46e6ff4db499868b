import type { Random } from '../market/random.js';
import type { DraftOf } from './steps.js';
import { MINUTE, SECOND } from './world-plan.js';

const ACCOUNT_KINDS = 6;

/** A sound rulebook for a pool; figures differ a little from one to the next. */
export function rulebookDraft(
  random: Random,
  pool: number,
  rulebookVersion: number,
  effectiveAt = 0,
): DraftOf<'RulebookPublished'> {
  const maintenance = 30_000 + random.below(50_000);
  const tiersOf = (marginClass: number) => [
    { marginClass, upToLots: 40, initialPpm: 2 * maintenance, maintenancePpm: maintenance },
    {
      marginClass,
      upToLots: 1000 + random.below(1000),
      initialPpm: 3 * maintenance,
      maintenancePpm: 2 * maintenance,
    },
    { marginClass, upToLots: 1_000_000, initialPpm: 400_000, maintenancePpm: 200_000 },
  ];
  const warning = 1_100_000 + random.below(200_000);
  return {
    type: 'RulebookPublished',
    pool,
    rulebookVersion,
    effectiveAt,
    makerFeePpm: random.below(300),
    takerFeePpm: 300 + random.below(400),
    liquidationFeePpm: random.below(10_000),
    warningPpm: warning,
    warningClearPpm: warning + random.below(100_000),
    targetPpm: 1_050_000 + random.below(200_000),
    slippagePpm: random.below(40_000),
    orderTimeoutUs: 10 * SECOND,
    callWindowUs: 5 * MINUTE,
    memberCallWindowUs: 3 * MINUTE,
    shortOptionMaintenancePpm: 75_000,
    shortOptionInitialPpm: 150_000,
    shortOptionFloorPpm: 100_000,
    shortPutMaintenancePpm: random.below(2) * 75_000,
    tiers: [...tiersOf(1), ...tiersOf(2), ...tiersOf(3)],
    haircuts: [
      { currency: 1, haircutPpm: random.below(50_000) },
      { currency: 2, haircutPpm: 100_000 + random.below(100_000) },
    ],
    policies: policiesOf(random),
    model: 0,
    scenarioTerms: [],
    scenarios: [],
    scenarioOffsets: [],
    executionTerms: [],
    scenarioCollateral: [],
    // Half of them have a level of release, between 1.5 and 2.9 of maintenance.
    releasePpm: warning % 2 === 0 ? 0 : 1_500_000 + 7 * (warning - 1_100_000),
    concentrations: [1, 2, 3].flatMap((marginClass) => chargesOf(random, marginClass)),
  };
}

/** Of some classes size is charged, each in its own way: premium, slippage, open interest. */
function chargesOf(random: Random, marginClass: number) {
  if (random.below(2) === 0) return [];
  const hasPremium = random.below(2) === 1;
  const isCrowded = random.below(2) === 1;
  const fromMinor = random.below(2_000_000);
  return [
    {
      marginClass,
      referenceLots: 1 + random.below(200),
      sizePremiumPpm: hasPremium ? random.below(40_000) : 0,
      sizePremiumBasePpm: hasPremium ? 200_000 * random.below(6) : 0,
      closeOutSlippagePpm: random.below(2) * random.below(20_000),
      openInterestFromMinor: isCrowded ? fromMinor : 0,
      openInterestToMinor: isCrowded ? fromMinor + 1 + random.below(1_000_000_000) : 0,
    },
  ];
}

/** Some kinds are liquidated at once, some called; for some nothing is said. */
function policiesOf(random: Random): { accountKind: number; onBreach: number }[] {
  const policies = [];
  for (let accountKind = 0; accountKind < ACCOUNT_KINDS; accountKind++) {
    const draw = random.below(8);
    const isDirect = accountKind === 0;
    if (draw === 0) continue;
    policies.push({ accountKind, onBreach: draw < (isDirect ? 6 : 4) ? 0 : draw % 3 });
  }
  return policies;
}

/** A rulebook with one thing wrong with it [505]. */
export function unsoundRulebook(random: Random, pool: number, version: number) {
  const sound = rulebookDraft(random, pool, version);
  const [first, second] = sound.tiers;
  const tier = { marginClass: 1, upToLots: 5, initialPpm: 10, maintenancePpm: 5 };
  const charges = {
    marginClass: 1,
    referenceLots: 10,
    sizePremiumPpm: 0,
    sizePremiumBasePpm: 0,
    closeOutSlippagePpm: 0,
    openInterestFromMinor: 0,
    openInterestToMinor: 0,
  };
  const faults: Partial<DraftOf<'RulebookPublished'>>[] = [
    { rulebookVersion: version + 1 },
    { rulebookVersion: version - 1 },
    { takerFeePpm: 100_001 },
    { warningPpm: 999_999 },
    { targetPpm: 10_000_001 },
    { releasePpm: 999_999 },
    { releasePpm: 10_000_001 },
    { scenarioCollateral: [{ currency: 1, underlying: 1 }] },
    { warningClearPpm: sound.warningPpm - 1 },
    { slippagePpm: 1_000_000 },
    { shortOptionFloorPpm: 1_000_001 },
    { orderTimeoutUs: 0 },
    { callWindowUs: 31_536_000_000_001 },
    { tiers: [] },
    { tiers: [tier] },
    { tiers: [...sound.tiers, { ...tier, marginClass: 1 }] },
    { tiers: [...sound.tiers, { ...tier, marginClass: 4, maintenancePpm: 11 }] },
    { tiers: [...sound.tiers, { ...tier, marginClass: 4, initialPpm: 1_000_001 }] },
    { tiers: first === undefined || second === undefined ? [] : [second, first] },
    { shortPutMaintenancePpm: 1_000_001 },
    { concentrations: [charges, charges] },
    { concentrations: [{ ...charges, marginClass: 9 }] },
    { concentrations: [{ ...charges, referenceLots: 0 }] },
    { concentrations: [{ ...charges, sizePremiumPpm: 1_000_001 }] },
    { concentrations: [{ ...charges, sizePremiumBasePpm: 1_000_001 }] },
    { concentrations: [{ ...charges, closeOutSlippagePpm: 1_000_001 }] },
    { concentrations: [{ ...charges, openInterestFromMinor: 5 }] },
    { concentrations: [{ ...charges, openInterestFromMinor: 5, openInterestToMinor: 5 }] },
    { concentrations: [{ ...charges, openInterestFromMinor: -1, openInterestToMinor: 5 }] },
    { haircuts: [{ currency: 999, haircutPpm: 1 }] },
    { haircuts: [{ currency: 1, haircutPpm: 1_000_001 }] },
    {
      haircuts: [
        { currency: 1, haircutPpm: 1 },
        { currency: 1, haircutPpm: 2 },
      ],
    },
    {
      policies: [
        { accountKind: 1, onBreach: 0 },
        { accountKind: 1, onBreach: 1 },
      ],
    },
  ];
  return { ...sound, ...faults[random.below(faults.length)] };
}
