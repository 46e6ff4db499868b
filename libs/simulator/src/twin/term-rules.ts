import type { MessageNamed } from '#libs/events';
import { LIMIT } from './decimal-arithmetic.js';
import { isEnding, isPriceOf } from './market-rules.js';
import type { Term, TwinState } from './twin-state.js';

const EXPIRIES_MOST = 64;

export function checkForward(state: TwinState, m: MessageNamed<'ForwardObserved'>): number {
  const instrument = state.instruments.get(m.instrument);
  if (instrument === undefined) return 103;
  if (!isPriceOf(instrument, m.forwardTicks)) return 109;
  if (isEnding(instrument.market)) return 111;
  if (instrument.kind === 'option') return 560;
  return checkTerm(state, state.forwards.get(m.instrument), m);
}

export function checkRate(state: TwinState, m: MessageNamed<'RateObserved'>): number {
  if (!state.currencies.has(m.currency)) return 204;
  if (m.ratePpb < -1_000_000_000 || m.ratePpb > 1_000_000_000) return 562;
  return checkTerm(state, state.rates.get(m.currency), m);
}

function checkTerm(
  state: TwinState,
  known: ReadonlyMap<number, Term> | undefined,
  m: Term,
): number {
  const before = known?.get(m.expiry);
  if (m.observedAt < (before?.observedAt ?? 0)) return 120;
  if (m.expiry <= state.timeUs || m.expiry <= m.observedAt || LIMIT.lt(m.expiry)) return 560;
  if (m.confidencePpm > 1_000_000) return 560;
  const living = [...(known?.keys() ?? [])].filter((expiry) => expiry > state.timeUs);
  return before === undefined && living.length >= EXPIRIES_MOST ? 561 : 0;
}

/** Takes a forward or rate; what was for a time that has passed is forgotten. */
export function takeTerm(
  state: TwinState,
  rows: Map<number, Map<number, Term>>,
  subject: number,
  m: Term,
): void {
  const living = [...(rows.get(subject) ?? [])].filter(([expiry]) => expiry > state.timeUs);
  rows.set(subject, new Map(living).set(m.expiry, m));
}
