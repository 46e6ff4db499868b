/** One bar of a market: its opening time, its last price and what was traded. */
export interface Bar {
  /** Opening time, Unix epoch milliseconds. */
  readonly timeMs: number;
  /** Last price of the bar, the source's own decimal text. */
  readonly close: string;
  /** Traded in the bar, in whatever unit the source uses; 1 where it tells none. */
  readonly volume: number;
}

/** Text that is no bar file; the message names the line, the column and the rule. */
export class InvalidBars extends Error {
  override readonly name = 'InvalidBars';
  constructor(line: number, rule: string) {
    super(`line ${String(line)}: ${rule}`);
  }
}

const timeColumns = ['ts_ms', 'timestamp', 'time', 'open_time', 'ts', 'date', 'datetime'];
const closeColumns = ['close', 'price', 'last'];
const volumeColumns = ['volume', 'vol', 'amount'];

/**
 * Reads a CSV of bars by its header: a time (milliseconds; in other columns than `ts_ms` also
 * seconds, microseconds or ISO 8601 text), a close, and a volume if there is one. A row with an empty
 * close is a bar in which nothing was traded: it is left out.
 * @throws InvalidBars when a column is missing, a value is none, or the times do not ascend
 */
export function readBars(text: string): Bar[] {
  const lines = text.split(/\r?\n/);
  const header = (lines[0] ?? '').split(',').map((name) => name.trim().toLowerCase());
  const timeAt = columnOf(header, timeColumns);
  const closeAt = columnOf(header, closeColumns);
  const volumeAt = columnOf(header, volumeColumns);
  if (timeAt < 0) throw new InvalidBars(1, `a header names a time: ${timeColumns.join(', ')}`);
  if (closeAt < 0) throw new InvalidBars(1, `a header names a close: ${closeColumns.join(', ')}`);
  const bars: Bar[] = [];
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line.trim() === '') continue;
    const cells = line.split(',');
    const timeMs = timeOf(cells[timeAt] ?? '', header[timeAt] === 'ts_ms');
    const close = (cells[closeAt] ?? '').trim();
    if (close === '') continue; // quoted, but nothing was traded
    const volume = volumeAt < 0 ? 1 : Number(cells[volumeAt] ?? NaN);
    if (!Number.isSafeInteger(timeMs)) throw new InvalidBars(index + 1, 'the time is a time');
    if (!(Number(close) > 0)) throw new InvalidBars(index + 1, 'the close is above zero');
    if (!(volume >= 0)) throw new InvalidBars(index + 1, 'the volume is not below zero');
    const before = bars.at(-1);
    if (before && before.timeMs >= timeMs) throw new InvalidBars(index + 1, 'the times ascend');
    bars.push({ timeMs, close, volume });
  }
  if (bars.length === 0) throw new InvalidBars(2, 'there is at least one bar');
  return bars;
}

function columnOf(header: readonly string[], names: readonly string[]): number {
  for (const name of names) {
    const at = header.indexOf(name);
    if (at >= 0) return at;
  }
  return -1;
}

function timeOf(cell: string, isMilliseconds: boolean): number {
  const text = cell.trim();
  if (text === '') return NaN;
  const value = Number(text);
  if (Number.isNaN(value)) return Date.parse(text);
  if (isMilliseconds) return Math.floor(value);
  if (value < 100_000_000_000) return Math.floor(value * 1000);
  return value >= 100_000_000_000_000 ? Math.floor(value / 1000) : Math.floor(value);
}
