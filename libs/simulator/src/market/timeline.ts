import { invariant } from '#libs/units';
import type { Bar } from './bar-file.js';
import { Random } from './random.js';
import { STREAM } from './streams.js';

const MINUTE_MS = 60_000;
const STEPS_PER_BAR_MIN = 4;
const STEP_MS_MAX = 15 * MINUTE_MS;
/** Steps after the last bar: a few in which log time goes on, then some in which it stands. */
const CLOSING_STEPS_MOVING = 8;
const CLOSING_STEPS_STANDING = 24;
/** The highest price of a symbol has so many ticks or more, up to ten times as many. */
const TICKS_WANTED = 100_000;
const TICK_DIGITS_MAX = 12;
const SYMBOLS_MAX = 20;

/** One market on the common grid of bars. */
export interface SymbolPath {
  readonly symbol: string;
  /** Decimal digits of a price tick. */
  readonly tickDigits: number;
  /** Ticks in one whole unit of price: 10^tickDigits. */
  readonly scale: number;
  /** Price at the beginning, in ticks. */
  readonly openTicks: number;
  /** Price at each step, in ticks; at the end of a bar the bar's own close. */
  readonly stepTicks: Float64Array;
  /** Whether the source has a bar there: without one the feed is silent. */
  readonly hasBar: Uint8Array;
  /** Notional traded in each bar, in the source's units. */
  readonly turnover: Float64Array;
}

/**
 * The time grid of a simulated market: bars of one length, each cut into equal steps of log time,
 * and after the last bar some closing steps without trading. The very last steps all stand at one
 * log time: nothing new falls due in them, so that what is under way comes to its end.
 */
export class Timeline {
  readonly startUs: number;
  readonly barCount: number;
  readonly stepsPerBar: number;
  readonly stepUs: number;
  /** Steps in which the market trades; the closing steps follow. */
  readonly marketSteps: number;
  readonly steps: number;
  readonly symbols: readonly SymbolPath[];
  /** Share of all turnover up to the end of each bar, 0 .. 1. */
  private readonly turnoverUpTo: Float64Array;

  /** @throws Error when the symbols have no common time or a price does not fit */
  constructor(bars: ReadonlyMap<string, readonly Bar[]>, seed: number) {
    const names = [...bars.keys()];
    if (names.length === 0) throw new Error('a market day needs the bars of at least one symbol');
    if (names.length > SYMBOLS_MAX) throw new Error(`at most ${String(SYMBOLS_MAX)} symbols`);
    const series = [...bars.values()];
    const barMs = Math.max(...series.map(barLengthMs));
    const startMs = Math.max(...series.map((rows) => rows[0]!.timeMs));
    const endMs = Math.min(...series.map((rows) => rows.at(-1)!.timeMs)) + barMs;
    this.barCount = Math.floor((endMs - startMs) / barMs);
    if (this.barCount < 1) throw new Error('the symbols have no bars at a common time');
    this.stepsPerBar = Math.max(STEPS_PER_BAR_MIN, Math.ceil(barMs / STEP_MS_MAX));
    this.startUs = startMs * 1000;
    this.stepUs = Math.floor((barMs * 1000) / this.stepsPerBar);
    this.marketSteps = this.barCount * this.stepsPerBar;
    this.steps = this.marketSteps + CLOSING_STEPS_MOVING + CLOSING_STEPS_STANDING;
    const grid = { startMs, barMs, barCount: this.barCount, stepsPerBar: this.stepsPerBar };
    this.symbols = names.map((symbol, k) => symbolPath(symbol, bars.get(symbol)!, grid, seed, k));
    this.turnoverUpTo = turnoverUpTo(this.symbols, this.barCount);
  }

  /** Log time of a step; it never goes back. */
  stepTimeUs(step: number): number {
    const last = this.marketSteps + CLOSING_STEPS_MOVING - 1;
    return this.startUs + (Math.min(step, last) + 1) * this.stepUs;
  }

  /** The bar that a step belongs to; of a closing step the last one. */
  barOf(step: number): number {
    return Math.min(this.barCount - 1, Math.floor(step / this.stepsPerBar));
  }

  isEndOfBar(step: number): boolean {
    return step % this.stepsPerBar === this.stepsPerBar - 1;
  }

  /** Whether a step comes after the last bar. */
  isClosing(step: number): boolean {
    return step >= this.marketSteps;
  }

