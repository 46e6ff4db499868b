import { exp, log } from '#libs/pricing';
import { invariant } from '#libs/units';

/** What a recorded book said of the cost of one market order. */
export interface BookSample {
  readonly notional: number;
  readonly slippagePpm: number;
}

/** Move of the mid by a million of signed flow, ppm, with two standard errors either way. */
export interface BookResponse {
  readonly seconds: number;
  readonly ppm: number;
  readonly low: number;
  readonly high: number;
}

/** The figures of a recording: its market, the book walked by sizes, and what came back. */
export interface BookFigures {
  readonly turnoverAMinute: number;
  readonly volatilityOfAMinute: number;
  readonly samples: readonly BookSample[];
  /** What is left after so many seconds of the move that a flow of a second made. */
  readonly responses: readonly BookResponse[];
}

/**
 * Displacement of the price by u, a flow over the turnover of a minute: scale x volatility of a minute x
 * u^exponent (Almgren et al. 2005; Toth et al. 2011; for Bitcoin Donier and Bonart 2015). A market order's mean price is
 * that over 1 + exponent away.
 */
export interface ImpactFit {
  readonly scale: number;
  readonly exponent: number;
  /** Of the logarithms: 1 when the law goes through all samples. */
  readonly rSquared: number;
  readonly samples: number;
}

/** Reads the CSV that `scripts/book-impact.mjs` printed. */
export function readBookFigures(text: string): BookFigures {
  const rows = text
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  const all = (name: string): number[][] =>
    rows.filter(([own]) => own === name).map((row) => row.slice(1).map(Number));
  const one = (name: string): number => {
    const value = all(name)[0]?.[1];
    invariant(value !== undefined, `the figures of a book name ${name}`);
    return value;
  };
  return {
    turnoverAMinute: one('turnover_usd_a_minute'),
    volatilityOfAMinute: one('volatility_of_a_minute_ppm') / 1e6,
    samples: all('slippage_ppm').map(([notional = NaN, slippagePpm = NaN]) => ({
      notional,
      slippagePpm,
    })),
    responses: all('move_ppm_a_million_usd').map(
      ([seconds = NaN, ppm = NaN, low = NaN, high = NaN]) => ({ seconds, ppm, low, high }),
    ),
  };
}

/** Sizes that the best price alone fills tell of the spread, not of depth. */
const BEYOND_TOUCH = 10;

/** The sizes that go beyond the best price. */
export function deepSamples({ samples }: BookFigures): readonly BookSample[] {
  const touch = Math.min(...samples.map(({ slippagePpm }) => slippagePpm));
  return samples.filter(({ slippagePpm }) => slippagePpm > BEYOND_TOUCH * touch);
}

/** Least squares of log(slippage) on log(flow): a straight line is a power law. */
export function fitImpact(figures: BookFigures): ImpactFit {
  const { turnoverAMinute, volatilityOfAMinute } = figures;
  const points = deepSamples(figures).map(({ notional, slippagePpm }) => ({
    x: log(notional / turnoverAMinute),
    y: log(slippagePpm / 1e6 / volatilityOfAMinute),
  }));
  invariant(points.length > 2, 'a law is fitted to more than two sizes');
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  const sum = (of: (dx: number, dy: number) => number): number =>
    points.reduce((total, { x, y }) => total + of(x - meanX, y - meanY), 0);
  const sxx = sum((dx) => dx * dx);
  const sxy = sum((dx, dy) => dx * dy);
  const syy = sum((_, dy) => dy * dy);
  const exponent = sxy / sxx;
  const meanSlippage = exp(meanY - exponent * meanX);
  return {
    scale: meanSlippage * (1 + exponent),
    exponent,
    rSquared: (sxy * sxy) / (sxx * syy),
    samples: points.length,
  };
}
