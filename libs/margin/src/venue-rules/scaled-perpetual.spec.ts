import { scaledRequirements, scaledRisk, scaledValueMinor } from './index.js';

/** 10 % initial, half of it maintenance; the initial rate rises between 500 and 1,500. */
const perpetual = {
  price: 100,
  exponent: -2,
  initialPpm: 100_000,
  maintenanceFractionPpm: 500_000,
  openInterest: 0,
  openInterestFromMinor: 500,
  openInterestToMinor: 1_500,
};

describe('a perpetual in powers of ten', () => {
  it('is valued toward 0, needs upward', () => {
    expect(scaledValueMinor(perpetual, 1_234)).toBe(1_234);
    expect(scaledValueMinor({ ...perpetual, exponent: -3 }, 1_239)).toBe(123);
    expect(scaledValueMinor({ ...perpetual, exponent: -3 }, -1_239)).toBe(-123);
    expect(scaledRisk({ ...perpetual, exponent: -3 }, -1_239)).toEqual({
      netMinor: -123,
      initialMinor: 13,
      maintenanceMinor: 7,
    });
  });

  it.each([
    ['below the lower bound', 500, 10],
    ['half way', 1_000, 55],
    ['at the upper bound', 1_500, 100],
    ['beyond it', 9_000, 100],
    ['beyond every bound', 1e15, 100],
  ])('needs more with the open interest, %s, and for maintenance never', (_name, lots, initial) => {
    expect(scaledRequirements({ ...perpetual, openInterest: lots }, 100)).toEqual({
      initialMinor: initial,
      maintenanceMinor: 5,
    });
  });

  it('does not look at the open interest without bounds', () => {
    const plain = { ...perpetual, openInterestFromMinor: 0, openInterestToMinor: 0 };
    expect(scaledRequirements({ ...plain, openInterest: 1e15 }, 100).initialMinor).toBe(10);
  });

  it('of a size that is multiplied up has no digits to lose', () => {
    const large = { ...perpetual, exponent: 2, openInterest: 1_000_000_000 };
    expect(scaledRisk({ ...large, openInterestToMinor: 0, openInterestFromMinor: 0 }, 3)).toEqual({
      netMinor: 30_000,
      initialMinor: 3_000,
      maintenanceMinor: 1_500,
    });
    expect(scaledRisk(large, 3).initialMinor).toBe(30_000);
  });

  it('with many digits divides twice', () => {
    const fine = { ...perpetual, price: 1_000_000_000_000, exponent: -20 };
    expect(scaledValueMinor(fine, 9_000_000_000_000)).toBe(90_000);
  });
});
