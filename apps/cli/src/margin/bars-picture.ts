import { linearMargin } from './pictured-linear.js';
import { marginAt } from './pictured-portfolio.js';
import { titled } from './pictures.js';
import { COLOURS, GRID_LINE, INK, label, svgDocument, thousands } from './svg.js';

const PLOT = { left: 80, top: 64, width: 520, height: 250 } as const;
const BAR = 80;
const GAP = 28;

interface Need {
  readonly model: 'linear' | 'scenario';
  readonly which: 'hedged' | 'unhedged';
  readonly maintenance: number;
  readonly initial: number;
}

/** Cash that a portfolio needs: the requirement less what its options are worth, which is equity already. */
function needs(): Need[] {
  const models = ['linear', 'scenario'] as const;
  return models.flatMap((model) =>
    (['unhedged', 'hedged'] as const).map((which) => {
      const found = model === 'linear' ? linearMargin(which) : scenarioMargin(which);
      const { maintenance, initial, options } = found;
      return { model, which, maintenance: maintenance - options, initial: initial - options };
    }),
  );
}

function scenarioMargin(which: Need['which']) {
  const { maintenance, initial, markToMarket } = marginAt(which);
  return {
    maintenance: Number(maintenance.requirement),
    initial: Number(initial.requirement),
    options: Number(markToMarket),
  };
}

/** Hedged against unhedged margin under both models; an SVG document. */
export function barsPicture(): string {
  const all = needs();
  const most = Math.ceil(Math.max(...all.map(({ initial }) => initial)) / 10_000) * 10_000;
  const bottom = PLOT.top + PLOT.height;
  const y = (value: number): number => bottom - (PLOT.height * value) / most;
  const grid = Array.from({ length: most / 10_000 + 1 }, (_, k) => k * 10_000).flatMap((value) => [
    `<line x1="${PLOT.left}" x2="${PLOT.left + PLOT.width}" y1="${y(value).toFixed(1)}" ` +
      `y2="${y(value).toFixed(1)}" stroke="${GRID_LINE}"/>`,
    label({ x: PLOT.left - 8, y: y(value) + 4, text: thousands(value), anchor: 'end', size: 12 }),
  ]);
  const bars = all.flatMap((need, k) => barOf(need, leftOf(k), y));
  const models = (['linear', 'scenario'] as const).map((model, k) =>
    label({
      x: (leftOf(2 * k) + leftOf(2 * k + 1) + BAR) / 2,
      y: bottom + 40,
      text: `model ${model}`,
      anchor: 'middle',
      size: 13,
      fill: INK,
    }),
  );
  const title = titled('Cash needed for 1 BTC long, unhedged and hedged, USDC', PLOT.left);
  const legend = label({
    x: PLOT.left,
    y: 44,
    text: 'dark: maintenance; light: what initial adds. Requirement less the value of the options.',
    anchor: 'start',
    size: 12,
  });
  const parts = [title, legend, ...grid, ...bars, ...models];
  return svgDocument(PLOT.left + PLOT.width + 60, bottom + 56, parts);
}

/** Two bars of a model side by side, the models apart. */
function leftOf(k: number): number {
  const first = PLOT.left + 48;
  return first + k * (BAR + GAP) + (k >= 2 ? 56 : 0);
}

function barOf(
  { which, maintenance, initial }: Need,
  x: number,
  y: (value: number) => number,
): string[] {
  const fill = COLOURS[which];
  const box = (from: number, to: number, opacity: string): string =>
    `<rect x="${x}" y="${y(to).toFixed(1)}" width="${BAR}" height="${(y(from) - y(to)).toFixed(1)}" ` +
    `fill="${fill}" fill-opacity="${opacity}"/>`;
  const middle = x + BAR / 2;
  return [
    box(0, maintenance, '0.8'),
    box(maintenance, initial, '0.3'),
    label({
      x: middle,
      y: y(maintenance) + 18,
      text: thousands(maintenance),
      anchor: 'middle',
      size: 12,
      fill: '#ffffff',
    }),
    label({ x: middle, y: y(initial) - 6, text: thousands(initial), anchor: 'middle', size: 12 }),
    label({ x: middle, y: y(0) + 20, text: which, anchor: 'middle', size: 12 }),
  ];
}
