import { invariant } from '#libs/units';
import { ACCEPTED, POOL } from '#libs/clearing';
import { I, OPTION } from '#libs/market';
import type { Rulebook } from '#libs/margin';
import type { HouseState } from '../state/house-state.js';
import type { DecisionContext } from './context.js';

const MILLION = 1_000_000;

/** Rulebooks in force whose model is `scenario`, by pool. */
export function scenarioRulebooks(state: HouseState): Rulebook[] {
  const books: Rulebook[] = [];
  for (let pool = 1; pool <= state.pools.count; pool++) {
    const book = state.rulebooks.inForce(pool);
    if (book?.scenario !== undefined) books.push(book);
  }
  return books;
}

/** Whether any pool is margined by scenarios; asked at every price. */
export function usesScenarios({ pools, rulebooks }: HouseState): boolean {
  for (let pool = 1; pool <= pools.count; pool++) {
    if (rulebooks.inForce(pool)?.scenario !== undefined) return true;
  }
  return false;
}

/** Opens the next valuation epoch if a pool is margined by one; its sequence, or 0 when none is. */
export function openEpoch(context: DecisionContext, cause: number): number {
  const { state } = context;
  if (!usesScenarios(state)) return 0;
  const opened = context.emit(
    { type: 'ValuationEpochOpened', epoch: state.valuation.number + 1 },
    cause,
  );
  invariant(state.valuation.openedAtUs === state.clock.timeUs, 'an epoch begins now');
  return opened;
}

/**
 * Whether a price just applied ends the epoch: the first one of an instrument, or one that has moved by
 * the share that a rulebook in force names. An option's own price does not: it is valued by volatility.
 */
export function endsEpoch(state: HouseState, instrument: number): boolean {
  if (!usesScenarios(state)) return false;
  const then = state.valuation.markTicks(instrument);
  const now = state.instruments.get(instrument, I.markTicks);
  invariant(now > 0, 'a price that was applied is above 0');
  if (then === 0) return true;
  if (state.instruments.get(instrument, I.kind) === OPTION) return false;
  const movedPpm = (Math.abs(now - then) * MILLION) / then;
  return scenarioRulebooks(state).some(
    ({ source }) => movedPpm >= (source.scenarioTerms[0]?.epochMovePpm ?? 0),
  );
}

/** Whether the initial factor of a pool hangs on the price of a currency, its base. */
export function isPegOfPool(state: HouseState, currency: number): boolean {
  return scenarioRulebooks(state).some(
    ({ scenario, source }) =>
      (scenario?.peg.factorPpb ?? 0) > 0 &&
      state.pools.get(source.pool, POOL.baseCurrency) === currency,
  );
}

/**
 * Whether an instrument can be margined in a pool under its rulebook: marks of it and its underlying
 * [118], and under `scenario` the base currency [119] and, of an option, volatilities [118].
 */
export function checkPriced(
  { instruments, pools, surfaces }: HouseState,
  pool: number,
  rulebook: Rulebook,
  instrument: number,
): number {
  const underlying = instruments.get(instrument, I.underlying);
  if (instruments.get(instrument, I.markTicks) === 0) return 118;
  if (underlying !== 0 && instruments.get(underlying, I.markTicks) === 0) return 118;
  if (rulebook.scenario === undefined) return ACCEPTED;
  const inBase = instruments.get(instrument, I.currency) === pools.get(pool, POOL.baseCurrency);
  if (!inBase) return 119;
  return underlying !== 0 && surfaces.of(underlying) === undefined ? 118 : ACCEPTED;
}
