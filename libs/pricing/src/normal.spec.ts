import fc from 'fast-check';
import {
  D,
  decimalDensity,
  decimalDistribution,
  decimalMills,
  exact,
  relativeError,
  spread,
  ulpError,
} from '../test/decimal-reference.js';
import {
  millsRatio,
  millsSlope,
  normalDensity,
  normalDistribution,
  normalQuantile,
} from './index.js';

const halfLine = [0, ...spread(1e-9, 3, 80), ...spread(3, 12, 60), ...spread(12, 200, 40)];

describe("Mills' ratio", () => {
  it('and its slope are within 16 ulp', () => {
    for (const z of [...halfLine, 1e4, 1e7, 134217728]) {
      const truth = decimalMills(exact(z));
      expect(ulpError(millsRatio(z), truth)).toBeLessThan(16);
      const slope = new D(1).minus(truth.mul(exact(z)));
      expect(ulpError(millsSlope(z), slope)).toBeLessThan(16);
    }
  });

  it('goes to zero without end', () => {
    expect(millsRatio(1e300)).toBeCloseTo(1e-300, 310);
    expect(millsRatio(Infinity)).toBe(0);
    expect(millsSlope(1e200)).toBe(0);
    expect(millsSlope(134217729)).toBeCloseTo(134217729 ** -2, 30);
  });

  it('refuses negative numbers and none', () => {
    for (const z of [-1e-9, Number.NaN]) {
      expect(() => millsRatio(z)).toThrow('at 0 or more');
      expect(() => millsSlope(z)).toThrow('at 0 or more');
    }
  });
});

describe('the normal distribution', () => {
  it('has a density within 3 ulp', () => {
    for (const x of spread(-37.5, 37.5, 300)) {
      expect(ulpError(normalDensity(x), decimalDensity(exact(x)))).toBeLessThan(3);
    }
    expect(normalDensity(Infinity)).toBe(0);
    expect(() => normalDensity(Number.NaN)).toThrow('at a number');
  });

  it('is within 3e-15 of itself, also in the lower tail', () => {
    for (const x of [...spread(-37.5, 0, 150), ...spread(0, 9, 40)]) {
      const error = relativeError(normalDistribution(x), decimalDistribution(exact(x)));
      expect(error * 2 ** -53).toBeLessThan(3e-15);
    }
  });

  it.each([
    [0, 0.5],
    [-Infinity, 0],
    [Infinity, 1],
    [-40, 0],
    [40, 1],
  ])('is at %d %d', (x, expected) => {
    expect(normalDistribution(x)).toBe(expected);
  });

  it('never falls, and its two sides sum to one', () => {
    const x = fc.double({ min: -38, max: 38, noNaN: true });
    fc.assert(
      fc.property(x, fc.double({ min: 1e-6, max: 1, noNaN: true }), (at, step) => {
        expect(normalDistribution(at + step)).toBeGreaterThanOrEqual(normalDistribution(at));
        expect(normalDistribution(at) + normalDistribution(-at)).toBe(1);
      }),
      { numRuns: 2000 },
    );
  });
});

describe('the quantile', () => {
  /** How far x is from the quantile, as a part of it: the error of N(x) over n(x) x. */
  const error = (x: number, p: number) =>
    decimalDistribution(exact(x))
      .minus(exact(p))
      .div(decimalDensity(exact(x)))
      .div(exact(x))
      .abs()
      .toNumber();

  it('is within 1e-14 of itself, from the end of the tail to the middle', () => {
    const tails = spread(-323, -1, 60).map((e) => new D(10).pow(e).toNumber());
    const middle = spread(-14, -0.4, 25).flatMap((e) => [0.5 - 10 ** e, 0.5 + 10 ** e]);
    for (const p of [...tails, ...middle, ...spread(0.01, 0.99, 49), 5e-324, 1 - 2 ** -53]) {
      if (p !== 0.5) expect(error(normalQuantile(p), p)).toBeLessThan(1e-14);
    }
    expect(normalQuantile(0.5)).toBe(0);
  });

  it('mirrors at a half', () => {
    for (const p of [0.25, 0.375, 0.4375, 0.03125]) {
      expect(normalQuantile(1 - p)).toBe(-normalQuantile(p));
    }
  });

  it.each([0, 1, -0.1, 1.1, Number.NaN])('refuses %d', (p) => {
    expect(() => normalQuantile(p)).toThrow('between 0 and 1');
  });
});
