import type { MessageNamed } from '#libs/events';
import { A, KIND, POOL } from '#libs/clearing';
import { isStorable } from '#libs/units';
import type { HouseState } from '../state/house-state.js';

type Published = MessageNamed<'RulebookPublished'>;
type Terms = Published['executionTerms'][number];

const WINDOW_MAX_US = 31_536_000_000_000; // 365 days
const MILLION = 1_000_000;
/** What a backstop is paid is a fee like others: at most a tenth. */
const COST_MAX_PPM = 100_000;
const EXCHANGE_LADDER = 0;

/** None or one entry, with figures in range and a backstop of the pool (docs/rules.md 11). */
export function hasSoundExecution(state: HouseState, m: Published): boolean {
  const [terms] = m.executionTerms;
  if (terms === undefined) return true;
  return (
    m.executionTerms.length === 1 &&
    hasSoundShares(terms) &&
    hasSoundBreaker(terms) &&
    hasSoundDeleveraging(state, m.pool, terms) &&
    hasSoundBackstop(state, m.pool, terms)
  );
}

function hasSoundShares(terms: Terms): boolean {
  const shares = [
    terms.openInterestSharePpm,
    terms.depthSharePpm,
    terms.windowSharePpm,
    terms.indexGapPpm,
    terms.priceBandPpm,
    terms.haltMovePpm,
    terms.backstopBelowPpm,
    terms.hedgeGraceFloorPpm,
  ];
  const spans = [
    terms.trancheDelayUs,
    terms.depthMaxAgeUs,
    terms.windowUs,
    terms.haltWindowUs,
    terms.haltUs,
    terms.hedgeGraceUs,
  ];
  return (
    shares.every((ppm) => ppm <= MILLION) &&
    spans.every((us) => us >= 0 && us <= WINDOW_MAX_US) &&
    terms.windowUs > 0 === terms.windowSharePpm > 0 &&
    terms.backstopCostPpm <= COST_MAX_PPM &&
    (terms.hedgeGraceUs > 0 || terms.hedgeGraceFloorPpm === 0)
  );
}

/** A breaker has a move, a time over which it is measured, and a time after which trading goes on. */
function hasSoundBreaker({ haltMovePpm, haltWindowUs, haltUs }: Terms): boolean {
  return haltMovePpm > 0 === haltWindowUs > 0 && haltMovePpm > 0 === haltUs > 0;
}

function hasSoundDeleveraging({ pools }: HouseState, pool: number, terms: Terms): boolean {
  const { deleverages, deleverageAttempts } = terms;
  if (deleverages === 0) return deleverageAttempts === 0;
  return deleverages === 1 && pools.get(pool, POOL.ladder) === EXCHANGE_LADDER;
}

/** The backstop is a margin unit of the pool that has positions of its own; without one nothing is said of it. */
function hasSoundBackstop({ accounts }: HouseState, pool: number, terms: Terms): boolean {
  const { backstop, backstopAttempts, backstopBelowPpm, backstopCostPpm } = terms;
  const { backstopLimitMinor } = terms;
  if (backstop === 0) {
    return backstopAttempts + backstopBelowPpm + backstopCostPpm + backstopLimitMinor === 0;
  }
  return (
    accounts.has(backstop) &&
    accounts.get(backstop, A.pool) === pool &&
    accounts.get(backstop, A.parent) === 0 &&
    accounts.get(backstop, A.kind) !== KIND.omnibusGross &&
    accounts.get(backstop, A.closed) === 0 &&
    backstopLimitMinor >= 0 &&
    isStorable(backstopLimitMinor)
  );
}
