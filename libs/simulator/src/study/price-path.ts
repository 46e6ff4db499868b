import { invariant } from '#libs/units';
import type { RangedBar } from './ranged-bars.js';

const MINUTE_MS = 60_000;
/** Turnover and volatility are those of the last hour, as far as there are bars. */
const TRAILING_MS = 60 * MINUTE_MS;
/** A market that stood still is taken to move by so much a minute. */
const LEAST_VOLATILITY = 0.0002;

/** One coin of a market: what it cost and how much of it was traded, at each step. */
export interface AssetPath {
  readonly coin: string;
  /** Price in the reference currency, without anything that our liquidations do to it. */
  readonly prices: Float64Array;
  /** Turnover a minute, reference currency: mean of the hour before. */
  readonly turnoverAMinute: Float64Array;
  /** Standard deviation of the price's moves of one minute: of the hour before. */
  readonly volatilityOfAMinute: Float64Array;
}

/** The outside world of a study: the same for every policy and every seed. */
export interface MarketPath {
  readonly name: string;
  readonly startUs: number;
  readonly stepUs: number;
  readonly steps: number;
  readonly assets: readonly AssetPath[];
}

export interface PathOptions {
  readonly name: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
  /** Bars by coin, in the order in which the coins are listed. */
  readonly bars: ReadonlyMap<string, readonly RangedBar[]>;
}

/**
 * The path that bars describe, at steps: within a bar the price goes straight from the close before to
 * its own close, by way of its extremes where the bars tell them: the farther one last.
 */
export function marketPath({ name, fromMs, toMs, stepMs, bars }: PathOptions): MarketPath {
  const steps = Math.floor((toMs - fromMs) / stepMs) + 1;
  invariant(steps > 1, 'a path has steps');
  const assets = [...bars].map(([coin, own]) => assetPath(coin, own, { fromMs, stepMs, steps }));
  return { name, startUs: fromMs * 1000, stepUs: stepMs * 1000, steps, assets };
}

interface Grid {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly steps: number;
}

function assetPath(coin: string, bars: readonly RangedBar[], grid: Grid): AssetPath {
  const points = pathPoints(bars);
  const prices = new Float64Array(grid.steps);
  const turnoverAMinute = new Float64Array(grid.steps);
  const volatilityOfAMinute = new Float64Array(grid.steps);
  let at = 0;
  for (let step = 0; step < grid.steps; step++) {
    const timeMs = grid.fromMs + step * grid.stepMs;
    while (at + 1 < points.length && points[at + 1]!.timeMs <= timeMs) at += 1;
    prices[step] = priceBetween(points[at]!, points[at + 1] ?? points[at]!, timeMs);
    const [turnover, volatility] = trailing(bars, timeMs);
    turnoverAMinute[step] = turnover;
    volatilityOfAMinute[step] = volatility;
  }
  invariant(points[0]!.timeMs <= grid.fromMs, `the bars of ${coin} begin before the study`);
  return { coin, prices, turnoverAMinute, volatilityOfAMinute };
}

interface PathPoint {
  readonly timeMs: number;
  readonly price: number;
}

function pathPoints(bars: readonly RangedBar[]): PathPoint[] {
  invariant(bars.length > 1, 'a path has at least two bars');
  const points: PathPoint[] = [];
  const lengthMs = bars[1]!.timeMs - bars[0]!.timeMs;
  for (const [k, bar] of bars.entries()) {
    if (k > 0 && bar.high !== undefined && bar.low !== undefined) {
      const open = points.at(-1)!.price;
      // What was farther from the open is taken to have come last; the close follows it.
      const isDown = open - bar.low > bar.high - open;
      const [first, second] = isDown ? [bar.high, bar.low] : [bar.low, bar.high];
      points.push({ timeMs: bar.timeMs + lengthMs / 3, price: first });
      points.push({ timeMs: bar.timeMs + (lengthMs * 2) / 3, price: second });
    }
    points.push({ timeMs: bar.timeMs + lengthMs, price: bar.close });
  }
  return points;
}

function priceBetween(before: PathPoint, after: PathPoint, timeMs: number): number {
  const length = after.timeMs - before.timeMs;
  if (length <= 0) return before.price;
  const share = Math.min(1, Math.max(0, (timeMs - before.timeMs) / length));
  return before.price + (after.price - before.price) * share;
}

/** Turnover a minute and volatility of a minute over the hour before, of bars that have ended. */
function trailing(bars: readonly RangedBar[], timeMs: number): [number, number] {
  const lengthMs = bars[1]!.timeMs - bars[0]!.timeMs;
  const minutes = lengthMs / MINUTE_MS;
  let end = Math.floor((timeMs - bars[0]!.timeMs) / lengthMs);
  end = Math.max(1, Math.min(bars.length, end));
  const first = Math.max(0, end - Math.round(TRAILING_MS / lengthMs));
  let turnover = 0;
  let squares = 0;
  let moves = 0;
  for (let k = first; k < end; k++) {
    turnover += bars[k]!.volume * bars[k]!.close;
    if (k === 0) continue;
    const move = bars[k]!.close / bars[k - 1]!.close - 1;
    squares += move * move;
    moves += 1;
  }
  const variance = moves === 0 ? 0 : squares / moves / minutes;
  return [turnover / (end - first) / minutes, Math.max(LEAST_VOLATILITY, Math.sqrt(variance))];
}
