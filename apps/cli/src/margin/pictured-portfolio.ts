import { type MarginReport, marginReport } from './margin-report.js';

/** The portfolio of docs/margin.md: a bitcoin long, insured by puts, half of it capped by calls sold. */
const POSITIONS = {
  hedged: { 'BTC-PERP': '1000', 'BTC-28FEB-90000-P': '100', 'BTC-28FEB-100000-C': '-50' },
  unhedged: { 'BTC-PERP': '1000' },
} as const;

const SPOT = 95_663.5;
const FORWARD = 95_776.67;
const GRID_PERCENT = [-30, -25, -20, -15, -10, -5, 0, 5, 10, 15, 20, 25, 30] as const;
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
  const option = (strike: string, right: 'call' | 'put', volatility: string) => ({
    name: `BTC-28FEB-${strike}-${right === 'call' ? 'C' : 'P'}`,
    kind: 'option',
    underlying: 'BTC',
    expiry: 'BTC-28FEB',
    strike,
    right,
    volatility,
    contractSize: '0.01',
  });
  const portfolio = {
    market: {
      underlyings: [{ name: 'BTC', spot: moved(SPOT) }],
      expiries: [
        {
          name: 'BTC-28FEB',
          underlying: 'BTC',
          secondsToExpiry: 794_852,
          forward: moved(FORWARD),
          rate: '0',
        },
      ],
      instruments: [
        {
          name: 'BTC-PERP',
          kind: 'linear',
          underlying: 'BTC',
          price: moved(SPOT),
          contractSize: '0.001',
        },
        option('90000', 'put', '0.5121'),
        option('100000', 'call', '0.4538'),
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
