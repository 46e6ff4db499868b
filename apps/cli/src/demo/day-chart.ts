import asciichart from 'asciichart';
import type { DayFigures } from './day-figures.js';

const MINUTE_US = 60_000_000;
const HOUR_US = 60 * MINUTE_US;
/** Distances of the marks on the time axis, hours. */
const TICK_HOURS = [1, 2, 4, 6, 12, 24, 48, 96, 240, 720, 2400];
const TICKS_MAX = 8;
const LABEL_WIDTH = 12;
/** With the label and the axis 100 in all. */
const COLUMNS_MAX = 86;
const PRICE_ROWS = 10;
const BAR_ROWS = 4;
const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

interface Columns {
  readonly price: number[];
  readonly liquidated: number[];
  readonly deficit: number[];
}

/**
 * The price of the first instrument over the day and, aligned below it, what was liquidated and what
 * was missing to maintenance margin at the breaches. Undefined when there is no price.
 */
export function dayChart(figures: DayFigures): string | undefined {
  const contract = figures.book.contracts[0];
  if (contract === undefined || contract.openTicks === 0) return undefined;
  const { firstTimeUs, lastTimeUs, book } = figures;
  const columns = columnsOf(figures);
  if (columns.price.length < 2) return undefined;
  const unit = 10 ** contract.tickDigits;
  const reference = book.currencies[0]!;
  const minor = 10 ** reference.minorDigits;
  const plot = asciichart.plot(
    columns.price.map((ticks) => ticks / unit),
    { height: PRICE_ROWS, offset: 2, format: (price) => label(compact(price)) },
  );
  return [
    `${contract.name}, ${reference.name}`,
    plot.replace(/ +$/gm, ''),
    `Liquidated, ${reference.name}`,
    bars(columns.liquidated.map((amount) => amount / minor)),
    `Deficit at the breaches, ${reference.name}`,
    bars(columns.deficit.map((amount) => amount / minor)),
    timeAxis(firstTimeUs, lastTimeUs, columns.price.length),
  ].join('\n');
}

/** Minutes put together so that the day fits the width: last price, sums of amounts. */
function columnsOf(figures: DayFigures): Columns {
  const { firstTimeUs, lastTimeUs, minutes, book } = figures;
  const first = Math.floor(firstTimeUs / MINUTE_US);
  const count = Math.floor(lastTimeUs / MINUTE_US) - first + 1;
  const width = Math.min(COLUMNS_MAX, count);
  const price = new Array<number>(width).fill(0);
  const liquidated = new Array<number>(width).fill(0);
  const deficit = new Array<number>(width).fill(0);
  for (const [minute, { marks, liquidatedMinor, deficitMinor }] of minutes) {
    const column = Math.floor(((minute - first) * width) / count);
    price[column] = marks[1] ?? price[column]!;
    liquidated[column]! += liquidatedMinor;
    deficit[column]! += deficitMinor;
  }
  let before = book.contracts[0]!.openTicks;
  for (const [column, ticks] of price.entries()) {
    before = ticks === 0 ? before : ticks;
    price[column] = before;
  }
  return { price, liquidated, deficit };
}

function bars(values: readonly number[]): string {
  const highest = Math.max(...values);
  const lines: string[] = [];
  for (let row = BAR_ROWS - 1; row >= 0; row--) {
    const cells = values.map((value) => {
      const eighths = highest === 0 ? 0 : Math.ceil((value / highest) * BAR_ROWS * 8);
      return EIGHTHS[Math.max(0, Math.min(8, eighths - row * 8))]!;
    });
    const text = row === BAR_ROWS - 1 ? compact(highest) : row === 0 ? '0' : '';
    lines.push(`${label(text)}┤${cells.join('')}`.trimEnd());
  }
  return lines.join('\n');
}

/** Full hours (or days) below the columns in which they begin. */
function timeAxis(firstUs: number, lastUs: number, width: number): string {
  const span = lastUs - firstUs;
  const step = TICK_HOURS.find((hours) => span / (hours * HOUR_US) <= TICKS_MAX) ?? 24 * 365;
  const isLong = step >= 24;
  let line = '';
  const firstTick = Math.ceil(firstUs / (step * HOUR_US)) * step * HOUR_US;
  for (let timeUs = firstTick; timeUs < lastUs; timeUs += step * HOUR_US) {
    const iso = new Date(timeUs / 1000).toISOString();
    const text = isLong ? iso.slice(5, 10) : iso.slice(11, 16);
    const column = Math.floor(((timeUs - firstUs) * width) / span);
    if (column + text.length <= width) line = line.padEnd(column) + text;
  }
  return ' '.repeat(LABEL_WIDTH + 1) + line;
}

function label(text: string): string {
  return `${text} `.padStart(LABEL_WIDTH);
}

/** A number of about four digits: 36,690 or 1.25 M. */
function compact(value: number): string {
  if (value >= 999_950_000) return `${(value / 1e9).toFixed(2)} bn`;
  if (value >= 999_950) return `${(value / 1e6).toFixed(2)} M`;
  if (value >= 1000) return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
  return value === 0 ? '0' : value.toPrecision(4);
}
