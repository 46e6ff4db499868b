import { ACCEPTED } from '#libs/clearing';
import type { Measured } from '#libs/events';
import { I, OPTION, SETTLING } from '#libs/market';
import { STORE_LIMIT } from '#libs/units';
import type { HouseState } from '../state/house-state.js';
import { EXPIRIES_MAX, type TermTable } from '../state/term-quotes.js';

const FULL_PPM = 1_000_000;
const RATE_MAX_PPB = 1_000_000_000;

type Forward = Measured<'ForwardObserved'>;
type Rate = Measured<'RateObserved'>;

/** A forward of a living underlying, for a time ahead (docs/rules.md 9). */
export function checkForward(state: HouseState, m: Forward): number {
  const { instruments } = state;
  if (!instruments.has(m.instrument)) return 103;
  const maxPriceTicks = instruments.get(m.instrument, I.maxPriceTicks);
  if (m.forwardTicks < 1 || m.forwardTicks > maxPriceTicks) return 109;
  if (instruments.get(m.instrument, I.marketState) >= SETTLING) return 111;
  if (instruments.get(m.instrument, I.kind) === OPTION) return 560;
  return checkTerm(state, state.forwards, m.instrument, m);
}

/** A rate of a currency that is listed. */
export function checkRate(state: HouseState, m: Rate): number {
  if (!state.currencies.has(m.currency)) return 204;
  if (Math.abs(m.ratePpb) > RATE_MAX_PPB) return 562;
  return checkTerm(state, state.rates, m.currency, m);
}

function checkTerm(
  { clock }: HouseState,
  table: TermTable,
  subject: number,
  m: Forward | Rate,
): number {
  const known = table.at(subject, m.expiry);
  if (m.observedAt < (known?.observedAt ?? 0)) return 120;
  const isAhead = m.expiry > clock.timeUs && m.expiry > m.observedAt;
  if (!isAhead || m.expiry > STORE_LIMIT || m.confidencePpm > FULL_PPM) return 560;
  const isNew = known === undefined;
  return isNew && table.livingCount(subject, clock.timeUs) >= EXPIRIES_MAX ? 561 : ACCEPTED;
}
