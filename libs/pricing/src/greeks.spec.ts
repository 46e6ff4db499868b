import {
  black76Greeks,
  black76Value,
  blackScholesMertonGreeks,
  blackScholesMertonValue,
  discountFactor,
  perDay,
  type ForwardOption,
  type SpotOption,
} from './index.js';

/** The slope of `f` at x by central differences, good to about 1e-9 of the scale of f. */
function slope(f: (x: number) => number, x: number, step: number): number {
  return (f(x - 2 * step) - 8 * f(x - step) + 8 * f(x + step) - f(x + 2 * step)) / (12 * step);
}

const markets: readonly Omit<SpotOption, 'isCall'>[] = [
  { spot: 105, strike: 100, timeYears: 0.5, volatility: 0.36, rate: 0.1, dividendYield: 0.1 },
  { spot: 55, strike: 60, timeYears: 0.75, volatility: 0.3, rate: 0.1, dividendYield: 0 },
  { spot: 430, strike: 405, timeYears: 1 / 12, volatility: 0.2, rate: 0.07, dividendYield: 0.05 },
  { spot: 72, strike: 75, timeYears: 1, volatility: 0.19, rate: -0.01, dividendYield: 0.02 },
  { spot: 3, strike: 90, timeYears: 6, volatility: 1.4, rate: 0.02, dividendYield: 0.3 },
];
const options = markets.flatMap((market) =>
  [true, false].map((isCall): SpotOption => ({ ...market, isCall })),
);

describe.each(options)('the Greeks of %j', (option) => {
  const by = (field: 'spot' | 'volatility' | 'rate' | 'dividendYield' | 'timeYears') => {
    const value = (x: number) => blackScholesMertonValue({ ...option, [field]: x });
    return slope(value, option[field], 1e-3 * Math.max(option[field], 0.01));
  };

  it('are the slopes of the value', () => {
    const greeks = blackScholesMertonGreeks(option);
    const deltaAt = (spot: number) => blackScholesMertonGreeks({ ...option, spot }).delta;
    expect(greeks.delta).toBeCloseTo(by('spot'), 6);
    expect(greeks.gamma).toBeCloseTo(slope(deltaAt, option.spot, option.spot * 1e-3), 6);
    expect(greeks.vega).toBeCloseTo(by('volatility'), 6);
    expect(greeks.theta).toBeCloseTo(-by('timeYears'), 5);
    expect(greeks.rho).toBeCloseTo(by('rate'), 5);
    expect(greeks.dividendRho).toBeCloseTo(by('dividendYield'), 5);
    const value = blackScholesMertonValue(option);
    expect(greeks.elasticity).toBeCloseTo((greeks.delta * option.spot) / value, 10);
  });

  it('are on a forward those with the yield at the rate, but for rho', () => {
    const { isCall, spot: forward, strike, timeYears, volatility, rate } = option;
    const onForward: ForwardOption = { isCall, forward, strike, timeYears, volatility, rate };
    const onSpot = { ...option, dividendYield: rate };
    const { delta, gamma, vega, theta } = blackScholesMertonGreeks(onSpot);
    const greeks = black76Greeks(onForward);
    expect([greeks.delta, greeks.gamma, greeks.vega]).toEqual([delta, gamma, vega]);
    expect(greeks.theta).toBeCloseTo(theta, 12);
    expect(black76Value(onForward)).toBe(blackScholesMertonValue(onSpot));
    expect(greeks.rho).toBe(-timeYears * black76Value(onForward));
  });
});

describe('at expiry', () => {
  const at = (spot: number, isCall: boolean): SpotOption => ({
    ...{ isCall, spot, strike: 100, timeYears: 0, volatility: 0.5, rate: 0.05, dividendYield: 0 },
  });

  it.each([
    [true, 120, 20, 1],
    [true, 100, 0, 0.5],
    [true, 80, 0, 0],
    [false, 120, 0, 0],
    [false, 100, 0, -0.5],
    [false, 80, 20, -1],
  ])('call %p with the spot at %d is worth %d, delta %d', (isCall, spot, value, delta) => {
    const greeks = blackScholesMertonGreeks(at(spot, isCall));
    expect(blackScholesMertonValue(at(spot, isCall))).toBe(value);
    expect(greeks.delta + 0).toBe(delta);
    expect([greeks.gamma, greeks.vega, greeks.rho, greeks.dividendRho]).toEqual([0, 0, 0, 0]);
    for (const figure of Object.values(greeks)) expect(Number.isFinite(figure)).toBe(true);
  });

  it('refuses a time, a volatility or a rate that is none', () => {
    const option = at(100, true);
    const value = (change: Partial<SpotOption>) => () =>
      blackScholesMertonValue({ ...option, ...change });
    expect(value({ timeYears: -1 })).toThrow('a time to expiry is 0 or more');
    expect(value({ volatility: -0.1 })).toThrow('a volatility is 0 or more');
    expect(value({ volatility: Number.NaN })).toThrow('a volatility is 0 or more');
    expect(value({ rate: Number.NaN })).toThrow();
    expect(() => discountFactor(Infinity, 1)).toThrow('a rate is finite');
  });
});

it('a figure a day is the 365th part of one a year', () => {
  expect(perDay(-31.1924)).toBeCloseTo(-0.0855, 4);
});
