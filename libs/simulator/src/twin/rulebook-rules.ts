import { type Rulebook, rowOf, type TwinState } from './twin-state.js';

const MILLION_PPM = 1_000_000;
const LIMIT_MINOR = 4_503_599_627_370_496;
const YEAR_US = 365 * 86_400_000_000;

/** The reason to refuse a rulebook (docs/rules.md 11), or 0. */
export function checkRulebook(state: TwinState, m: Rulebook): number {
  const pool = state.pools.get(m.pool);
  if (pool === undefined) return 230;
  const newest = pool.pending.at(-1) ?? pool.rulebook;
  const classes = new Set(m.tiers.map(({ marginClass }) => marginClass));
  const isSound =
    m.rulebookVersion === pool.lastVersion + 1 &&
    isWithinBounds(m) &&
    hasOrderedTiers(m) &&
    hasSoundCharges(m) &&
    hasNoScenarios(m) &&
    hasSoundLists(state, m) &&
    (newest === undefined || newest.tiers.every(({ marginClass }) => classes.has(marginClass))) &&
    pool.pending.every(({ effectiveAt }) => effectiveAt < m.effectiveAt);
  return isSound ? 0 : 505;
}

function isWithinBounds(m: Rulebook): boolean {
  const fees = [m.makerFeePpm, m.takerFeePpm, m.liquidationFeePpm];
  const levels = [m.warningPpm, m.warningClearPpm, m.targetPpm];
  const shares = [
    m.shortOptionMaintenancePpm,
    m.shortOptionInitialPpm,
    m.shortOptionFloorPpm,
    m.shortPutMaintenancePpm,
  ];
  const windows = [m.orderTimeoutUs, m.callWindowUs, m.memberCallWindowUs];
  return (
    !fees.some((ppm) => ppm > MILLION_PPM / 10) &&
    !levels.some((ppm) => ppm < MILLION_PPM || ppm > 10 * MILLION_PPM) &&
    (m.releasePpm === 0 || !(m.releasePpm < MILLION_PPM || m.releasePpm > 10 * MILLION_PPM)) &&
    m.warningClearPpm >= m.warningPpm &&
    m.slippagePpm < MILLION_PPM &&
    !shares.some((ppm) => ppm > MILLION_PPM) &&
    !windows.some((us) => us < 1 || us > YEAR_US)
  );
}

/** At least one tier; those of a class side by side, with ascending ends. */
function hasOrderedTiers({ tiers }: Rulebook): boolean {
  for (const [place, tier] of tiers.entries()) {
    const before = tiers[place - 1];
    const isNewClass = before?.marginClass !== tier.marginClass;
    const isSeen = tiers.slice(0, place).some((t) => t.marginClass === tier.marginClass);
    if (isNewClass && isSeen) return false;
    if (tier.upToLots <= (isNewClass ? 0 : before.upToLots)) return false;
    if (tier.initialPpm > MILLION_PPM || tier.maintenancePpm > tier.initialPpm) return false;
  }
  return tiers.length > 0;
}

/** The worlds of the twin are margined by positions: what belongs to scenarios is refused. */
function hasNoScenarios(m: Rulebook): boolean {
  const groups = [m.scenarioTerms, m.scenarios, m.scenarioOffsets, m.scenarioCollateral];
  return groups.every(({ length }) => length === 0);
}

/** A class once, and one with tiers; shares at most 1; the bounds of open interest in order. */
function hasSoundCharges({ concentrations, tiers }: Rulebook): boolean {
  for (const [place, own] of concentrations.entries()) {
    const { marginClass, referenceLots, openInterestFromMinor, openInterestToMinor } = own;
    const shares = [own.sizePremiumPpm, own.sizePremiumBasePpm, own.closeOutSlippagePpm];
    const isCounted = openInterestToMinor !== 0;
    const isInOrder = isCounted
      ? openInterestFromMinor >= 0 && openInterestFromMinor < openInterestToMinor
      : openInterestFromMinor === 0;
    if (
      !isInOrder ||
      openInterestToMinor > LIMIT_MINOR ||
      shares.some((ppm) => ppm > MILLION_PPM)
    ) {
      return false;
    }
    if (referenceLots < 1 || referenceLots > LIMIT_MINOR) return false;
    if (!tiers.some((tier) => tier.marginClass === marginClass)) return false;
    if (concentrations.slice(0, place).some((c) => c.marginClass === marginClass)) return false;
  }
  return true;
}

function hasSoundLists(state: TwinState, { haircuts, policies }: Rulebook): boolean {
  const currencies = haircuts.map(({ currency }) => currency);
  const kinds = policies.map(({ accountKind }) => accountKind);
  return (
    haircuts.every((entry) => state.currencies.has(entry.currency)) &&
    haircuts.every((entry) => entry.haircutPpm <= MILLION_PPM) &&
    new Set(currencies).size === currencies.length &&
    new Set(kinds).size === kinds.length
  );
}

/** Takes a rulebook; returns whether it is in force at once. */
export function publishRulebook(state: TwinState, m: Rulebook): boolean {
  const pool = rowOf(state.pools, m.pool);
  pool.lastVersion = m.rulebookVersion;
  if (m.effectiveAt > state.timeUs) {
    pool.pending.push(m);
    return false;
  }
  pool.rulebook = m;
  return true;
}
