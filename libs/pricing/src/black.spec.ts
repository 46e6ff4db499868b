import fc from 'fast-check';
import { InvariantViolation } from '#libs/units';
import { decimalOutOfTheMoney, exact, relativeError, spread } from '../test/decimal-reference.js';
import { blackCall, blackPut, logRatio, timeValue } from './index.js';

/** 2e-12 in units of 2^-53. */
const BOUND = 2e-12 * 2 ** 53;
/** Deviations from a second before expiry to a volatility of 5,000 % over four years. */
const deviations = [1e-12, 1e-8, 1e-5, 1e-4, 1e-3, 0.0156, 0.01563, 0.03, 0.1, 0.3, 1, 3, 10, 60];

function outOfTheMoney(forward: number, strike: number, deviation: number): number {
  return forward <= strike
    ? blackCall(forward, strike, deviation)
    : blackPut(forward, strike, deviation);
}

describe("Black's formula", () => {
  it('out of the money is within its stated bound, in both tails, at every deviation', () => {
    let compared = 0;
    for (const deviation of deviations) {
      for (const distance of spread(-37, 37, 30)) {
        const strike = 104 * Math.exp(distance * deviation);
        if (!(strike > 1e-200 && strike < 1e200)) continue;
        const truth = decimalOutOfTheMoney(104, strike, deviation);
        if (truth.lt(1e-290)) continue;
        expect(relativeError(outOfTheMoney(104, strike, deviation), truth)).toBeLessThan(BOUND);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(250);
  });

  it('at the money is the deviation x forward / sqrt(2 pi) when it is tiny', () => {
    for (const deviation of [1e-30, 1e-12, 1e-6]) {
      const truth = decimalOutOfTheMoney(50, 50, deviation);
      expect(relativeError(blackCall(50, 50, deviation), truth)).toBeLessThan(20);
      expect(blackPut(50, 50, deviation)).toBe(blackCall(50, 50, deviation));
    }
  });

  it.each([
    [100, 90, 10, 0],
    [100, 100, 0, 0],
    [100, 110, 0, 10],
  ])('without deviation is the payoff: forward %d, strike %d', (forward, strike, call, put) => {
    expect(blackCall(forward, strike, 0)).toBe(call);
    expect(blackPut(forward, strike, 0)).toBe(put);
  });

  it('with an endless deviation is the forward, and the put its strike', () => {
    for (const deviation of [200, 1e6, 1e300, Infinity]) {
      expect(blackCall(100, 130, deviation)).toBe(100);
      expect(blackPut(100, 130, deviation)).toBe(130);
    }
  });

  it('is 0 where the true value is below the smallest double', () => {
    expect(blackCall(1, 2, 0.01)).toBe(0);
    expect(blackPut(2, 1, 1e-300)).toBe(0);
  });

  it.each([
    [0, 1, 1],
    [1, -1, 1],
    [1, 1, -1e-9],
    [Number.NaN, 1, 1],
    [1, Infinity, 1],
    [1, 1, Number.NaN],
  ])('refuses forward %d, strike %d, deviation %d', (forward, strike, deviation) => {
    expect(() => blackCall(forward, strike, deviation)).toThrow(InvariantViolation);
    expect(() => blackPut(forward, strike, deviation)).toThrow(InvariantViolation);
  });
});

describe('values of any market', () => {
  const price = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
  const deviation = fc.double({ min: 0, max: 5, noNaN: true });

  it('keep put-call parity to the last digits of the larger price', () => {
    fc.assert(
      fc.property(price, price, deviation, (forward, strike, s) => {
        const gap = blackCall(forward, strike, s) - blackPut(forward, strike, s);
        const unit = Math.max(forward, strike) * 2 ** -52;
        expect(Math.abs(gap - (forward - strike))).toBeLessThanOrEqual(2 * unit);
      }),
      { numRuns: 3000 },
    );
  });

  it('lie between the payoff and the forward or the strike', () => {
    fc.assert(
      fc.property(price, price, deviation, (forward, strike, s) => {
        const call = blackCall(forward, strike, s);
        const put = blackPut(forward, strike, s);
        expect(call).toBeGreaterThanOrEqual(Math.max(0, forward - strike));
        expect(call).toBeLessThanOrEqual(forward * (1 + 2 ** -51));
        expect(put).toBeGreaterThanOrEqual(Math.max(0, strike - forward));
        expect(put).toBeLessThanOrEqual(strike * (1 + 2 ** -51));
      }),
      { numRuns: 3000 },
    );
  });

  it('grow with the deviation and with the forward, and are convex in it', () => {
    fc.assert(
      fc.property(price, fc.double({ min: -2, max: 2, noNaN: true }), deviation, (k, m, s) => {
        const forward = k * Math.exp(m);
        const slack = (forward + k) * 2 ** -48;
        const call = (f: number, d: number) => blackCall(f, k, d);
        expect(call(forward, s * 1.01) - call(forward, s)).toBeGreaterThanOrEqual(-slack);
        expect(call(forward * 1.01, s) - call(forward, s)).toBeGreaterThanOrEqual(-slack);
        const around = call(forward * 0.99, s) + call(forward * 1.01, s);
        expect(around - 2 * call(forward, s)).toBeGreaterThanOrEqual(-slack);
      }),
      { numRuns: 3000 },
    );
  });

  it('do not jump where the method changes', () => {
    const edge = 0.015625;
    for (const distance of spread(-30, 30, 200)) {
      const strike = 100 * Math.exp(distance * edge);
      const below = outOfTheMoney(100, strike, edge * (1 - 2 ** -52));
      const above = outOfTheMoney(100, strike, edge);
      if (above > 1e-290) expect(relativeError(below, exact(above))).toBeLessThan(2 * BOUND);
    }
  });

  it('is its payoff and its time value, to the bit', () => {
    for (const [forward, strike, deviation] of [
      [100, 120, 0.3],
      [120, 100, 0.3],
      [100, 100, 0.01],
      [90, 100, 0],
      [5, 1000, 2],
    ] as const) {
      const lower = Math.min(forward, strike);
      const extra = timeValue(lower, logRatio(Math.max(forward, strike), lower), deviation);
      expect(Math.max(forward - strike, 0) + extra).toBe(blackCall(forward, strike, deviation));
      expect(Math.max(strike - forward, 0) + extra).toBe(blackPut(forward, strike, deviation));
    }
  });
});
