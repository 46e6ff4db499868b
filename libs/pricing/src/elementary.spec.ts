import fc from 'fast-check';
import { InvariantViolation } from '#libs/units';
import { D, exact, relativeError, spread, ulpError } from '../test/decimal-reference.js';
import { exp, log, logRatio, power } from './index.js';

/** The largest of what `error` gives for the inputs. */
function worst<T>(inputs: readonly T[], error: (input: T) => number): number {
  return Math.max(...inputs.map(error));
}

const magnitudes = spread(-300, 300, 120).map((e) => new D(10).pow(e).toNumber());
const nearOne = spread(-16, -0.3, 60).flatMap((e) => [1 + 10 ** e, 1 - 10 ** e]);

describe('exp', () => {
  const ofNumber = (x: number) => ulpError(exp(x), exact(x).exp());

  it('is within 0.55 ulp wherever the result has 53 bits', () => {
    expect(worst(spread(-708, 709.7, 400), ofNumber)).toBeLessThan(0.55);
    expect(worst(spread(-1, 1, 300), ofNumber)).toBeLessThan(0.55);
    const tiny = spread(-20, -1, 100).map((e) => 10 ** e);
    expect(worst([...tiny, ...tiny.map((x) => -x)], ofNumber)).toBeLessThan(0.55);
  });

  it('is within 1 ulp where it has fewer', () => {
    expect(worst(spread(-745.1, -708, 100), ofNumber)).toBeLessThanOrEqual(1);
  });

  it.each([
    [0, 1],
    [-0, 1],
    [709.7827128933841, Infinity],
    [Infinity, Infinity],
    [-745.1332191019411, 5e-324],
    [-745.1332191019413, 0],
    [-Infinity, 0],
  ])('of %d is %d', (x, expected) => {
    expect(exp(x)).toBe(expected);
  });

  it('refuses what is no number', () => {
    expect(() => exp(Number.NaN)).toThrow(InvariantViolation);
  });
});

describe('log', () => {
  it('is within 2 ulp', () => {
    const ofNumber = (x: number) => ulpError(log(x), exact(x).ln());
    expect(worst([...magnitudes, ...nearOne, ...spread(0.3, 3, 200)], ofNumber)).toBeLessThan(2);
    expect(worst([5e-324, 1e-310, 2 ** -1022, 1.7976931348623157e308], ofNumber)).toBeLessThan(2);
  });

  it('of a ratio keeps all digits of a small difference', () => {
    const ofPair = ([a, b]: readonly [number, number]) =>
      ulpError(logRatio(a, b), exact(a).div(exact(b)).ln());
    const pairs = spread(-15, 1, 80).map((e) => [103.7 * (1 + 10 ** e), 103.7] as const);
    const swapped = pairs.map(([a, b]) => [b, a] as const);
    const apart = magnitudes.map((x) => [x, 3.3e4] as const);
    expect(worst([...pairs, ...swapped, ...apart], ofPair)).toBeLessThan(2);
    expect(logRatio(5e-324, 5e-324)).toBe(0);
    expect(logRatio(1e-310, 3e-310)).toBe(logRatio(1e-310 * 2 ** 60, 3e-310 * 2 ** 60));
  });

  it.each([0, -0, -1, Number.NaN, Infinity])('refuses %d', (x) => {
    expect(() => log(x)).toThrow('a logarithm is taken of a positive number');
    expect(() => logRatio(1, x)).toThrow(InvariantViolation);
  });

  it('undoes exp, and exp undoes it', () => {
    const positive = fc.double({ min: 1e-300, max: 1e300, noNaN: true });
    fc.assert(
      fc.property(positive, (x) => {
        const bound = (2 + 2 * Math.abs(log(x))) * 2 ** -52;
        expect(Math.abs(exp(log(x)) / x - 1)).toBeLessThanOrEqual(bound);
      }),
      { numRuns: 1000 },
    );
    fc.assert(
      fc.property(fc.double({ min: -700, max: 700, noNaN: true }), (x) => {
        expect(Math.abs(log(exp(x)) - x)).toBeLessThanOrEqual((2 + 2 * Math.abs(x)) * 2 ** -52);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('power', () => {
  it('is within the bound that its document states', () => {
    for (const x of spread(0.01, 900, 12)) {
      for (const p of [-7.3, -1, -0.5, 0, 0.13, 0.3, 0.5, 1, 2.75, 40]) {
        const bound = 2 + 4 * Math.abs(p * Math.log(x));
        expect(relativeError(power(x, p), exact(x).pow(exact(p)))).toBeLessThan(bound);
      }
    }
  });

  it('refuses an exponent that is not finite', () => {
    expect(power(7, 0)).toBe(1);
    expect(() => power(7, Infinity)).toThrow('a power has a finite exponent');
    expect(() => power(-7, 2)).toThrow('a logarithm is taken of a positive number');
  });
});
