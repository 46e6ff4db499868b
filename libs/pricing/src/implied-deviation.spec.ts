import fc from 'fast-check';
import { blackCall, blackPut, impliedDeviation } from './index.js';

const price = (isCall: boolean, forward: number, strike: number, deviation: number): number =>
  isCall ? blackCall(forward, strike, deviation) : blackPut(forward, strike, deviation);

describe('the deviation that a value implies', () => {
  it('gives the value again', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.double({ min: 1, max: 1e6, noNaN: true }),
        fc.double({ min: 0.3, max: 3, noNaN: true }),
        fc.double({ min: 0.02, max: 4, noNaN: true }),
        (isCall, forward, moneyness, deviation) => {
          const strike = forward * moneyness;
          const value = price(isCall, forward, strike, deviation);
          const found = impliedDeviation({ isCall, forward, strike, value });
          if (found === undefined) {
            expect(value / Math.min(forward, strike)).toBeGreaterThan(0.9);
            return;
          }
          const again = price(isCall, forward, strike, found);
          expect(Math.abs(again - value)).toBeLessThanOrEqual(1e-12 * Math.max(forward, strike));
        },
      ),
      { seed: 11, numRuns: 300 },
    );
  });

  it.each([
    ['a call at its payoff', { isCall: true, forward: 120, strike: 100, value: 20 }, 0],
    ['a put below its payoff', { isCall: false, forward: 80, strike: 100, value: 19 }, 0],
    ['a call worth its forward', { isCall: true, forward: 80, strike: 100, value: 80 }, undefined],
    ['a put worth its strike', { isCall: false, forward: 80, strike: 100, value: 100 }, undefined],
  ])('of %s is %p', (_name, option, expected) => {
    expect(impliedDeviation(option)).toBe(expected);
  });

  it('of half a per cent a day at the money is found to all digits', () => {
    const value = blackCall(100, 100, 0.005);
    expect(impliedDeviation({ isCall: true, forward: 100, strike: 100, value })).toBeCloseTo(
      0.005,
      14,
    );
  });

  it('is refused for what is no option', () => {
    expect(() => impliedDeviation({ isCall: true, forward: 0, strike: 1, value: 1 })).toThrow(
      'above 0',
    );
  });
});
