import { decimal, type Decimal, LIMIT, MILLION, ONE, ZERO } from './decimal-arithmetic.js';
import { decimalBlack } from './decimal-black.js';
import type { Surface, TwinState } from './twin-state.js';

const YEAR_US = 31_536_000_000_000;
/** What the rounding of a volatility to whole ppm may hide. */
const HALF = decimal(0.5);

interface Smile {
  readonly forward: Decimal;
  readonly years: Decimal;
  readonly strikes: readonly Decimal[];
  readonly volatilities: readonly Decimal[];
}

export function checkSurface(state: TwinState, m: Surface): number {
  const instrument = state.instruments.get(m.instrument);
  if (instrument === undefined) return 103;
  const isPrice = (ticks: number): boolean => ticks >= 1 && instrument.maxPrice.gte(ticks);
  if (m.expiries.some(({ forwardTicks }) => !isPrice(forwardTicks))) return 109;
  if (instrument.market === 'settling' || instrument.market === 'expired') return 111;
  if (m.observedAt < (state.surfaces.get(m.instrument)?.observedAt ?? 0)) return 120;
  if (!isInOrder(state, m)) return 550;
  const smiles = smilesOf(m);
  if (smiles.some(hasButterfly)) return 551;
  const isCrossed = smiles.slice(1).some((later, place) => hasCalendar(smiles[place], later));
  return isCrossed ? 552 : 0;
}

function isAscending(figures: readonly number[]): boolean {
  return figures.every((figure, place) => place === 0 || figure > (figures[place - 1] ?? 0));
}

function isInOrder(state: TwinState, m: Surface): boolean {
  const expiries = m.expiries.map(({ expiry }) => expiry);
  const first = expiries[0];
  if (first === undefined || first <= state.timeUs || first <= m.observedAt) return false;
  if (!isAscending(expiries) || expiries.some((expiry) => LIMIT.lt(expiry))) return false;
  if (m.confidencePpm > 1_000_000 || m.observedAt < 0) return false;
  const places = m.points.map(({ expiryPlace }) => expiryPlace);
  if (places.some((place, at) => place < (places[at - 1] ?? 0))) return false;
  const isComplete = expiries.every((_, place) => places.includes(place));
  if (!isComplete || places.some((place) => place >= expiries.length)) return false;
  return expiries.every((_, place) => {
    const points = m.points.filter((point) => point.expiryPlace === place);
    const areSound = points.every(
      ({ strikeTicks, volatilityPpm }) =>
        strikeTicks >= 1 &&
        LIMIT.gte(strikeTicks) &&
        volatilityPpm >= 1 &&
        volatilityPpm <= 100_000_000,
    );
    return areSound && isAscending(points.map(({ strikeTicks }) => strikeTicks));
  });
}

function smilesOf(m: Surface): Smile[] {
  return m.expiries.map(({ expiry, forwardTicks }, place) => {
    const points = m.points.filter(({ expiryPlace }) => expiryPlace === place);
    return {
      forward: decimal(forwardTicks),
      years: decimal(expiry).sub(m.observedAt).div(YEAR_US),
      strikes: points.map(({ strikeTicks }) => decimal(strikeTicks)),
      volatilities: points.map(({ volatilityPpm }) => decimal(volatilityPpm)),
    };
  });
}

/** Convexity of the values in the strike, each next to its neighbours; the first next to strike 0. */
function hasButterfly({ forward, years, strikes, volatilities }: Smile): boolean {
  const value = (isCall: boolean, at: number, shift: Decimal): Decimal => {
    const [strike, volatility] = [strikes[at], volatilities[at]];
    if (strike === undefined || volatility === undefined) return ZERO;
    const deviation = volatility.add(shift).div(MILLION).mul(years.sqrt());
    return decimalBlack(isCall, forward, strike, deviation);
  };
  const last = strikes.length - 1;
  const isBent = strikes.slice(0, last).some((strike, at) => {
    const isCall = at > 0 && strike.gt(forward);
    const [left, right] = [strikes[at - 1] ?? ZERO, strikes[at + 1] ?? ZERO];
    const before = value(isCall, at - 1, HALF).mul(right.sub(strike));
    const after = value(isCall, at + 1, HALF).mul(strike.sub(left));
    return value(isCall, at, HALF.neg()).mul(right.sub(left)).gt(before.add(after));
  });
  return isBent || (last > 0 && value(true, last, HALF.neg()).gt(value(true, last - 1, HALF)));
}

/** The square of the volatility at a strike, in ppm^2: linear in its logarithm between known ones. */
function squareAt({ strikes, volatilities }: Smile, strike: Decimal, shift: Decimal): Decimal {
  const square = (at: number): Decimal => (volatilities[at] ?? ZERO).add(shift).pow(2);
  const above = strikes.findIndex((known) => known.gte(strike));
  if (above === -1) return square(strikes.length - 1);
  const [left, right] = [strikes[above - 1], strikes[above]];
  if (left === undefined || right === undefined) return square(above);
  const share = strike.div(left).ln().div(right.div(left).ln());
  return square(above - 1)
    .mul(ONE.sub(share))
    .add(square(above).mul(share));
}

function hasCalendar(earlier: Smile | undefined, later: Smile): boolean {
  if (earlier === undefined) return false;
  const scale = later.forward.div(earlier.forward);
  const exceeds = (strike: Decimal): boolean => {
    const first = squareAt(earlier, strike, HALF.neg()).mul(earlier.years);
    return first.gt(squareAt(later, strike.mul(scale), HALF).mul(later.years));
  };
  return (
    earlier.strikes.some(exceeds) || later.strikes.some((strike) => exceeds(strike.div(scale)))
  );
}
