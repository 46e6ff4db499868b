import fc from 'fast-check';
import { productsDivideCeil, productsDivideFloor } from './index.js';

/** The slow, obvious twins: BigInt has neither rounding nor overflow. */
const floorTwin = (p: bigint, c: bigint): bigint => (p % c < 0n ? p / c - 1n : p / c);
const ceilTwin = (p: bigint, c: bigint): bigint => -floorTwin(-p, c);

const divisor = fc.integer({ min: 1, max: 1_125_899_906_842_624 });
/** Factors whose quotient is within 2^53, some of products far beyond it. */
const products = divisor.chain((own) =>
  fc.tuple(
    fc.constant(own),
    fc.array(
      fc.tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), fc.integer({ min: 0, max: own })),
      { maxLength: 6 },
    ),
  ),
);

describe('a sum of products over one divisor', () => {
  it('is rounded once, up or down', () => {
    fc.assert(
      fc.property(products, ([own, factors]) => {
        const sum = factors.reduce((total, [a, b]) => total + BigInt(a) * BigInt(b), 0n);
        expect(BigInt(productsDivideFloor(factors, own))).toBe(floorTwin(sum, BigInt(own)));
        expect(BigInt(productsDivideCeil(factors, own))).toBe(ceilTwin(sum, BigInt(own)));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is not the sum of products rounded one by one', () => {
    const thirds = [
      [1, 1],
      [1, 1],
      [1, 1],
    ] as const;
    expect(productsDivideCeil(thirds, 3)).toBe(1);
    expect(productsDivideFloor(thirds, 3)).toBe(1);
    expect(productsDivideCeil([], 3)).toBe(0);
  });
});
