import { ACCEPTED } from '#libs/clearing';
import type { Measured } from '#libs/events';
import { firstArbitrage, I, SETTLING, VolatilitySurface } from '#libs/market';
import { STORE_LIMIT } from '#libs/units';
import type { HouseState } from '../state/house-state.js';

type Observed = Measured<'VolatilitySurfaceObserved'>;

const FULL_PPM = 1_000_000;
const VOLATILITY_MAX_PPM = 100_000_000;

/** A surface of a living underlying, in order and range, without arbitrage (docs/rules.md 9). */
export function checkSurface(state: HouseState, m: Observed): number {
  const { instruments, surfaces } = state;
  if (!instruments.has(m.instrument)) return 103;
  const maxPriceTicks = instruments.get(m.instrument, I.maxPriceTicks);
  const isPrice = (ticks: number): boolean => ticks >= 1 && ticks <= maxPriceTicks;
  if (!m.expiries.every(({ forwardTicks }) => isPrice(forwardTicks))) return 109;
  if (instruments.get(m.instrument, I.marketState) >= SETTLING) return 111;
  if (m.observedAt < surfaces.observedAt(m.instrument)) return 120;
  if (!hasSoundExpiries(state, m) || !hasSoundPoints(m)) return 550;
  const arbitrage = firstArbitrage(new VolatilitySurface(m));
  if (arbitrage === undefined) return ACCEPTED;
  return arbitrage === 'butterfly' ? 551 : 552;
}

function hasSoundExpiries(state: HouseState, m: Observed): boolean {
  let last = Math.max(state.clock.timeUs, m.observedAt);
  for (const { expiry } of m.expiries) {
    if (expiry <= last || expiry > STORE_LIMIT) return false;
    last = expiry;
  }
  return m.expiries.length > 0 && m.confidencePpm <= FULL_PPM;
}

/** Points go through the expiries in order, none is left out; strikes ascend in each. */
function hasSoundPoints(m: Observed): boolean {
  let place = -1;
  let strike = 0;
  for (const { expiryPlace, strikeTicks, volatilityPpm } of m.points) {
    if (expiryPlace === place + 1) {
      place = expiryPlace;
      strike = 0;
    }
    const isSound =
      expiryPlace === place &&
      strikeTicks > strike &&
      strikeTicks <= STORE_LIMIT &&
      volatilityPpm >= 1 &&
      volatilityPpm <= VOLATILITY_MAX_PPM;
    if (!isSound) return false;
    strike = strikeTicks;
  }
  return place === m.expiries.length - 1;
}
