import type { Measured, MessageNamed } from '#libs/events';
import { ACCEPTED, POOL } from '#libs/clearing';
import { I, PERPETUAL } from '#libs/market';
import { isStorable } from '#libs/units';
import { BILLION, parameterProblem, publishedParameters, SCENARIO_MODEL } from '#libs/margin';
import type { HouseState } from '../state/house-state.js';
import { hasSoundExecution } from './rulebook-execution.js';

type Published = MessageNamed<'RulebookPublished'>;

const WINDOW_MAX_US = 31_536_000_000_000; // 365 days
const RATE_MAX_PPM = 10_000_000;
/** An epoch is a sweep over all accounts: not more often than this. */
const EPOCH_MIN_US = 1_000_000;
const RISK_UNITS_MAX = 1_000_000;

/** A rulebook for a known pool, the next version, with figures in range (docs/rules.md 11). */
export function checkRulebook(state: HouseState, m: Published): number {
  if (!state.pools.has(m.pool)) return 230;
  const isSound =
    m.rulebookVersion === state.rulebooks.lastVersion(m.pool) + 1 &&
    hasSoundFigures(m) &&
    hasSoundTiers(m) &&
    hasSoundConcentrations(m) &&
    hasSoundModel(state, m) &&
    hasSoundLists(state, m) &&
    hasSoundExecution(state, m) &&
    keepsClasses(state, m) &&
    keepsOrder(state, m);
  return isSound ? ACCEPTED : 505;
}

function hasSoundFigures(m: Published): boolean {
  const shares = [m.makerFeePpm, m.takerFeePpm, m.liquidationFeePpm];
  const levels = [m.warningPpm, m.warningClearPpm, m.targetPpm];
  const options = [
    m.shortOptionMaintenancePpm,
    m.shortOptionInitialPpm,
    m.shortOptionFloorPpm,
    m.shortPutMaintenancePpm,
  ];
  const windows = [m.orderTimeoutUs, m.callWindowUs, m.memberCallWindowUs];
  return (
    shares.every((ppm) => ppm <= 100_000) &&
    levels.every((ppm) => ppm >= 1_000_000 && ppm <= RATE_MAX_PPM) &&
    (m.releasePpm === 0 || (m.releasePpm >= 1_000_000 && m.releasePpm <= RATE_MAX_PPM)) &&
    m.warningClearPpm >= m.warningPpm &&
    m.slippagePpm < 1_000_000 &&
    options.every((ppm) => ppm <= 1_000_000) &&
    windows.every((us) => us >= 1 && us <= WINDOW_MAX_US)
  );
}

/** Tiers of a class stand together, ends ascend, rates are in range and maintenance <= initial. */
function hasSoundTiers(m: Published): boolean {
  const seen = new Set<number>();
  let current = -1;
  let end = 0;
  for (const tier of m.tiers) {
    if (tier.marginClass !== current) {
      if (seen.has(tier.marginClass)) return false;
      seen.add(tier.marginClass);
      current = tier.marginClass;
      end = 0;
    }
    const isSound =
      tier.upToLots > end &&
      tier.initialPpm <= RATE_MAX_PPM / 10 &&
      tier.maintenancePpm <= tier.initialPpm;
    if (!isSound) return false;
    end = tier.upToLots;
  }
  return m.tiers.length > 0;
}

/** One entry a class, of a class with tiers; rates are shares, bounds of open interest ascend. */
function hasSoundConcentrations(m: Published): boolean {
  const classes = m.concentrations.map(({ marginClass }) => marginClass);
  const isSound = m.concentrations.every(
    (own) =>
      m.tiers.some(({ marginClass }) => marginClass === own.marginClass) &&
      own.referenceLots >= 1 &&
      isStorable(own.referenceLots) &&
      own.sizePremiumPpm <= 1_000_000 &&
      own.sizePremiumBasePpm <= 1_000_000 &&
      own.closeOutSlippagePpm <= 1_000_000 &&
      own.openInterestFromMinor >= 0 &&
      isStorable(own.openInterestToMinor) &&
      (own.openInterestToMinor === 0
        ? own.openInterestFromMinor === 0
        : own.openInterestToMinor > own.openInterestFromMinor),
  );
  return isSound && new Set(classes).size === classes.length;
}

