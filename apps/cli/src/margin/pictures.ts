import { GRID, marginAt, VOLATILITIES } from './pictured-portfolio.js';

const CELL = { width: 58, height: 40 } as const;
const LEFT = 110;
const TOP = 64;
const INK = '#24292f';
const MUTED = '#57606a';
const LINES = { hedged: '#0969da', unhedged: '#cf222e' } as const;

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
      label(x + CELL.width / 2 - 1, y + 24, String(Math.round(gain)), 'middle', 12, INK)
    );
  });
  const rows = VOLATILITIES.map((volatility, row) =>
    label(LEFT - 10, TOP + row * CELL.height + 24, `volatility ${volatility}`, 'end', 12),
  );
  const heads = GRID.slice(0, columns).map(({ percent }, column) =>
    label(LEFT + column * CELL.width + CELL.width / 2 - 1, TOP - 10, `${percent} %`, 'middle', 12),
  );
  const title = label(
    LEFT,
    24,
    'What 1 BTC long with puts at 90,000 and half a call sold at 100,000 gains, USDC',
    'start',
    14,
  );
  const height = TOP + VOLATILITIES.length * CELL.height + 16;
  return document(LEFT + columns * CELL.width + 16, height, [title, ...heads, ...rows, ...cells]);
}

const MOVES = Array.from({ length: 25 }, (_, k) => -30 + 2.5 * k);
const PLOT = { left: 80, top: 56, width: 620, height: 260 } as const;

/** Maintenance requirement against a joint move of all prices, hedged and not; an SVG document. */
export function curvePicture(): string {
  const curves = (['hedged', 'unhedged'] as const).map((which) => ({
    which,
    values: MOVES.map((percent) => Number(marginAt(which, percent).maintenance.requirement)),
  }));
  const most = Math.max(...curves.flatMap(({ values }) => values));
  const x = (k: number): string => (PLOT.left + (k / (MOVES.length - 1)) * PLOT.width).toFixed(1);
  const y = (value: number): string => (PLOT.top + PLOT.height * (1 - value / most)).toFixed(1);
  const bottom = PLOT.top + PLOT.height;
  const lines = curves.flatMap(({ which, values }) => [
    `<polyline fill="none" stroke="${LINES[which]}" stroke-width="2.5" ` +
      `points="${values.map((value, k) => `${x(k)},${y(value)}`).join(' ')}"/>`,
    label(PLOT.left + PLOT.width + 8, Number(y(values.at(-1) ?? 0)) + 4, which, 'start', 13),
  ]);
  const grid = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    `<line x1="${PLOT.left}" x2="${PLOT.left + PLOT.width}" y1="${y(share * most)}" y2="${y(share * most)}" ` +
      `stroke="#d0d7de"/>`,
    label(PLOT.left - 8, Number(y(share * most)) + 4, String(Math.round(share * most)), 'end', 12),
  ]);
  const moves = MOVES.flatMap((percent, k) =>
    percent % 10 === 0 ? [label(Number(x(k)), bottom + 20, `${percent} %`, 'middle', 12)] : [],
  );
  const title = label(
    PLOT.left,
    24,
    'Maintenance requirement after a move of the price, USDC: hedged and unhedged',
    'start',
    14,
  );
  return document(PLOT.left + PLOT.width + 100, bottom + 36, [title, ...grid, ...lines, ...moves]);
}

function label(
  x: number,
  y: number,
  text: string,
  anchor: string,
  size: number,
  fill = size > 13 ? INK : MUTED,
): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="${size}" fill="${fill}">${text}</text>`;
}

function document(width: number, height: number, parts: readonly string[]): string {
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" ` +
    `height="${height}" font-family="system-ui, sans-serif">\n` +
    `<rect width="${width}" height="${height}" fill="#ffffff"/>\n${parts.join('\n')}\n</svg>\n`
  );
}
