import type { Measured } from '#libs/events';
import { logRatio } from '#libs/pricing';
import { invariant, type Ppm, type PriceTicks } from '#libs/units';

const PPM = 1e-6;
/** A year of options: 365 days, in microseconds. */
const YEAR_US = 31_536_000_000_000;

/** What a surface says, whoever said it. */
export type QuotedSurface = Pick<
  Measured<'VolatilitySurfaceObserved'>,
  'observedAt' | 'confidencePpm' | 'expiries' | 'points'
>;

/** The smile of one expiry: volatilities at strikes, ascending, with the forward they were seen at. */
export interface Smile {
  readonly expiry: number;
  readonly forwardTicks: PriceTicks;
  readonly strikesTicks: readonly PriceTicks[];
  readonly volatilitiesPpm: readonly Ppm[];
}

/** A year of 365 days as the unit of the time between two log times. */
export function yearsBetween(fromUs: number, toUs: number): number {
  invariant(toUs >= fromUs, 'a time to expiry is 0 or more');
  return (toUs - fromUs) / YEAR_US;
}

/**
 * Implied volatilities of the options on one underlying, as last observed: for each expiry at the strikes
 * that were named. Between two of them the square of the volatility is linear in the logarithm of the
 * strike (with it the total variance, at any time to expiry); outside it is that of the nearest.
 */
export class VolatilitySurface {
  readonly smiles: readonly Smile[];

  constructor(readonly source: QuotedSurface) {
    this.smiles = source.expiries.map(({ expiry, forwardTicks }, place) => {
      const points = source.points.filter((point) => point.expiryPlace === place);
      invariant(points.length > 0, 'an expiry of a surface has a volatility');
      return {
        expiry,
        forwardTicks,
        strikesTicks: points.map(({ strikeTicks }) => strikeTicks),
        volatilitiesPpm: points.map(({ volatilityPpm }) => volatilityPpm),
      };
    });
  }

  smile(expiry: number): Smile | undefined {
    return this.smiles.find((smile) => smile.expiry === expiry);
  }
}

/**
 * The volatility of a smile at a strike in ticks (it need not be whole), as a fraction a year.
 *
 * @param shiftPpm added to every volatility first, to bound what their rounding hides
 */
export function volatilityAt(smile: Smile, strike: number, shiftPpm = 0): number {
  const { strikesTicks, volatilitiesPpm } = smile;
  invariant(strike > 0, 'a strike is above 0');
  const volatility = (place: number): number => (volatilitiesPpm[place]! + shiftPpm) * PPM;
  const above = strikesTicks.findIndex((known) => known >= strike);
  if (above === -1) return volatility(strikesTicks.length - 1);
  if (above === 0 || strikesTicks[above] === strike) return volatility(above);
  const [left, right] = [strikesTicks[above - 1]!, strikesTicks[above]!];
  const share = logRatio(strike, left) / logRatio(right, left);
  const [low, high] = [volatility(above - 1), volatility(above)];
  return Math.sqrt((1 - share) * low * low + share * high * high);
}