/** Under `scenario` one set of parameters in range and scenarios; under `linear` nothing of them. */
function hasSoundModel(state: HouseState, m: Published): boolean {
  const { scenarioTerms, scenarios, scenarioOffsets, scenarioCollateral } = m;
  if (m.model !== SCENARIO_MODEL) {
    const groups = [scenarioTerms, scenarios, scenarioOffsets, scenarioCollateral];
    return groups.every(({ length }) => length === 0);
  }
  const [terms] = scenarioTerms;
  if (terms === undefined || scenarioTerms.length > 1 || scenarios.length === 0) return false;
  const underlyings = scenarioOffsets.map(({ underlying }) => underlying);
  return (
    terms.epochUs >= EPOCH_MIN_US &&
    terms.epochUs <= WINDOW_MAX_US &&
    terms.epochMovePpm >= 1 &&
    terms.riskUnitsPerMinor >= 1 &&
    terms.riskUnitsPerMinor <= RISK_UNITS_MAX &&
    [terms.addOnsScaled, terms.basisCompetes, terms.discountsValues, terms.indexConfidence].every(
      (flag) => flag <= 1,
    ) &&
    [terms.surfaceMaxAgeUs, terms.forwardMaxAgeUs, terms.rateMaxAgeUs].every(
      (us) => us >= 0 && us <= WINDOW_MAX_US,
    ) &&
    terms.maintenancePpb <= terms.initialPpb &&
    new Set(underlyings).size === underlyings.length &&
    underlyings.every((id) => state.instruments.has(id)) &&
    scenarioOffsets.every(({ gainPpb }) => gainPpb >= 0 && gainPpb <= BILLION) &&
    hasSoundCollateral(state, m) &&
    parameterProblem(publishedParameters(m as Measured<'RulebookPublished'>)) === undefined
  );
}

/**
 * Currencies other than the base currency, each once, that move with a perpetual that has a mark: what has
 * one keeps it, and never expires, so that collateral has a worth in every epoch.
 */
function hasSoundCollateral(state: HouseState, { pool, scenarioCollateral }: Published): boolean {
  const { currencies, instruments, pools } = state;
  const base = pools.get(pool, POOL.baseCurrency);
  const named = scenarioCollateral.map(({ currency }) => currency);
  return (
    new Set(named).size === named.length &&
    scenarioCollateral.every(
      ({ currency, underlying }) =>
        currencies.has(currency) &&
        currency !== base &&
        instruments.has(underlying) &&
        instruments.get(underlying, I.kind) === PERPETUAL &&
        instruments.get(underlying, I.markTicks) > 0,
    )
  );
}

function hasSoundLists(state: HouseState, m: Published): boolean {
  const currencies = m.haircuts.map(({ currency }) => currency);
  const kinds = m.policies.map(({ accountKind }) => accountKind);
  return (
    m.haircuts.every(
      ({ currency, haircutPpm }) => state.currencies.has(currency) && haircutPpm <= 1_000_000,
    ) &&
    new Set(currencies).size === currencies.length &&
    new Set(kinds).size === kinds.length
  );
}

/** A class that could be traded under the newest rulebook keeps its tiers: positions may exist. */
function keepsClasses(state: HouseState, m: Published): boolean {
  const newest = state.rulebooks.newest(m.pool);
  if (newest === undefined) return true;
  const classes = new Set(m.tiers.map(({ marginClass }) => marginClass));
  return newest.source.tiers.every(({ marginClass }) => classes.has(marginClass));
}

/** Rulebooks come into force in the order of their versions. */
function keepsOrder(state: HouseState, m: Published): boolean {
  const last = state.rulebooks.pending(m.pool).at(-1);
  return last === undefined || m.effectiveAt > last.source.effectiveAt;
}
