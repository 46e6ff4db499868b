import { GRID, marginAt, VOLATILITIES } from './pictured-portfolio.js';
import { COLOURS, GRID_LINE, INK, label, svgDocument, thousands } from './svg.js';

const CELL = { width: 58, height: 40 } as const;
const LEFT = 110;
const TOP = 64;

/** Loss of the hedged portfolio over price and volatility, the worst scenario framed; an SVG document. */
export function surfacePicture(): string {
  const report = marginAt('hedged');
  // Before the offset rule, which counts no gain of a single underlying.
  const gains = (report.underlyings[0]?.gains ?? []).map(Number);
  const most = Math.max(...gains.map(Math.abs));
  const columns = GRID.length / VOLATILITIES.length;
  const [worst] = report.worstScenarios;
  const cells = GRID.map(({ percent, volatility }, place) => {
    const x = LEFT + (place % columns) * CELL.width;
    const y = TOP + Math.floor(place / columns) * CELL.height;
    const gain = gains[place] ?? 0;
    const share = Math.min(1, Math.abs(gain) / most);
    const fill = gain < 0 ? '#cf222e' : '#1a7f37';
    const frame = place === worst ? ` stroke="${INK}" stroke-width="3"` : '';
    return (
      `<rect x="${x}" y="${y}" width="${CELL.width - 2}" height="${CELL.height - 2}" fill="${fill}" ` +
      `fill-opacity="${(0.06 + 0.7 * share).toFixed(3)}"${frame}>` +
      `<title>price ${percent} %, volatility ${volatility}: ${gain.toFixed(0)} USDC</title></rect>` +
      label({
        x: x + CELL.width / 2 - 1,
        y: y + 24,
        text: signed(gain),
        anchor: 'middle',
        size: 12,
        fill: INK,
      })
    );
  });
  // The frame of the worst lies over its neighbours.
  const framed = [...cells.filter((_, place) => place !== worst), cells[worst as number] ?? ''];
  const rows = VOLATILITIES.map((volatility, row) =>
    label({
      x: LEFT - 10,
      y: TOP + row * CELL.height + 24,
      text: `volatility ${volatility}`,
      anchor: 'end',
      size: 12,
    }),
  );
  const heads = GRID.slice(0, columns).map(({ percent }, column) =>
    label({
      x: LEFT + column * CELL.width + CELL.width / 2 - 1,
      y: TOP - 10,
      text: `${signed(percent)} %`,
      anchor: 'middle',
      size: 12,
    }),
  );
  const title = titled(
    'Gains of 1 BTC long, puts at 90,000 and half a call sold at 100,000, USDC; the worst is framed',
    LEFT,
  );
  const height = TOP + VOLATILITIES.length * CELL.height + 16;
  return svgDocument(LEFT + columns * CELL.width + 16, height, [
    title,
    ...heads,
    ...rows,
    ...framed,
  ]);
}

const MOVES = Array.from({ length: 25 }, (_, k) => -30 + 2.5 * k);
/** A line every so many USDC. */
const RULED = 10_000;
const PLOT = { left: 80, top: 56, width: 620, height: 260 } as const;

/** Maintenance requirement against a joint move of all prices, hedged and not; an SVG document. */
export function curvePicture(): string {
  const curves = (['hedged', 'unhedged'] as const).map((which) => ({
    which,
    values: MOVES.map((percent) => Number(marginAt(which, percent).maintenance.requirement)),
  }));
  const largest = Math.max(...curves.flatMap(({ values }) => values));
  const most = Math.ceil(largest / RULED) * RULED;
  const x = (k: number): string => (PLOT.left + (k / (MOVES.length - 1)) * PLOT.width).toFixed(1);
  const y = (value: number): string => (PLOT.top + PLOT.height * (1 - value / most)).toFixed(1);
  const bottom = PLOT.top + PLOT.height;
  const lines = curves.flatMap(({ which, values }) => [
    `<polyline fill="none" stroke="${COLOURS[which]}" stroke-width="2.5" ` +
      `points="${values.map((value, k) => `${x(k)},${y(value)}`).join(' ')}"/>`,
    label({
      x: PLOT.left + PLOT.width + 8,
      y: Number(y(values.at(-1) ?? 0)) + 4,
      text: which,
      anchor: 'start',
      size: 13,
    }),
  ]);
  const ruled = Array.from({ length: most / RULED + 1 }, (_, k) => k * RULED);
  const grid = ruled.flatMap((value) => [
    `<line x1="${PLOT.left}" x2="${PLOT.left + PLOT.width}" y1="${y(value)}" y2="${y(value)}" ` +
      `stroke="${GRID_LINE}"/>`,
    label({
      x: PLOT.left - 8,
      y: Number(y(value)) + 4,
      text: thousands(value),
      anchor: 'end',
      size: 12,
    }),
  ]);
  const moves = MOVES.flatMap((percent, k) =>
    percent % 10 === 0
      ? [
          label({
            x: Number(x(k)),
            y: bottom + 20,
            text: `${signed(percent)} %`,
            anchor: 'middle',
            size: 12,
          }),
        ]
      : [],
  );
  const title = titled(
    'Maintenance requirement after a move of the price, USDC: hedged and unhedged',
    PLOT.left,
  );
  return svgDocument(PLOT.left + PLOT.width + 100, bottom + 36, [
    title,
    ...grid,
    ...lines,
    ...moves,
  ]);
}

/** With the sign that a gain or a move has in print. */
function signed(value: number): string {
  const size = thousands(Math.abs(value));
  return Math.round(value) < 0 ? `\u2212${size}` : size;
}

export function titled(text: string, x: number): string {
  return label({ x, y: 24, text, anchor: 'start', size: 14 });
}