  /** Share of the turnover that belongs to the steps before `step`, 0 .. 1. */
  turnoverBefore(step: number): number {
    if (step >= this.marketSteps) return 1;
    const bar = this.barOf(step);
    const before = bar === 0 ? 0 : this.turnoverUpTo[bar - 1]!;
    const inside = (step % this.stepsPerBar) / this.stepsPerBar;
    return before + (this.turnoverUpTo[bar]! - before) * inside;
  }

  /** Turnover in the bar of a step against that of an average bar. */
  relativeTurnover(step: number): number {
    const bar = this.barOf(step);
    const before = bar === 0 ? 0 : this.turnoverUpTo[bar - 1]!;
    return (this.turnoverUpTo[bar]! - before) * this.barCount;
  }
}

interface Grid {
  readonly startMs: number;
  readonly barMs: number;
  readonly barCount: number;
  readonly stepsPerBar: number;
}

/** The smallest distance of two bars; of a single bar a minute. */
function barLengthMs(bars: readonly Bar[]): number {
  invariant(bars.length > 0, 'a symbol has at least one bar');
  let least = Infinity;
  for (let k = 1; k < bars.length; k++) {
    least = Math.min(least, bars[k]!.timeMs - bars[k - 1]!.timeMs);
  }
  return least === Infinity ? MINUTE_MS : least;
}

function symbolPath(
  symbol: string,
  bars: readonly Bar[],
  grid: Grid,
  seed: number,
  ordinal: number,
): SymbolPath {
  let highest = 0;
  for (const { close } of bars) highest = Math.max(highest, Number(close));
  let tickDigits = 0;
  let scale = 1;
  while (highest * scale < TICKS_WANTED && tickDigits < TICK_DIGITS_MAX) {
    tickDigits += 1;
    scale *= 10;
  }
  if (highest * scale >= 10 * 10 * TICKS_WANTED) throw new Error(`${symbol}: a price is too high`);
  const closes = new Float64Array(grid.barCount);
  const hasBar = new Uint8Array(grid.barCount);
  const turnover = new Float64Array(grid.barCount);
  for (const { timeMs, close, volume } of bars) {
    const bar = Math.floor((timeMs - grid.startMs) / grid.barMs);
    if (bar < 0 || bar >= grid.barCount) continue;
    closes[bar] = Math.max(1, Math.round(Number(close) * scale));
    hasBar[bar] = 1;
    turnover[bar] = turnover[bar]! + volume * Number(close);
  }
  const openTicks = closes[0]!;
  invariant(openTicks > 0, 'the grid begins where every symbol has a bar');
  for (let bar = 1; bar < grid.barCount; bar++) {
    if (hasBar[bar] === 0) closes[bar] = closes[bar - 1]!;
  }
  const stepTicks = stepPrices(closes, grid, new Random(seed, STREAM.prices + ordinal));
  return { symbol, tickDigits, scale, openTicks, stepTicks, hasBar, turnover };
}

/** Prices between two closes: on the straight line with some noise, and at the end the close. */
function stepPrices(closes: Float64Array, grid: Grid, random: Random): Float64Array {
  const { stepsPerBar, barCount } = grid;
  const prices = new Float64Array(barCount * stepsPerBar);
  for (let bar = 0; bar < barCount; bar++) {
    const close = closes[bar]!;
    const before = bar === 0 ? close : closes[bar - 1]!;
    const noise = Math.abs(close - before) / 4 + close / 10_000;
    for (let k = 1; k <= stepsPerBar; k++) {
      const onLine = before + ((close - before) * k) / stepsPerBar;
      const price = k === stepsPerBar ? close : onLine + (random.unit() - 0.5) * noise;
      prices[bar * stepsPerBar + k - 1] = Math.max(1, Math.round(price));
    }
  }
  return prices;
}

/** Each symbol counts alike, whatever unit its source gives volumes in. */
function turnoverUpTo(symbols: readonly SymbolPath[], barCount: number): Float64Array {
  const upTo = new Float64Array(barCount);
  for (const { turnover } of symbols) {
    let total = 0;
    for (const amount of turnover) total += amount;
    for (let bar = 0; bar < barCount; bar++) {
      upTo[bar] = upTo[bar]! + (total === 0 ? 1 / barCount : turnover[bar]! / total);
    }
  }
  let sum = 0;
  for (let bar = 0; bar < barCount; bar++) {
    sum += upTo[bar]! / symbols.length;
    upTo[bar] = sum;
  }
  return upTo;
}
