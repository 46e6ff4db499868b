import { type MarginReport, marginReport } from './margin-report.js';

/** The portfolio of docs/margin.md: a bitcoin long, insured by puts, half of it capped by calls sold. */
const POSITIONS = {
  hedged: { 'BTC-PERP': '1000', 'BTC-28FEB-90000-P': '100', 'BTC-28FEB-100000-C': '-50' },
  unhedged: { 'BTC-PERP': '1000' },
} as const;

/** What the linear model is shown with as well. */
export const PICTURED = {
  positions: POSITIONS,
  spot: 95_663.5,
  forward: 95_776.67,
  secondsToExpiry: 794_852,
} as const;

export const OPTIONS = [
  { name: 'BTC-28FEB-90000-P', strike: '90000', right: 'put', volatility: '0.5121' },
  { name: 'BTC-28FEB-100000-C', strike: '100000', right: 'call', volatility: '0.4538' },
] as const;

export const GRID_PERCENT = [-30, -25, -20, -15, -10, -5, 0, 5, 10, 15, 20, 25, 30] as const;
export const VOLATILITIES = ['up', 'none', 'down'] as const;

/** The scenarios of the picture, by volatility and then by price. */
export const GRID = VOLATILITIES.flatMap((volatility) =>
  GRID_PERCENT.map((percent) => ({ percent, volatility })),
);

const RULEBOOK = {
  model: 'scenario',
  currency: 'USDC',
  minorDigits: 4,
  riskDigits: 8,
  scenarios: GRID.map(({ percent, volatility }) => ({
    priceShock: String(percent / 100),
    volatility,
  })),
  volatilityShock: { up: '0.4', down: '0.3', shortPower: '0.3', longPower: '0.13' },
  levels: { initial: '1.25', maintenance: '1', addOnsScaled: false },
};

/** The margin of the portfolio when the price has moved by so many percent. */
export function marginAt(which: keyof typeof POSITIONS, percent = 0): MarginReport {
  const moved = (price: number): string => (price * (1 + percent / 100)).toFixed(2);
  const options = OPTIONS.map((option) => ({
    ...option,
    kind: 'option',
    underlying: 'BTC',
    expiry: 'BTC-28FEB',
    contractSize: '0.01',
  }));
  const portfolio = {
    market: {
      underlyings: [{ name: 'BTC', spot: moved(PICTURED.spot) }],
      expiries: [
        {
          name: 'BTC-28FEB',
          underlying: 'BTC',
          secondsToExpiry: PICTURED.secondsToExpiry,
          forward: moved(PICTURED.forward),
          rate: '0',
        },
      ],
      instruments: [
        {
          name: 'BTC-PERP',
          kind: 'linear',
          underlying: 'BTC',
          price: moved(PICTURED.spot),
          contractSize: '0.001',
        },
        ...options,
      ],
    },
    cash: '0',
    positions: Object.entries(POSITIONS[which]).map(([instrument, lots]) => ({ instrument, lots })),
  };
  return marginReport(
    { file: 'the rulebook of the pictures', content: JSON.stringify(RULEBOOK) },
    { file: 'the portfolio of the pictures', content: JSON.stringify(portfolio) },
  );
}
