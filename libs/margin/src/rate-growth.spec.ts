import * as fc from 'fast-check';
import { type Lots, lots, type Ppm, ppm } from '#libs/units';
import { chargedLotsPpm } from './concentration.js';
import { openInterestRate, rootCeil, squareRootRate, withDiscount } from './rate-growth.js';

const LIMIT = 4_503_599_627_370_496;
const share = fc.integer({ min: 0, max: 1_000_000 }).map((x): Ppm => ppm(x));
const size = fc.integer({ min: 0, max: 4_294_967_296 }).map((x): Lots => lots(x));
const charges = fc.record({
  referenceLots: fc.integer({ min: 1, max: 1_000_000_000 }).map((x): Lots => lots(x)),
  sizePremiumPpm: share,
  sizePremiumBasePpm: share,
  closeOutSlippagePpm: share,
  openInterestFromMinor: fc.constant(0),
  openInterestToMinor: fc.constant(0),
});

describe('roots', () => {
  it('are the least whole number whose square is enough', () => {
    const near = fc
      .integer({ min: 1, max: 67_108_863 })
      .chain((root) => fc.constantFrom(root * root - 1, root * root, root * root + 1));
    fc.assert(
      fc.property(fc.oneof(near, fc.integer({ min: 0, max: LIMIT })), (n) => {
        const root = BigInt(rootCeil(n));
        const isLeast = root === 0n || (root - 1n) * (root - 1n) < BigInt(n);
        return root * root >= BigInt(n) && isLeast;
      }),
    );
  });

  it('of a size four times its reference double the rate, near and far', () => {
    expect(squareRootRate(20_000, 400, 100)).toBe(40_000);
    expect(squareRootRate(20_000, 25, 100)).toBe(10_000);
    expect(squareRootRate(3, 4_000_000_000, 1)).toBe(3 * 63_246);
    expect(squareRootRate(0, 4_000_000_000, 1)).toBe(0);
  });
});

describe('charges for size', () => {
  it('do not fall when the size grows, and stay between tiers and notional', () => {
    fc.assert(
      fc.property(charges, share, size, size, (terms, rate, a, b) => {
        const [small, large] = a < b ? [a, b] : [b, a];
        const ofSmall = chargedLotsPpm(small * rate, small, terms);
        const ofLarge = chargedLotsPpm(large * rate, large, terms);
        return ofSmall <= ofLarge && ofLarge >= large * rate && ofLarge <= large * 1_000_000;
      }),
    );
  });

  it('of open interest rise in a line between their bounds', () => {
    const interest = (openInterestMinor: number) => ({
      openInterestMinor,
      fromMinor: 1_000,
      toMinor: 2_000,
    });
    const rateAt = (minor: number) => openInterestRate(200_000, interest(minor), 1_000_000);
    expect([0, 1_000, 1_001, 1_500, 1_999, 2_000, LIMIT].map(rateAt)).toEqual([
      200_000, 200_000, 200_800, 600_000, 999_200, 1_000_000, 1_000_000,
    ]);
    const off = { openInterestMinor: LIMIT, fromMinor: 0, toMinor: 0 };
    expect(openInterestRate(200_000, off, 1_000_000)).toBe(200_000);
  });
});

describe('the weight of large collateral', () => {
  it('is 1.1 over 1 and the premium where that is less', () => {
    expect(withDiscount(900_000, 0, 1_000_000)).toBe(900_000);
    expect(withDiscount(900_000, 375_000, 1_000_000)).toBe(800_000);
  });
});
