import { InvalidBars, readBars } from '../market/bar-file.js';

/** A bar as the study uses it: numbers, and its extremes where the file tells them. */
export interface RangedBar {
  readonly timeMs: number;
  readonly close: number;
  readonly high?: number;
  readonly low?: number;
  /** Traded in the bar, in coins. */
  readonly volume: number;
}

/**
 * Bars of a CSV with `ts_ms`, `close`, `volume` and perhaps `high` and `low`.
 * @throws InvalidBars as `readBars` does, and when an extreme does not enclose the close
 */
export function readRangedBars(text: string): RangedBar[] {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const header = (lines[0] ?? '').split(',');
  const [highAt, lowAt] = [header.indexOf('high'), header.indexOf('low')];
  return readBars(text).map(({ timeMs, close, volume }, k) => {
    const bar = { timeMs, close: Number(close), volume };
    if (highAt < 0 || lowAt < 0) return bar;
    const cells = (lines[k + 1] ?? '').split(',');
    const [high, low] = [Number(cells[highAt]), Number(cells[lowAt])];
    if (!(low <= bar.close && bar.close <= high)) {
      throw new InvalidBars(k + 2, 'low, close and high ascend');
    }
    return { ...bar, high, low };
  });
}
