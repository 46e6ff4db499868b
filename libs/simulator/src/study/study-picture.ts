import { POLICY_LABELS, type PolicyName } from './policies.js';
import { figureText, type Metric, METRICS, type PolicySummary } from './study-summary.js';

const SHOWN: readonly Metric[] = [
  'notionalLiquidated',
  'accountsBankrupted',
  'fundLoss',
  'uncoveredLoss',
  'largestExtraMove',
  'accountsDeleveraged',
];
const COLORS: Readonly<Record<PolicyName, string>> = {
  ours: '#0969da',
  'close-all': '#cf222e',
  'pro-rata': '#9a6700',
  'fifth-then-rest': '#8250df',
};
const INK = '#24292f';
const FAINT = '#57606a';
const PANEL = { width: 300, height: 132, gap: 16, top: 56 } as const;
const ROW = 22;
const COLUMNS = 3;

export interface PictureMarket {
  readonly title: string;
  readonly policies: readonly PolicySummary[];
}

/** One panel a metric and market: a line from the least to the most of all seeds, a dot at the median. */
export function studyPicture(markets: readonly PictureMarket[]): string {
  const rows = Math.ceil(SHOWN.length / COLUMNS);
  const blockHeight = PANEL.top + rows * (PANEL.height + PANEL.gap);
  const width = COLUMNS * (PANEL.width + PANEL.gap) + PANEL.gap;
  const height = markets.length * blockHeight + 40;
  const body = markets.flatMap((market, place) => {
    const top = place * blockHeight;
    return [
      label(PANEL.gap, top + 30, market.title, { size: 15 }),
      ...SHOWN.flatMap((metric, k) => {
        const x = PANEL.gap + (k % COLUMNS) * (PANEL.width + PANEL.gap);
        const y = top + PANEL.top + Math.floor(k / COLUMNS) * (PANEL.height + PANEL.gap);
        return panel(market.policies, metric, x, y);
      }),
    ];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...body,
    ...legend(height - 16),
    '</svg>',
    '',
  ].join('\n');
}

function panel(policies: readonly PolicySummary[], metric: Metric, x: number, y: number): string[] {
  const { label: name, unit } = METRICS[metric];
  const most = Math.max(...policies.map(({ figures }) => figures[metric].most));
  const scale = most === 0 ? 0 : (PANEL.width - 90) / most;
  const lines = [label(x, y + 12, unit === '' ? name : `${name}, ${unit}`, { size: 12 })];
  for (const [k, { policy, figures }] of policies.entries()) {
    const { least, median, most: top } = figures[metric];
    const at = y + 32 + k * ROW;
    const [from, dot, to] = [least, median, top].map((value) => (x + 8 + value * scale).toFixed(1));
    const color = COLORS[policy];
    lines.push(
      `<line x1="${from!}" x2="${to!}" y1="${at}" y2="${at}" stroke="${color}" stroke-width="3" stroke-opacity="0.35"/>`,
      `<circle cx="${dot!}" cy="${at}" r="4.5" fill="${color}"/>`,
      label(x + PANEL.width, at + 4, figureText(metric, median), { anchor: 'end', color: FAINT }),
    );
  }
  lines.push(
    `<line x1="${x + 8}" x2="${x + 8}" y1="${y + 20}" y2="${y + 20 + ROW * policies.length}" stroke="#d0d7de"/>`,
  );
  return lines;
}

function legend(y: number): string[] {
  return (Object.keys(COLORS) as PolicyName[]).flatMap((policy, k) => {
    const x = PANEL.gap + 6 + k * 236;
    return [
      `<circle cx="${x}" cy="${y - 4}" r="4.5" fill="${COLORS[policy]}"/>`,
      label(x + 10, y, POLICY_LABELS[policy], {}),
    ];
  });
}

interface Look {
  readonly size?: number;
  readonly anchor?: 'start' | 'end';
  readonly color?: string;
}

function label(x: number, y: number, text: string, look: Look): string {
  const { size = 12, anchor = 'start', color = INK } = look;
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="${size}" fill="${color}">${text}</text>`;
}
