import fc from 'fast-check';
import { ArithmeticOverflow } from '#libs/units';
import { ExactSum, lotFigure, PARTS } from './exact-sum.js';

/** Sum in parts, by BigInt; rounded to the nearest, halves away from zero. */
function rounded(terms: readonly (readonly [number, number])[]): number {
  let parts = 0n;
  for (const [lots, minor] of terms) {
    const { whole, parts: rest } = lotFigure(minor);
    parts += BigInt(lots) * (BigInt(whole) * BigInt(PARTS) + BigInt(rest));
  }
  const size = parts < 0n ? -parts : parts;
  const whole = Number((size + BigInt(PARTS / 2)) / BigInt(PARTS));
  return parts < 0n ? 0 - whole : whole;
}

const lots = fc.integer({ min: -(2 ** 20), max: 2 ** 20 });
const figure = fc.oneof(
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.double({ min: -2, max: 2, noNaN: true }),
  fc.constantFrom(0.5, -0.5, 0.0000005, -0.0000005, 0, 1_000_000, 0.999_999_9),
);
const terms = fc.array(fc.tuple(lots, figure), { maxLength: 12 });

describe('an exact sum of lots x figures', () => {
  it('is what BigInt gives, whatever the order', () => {
    fc.assert(
      fc.property(terms, (drawn) => {
        const sum = new ExactSum();
        const reverse = new ExactSum();
        for (const [size, minor] of drawn) sum.add(size, lotFigure(minor));
        for (const [size, minor] of [...drawn].reverse()) reverse.add(size, lotFigure(minor));
        expect(sum.minor).toBe(rounded(drawn));
        expect(reverse.minor).toBe(sum.minor);
      }),
      { seed: 5, numRuns: 500 },
    );
  });

  it('is nothing when the lots cancel, and the sum of its parts', () => {
    fc.assert(
      fc.property(terms, terms, (a, b) => {
        const [left, right, both] = [new ExactSum(), new ExactSum(), new ExactSum()];
        for (const [size, minor] of a) left.add(size, lotFigure(minor));
        for (const [size, minor] of b) right.add(size, lotFigure(minor));
        for (const [size, minor] of [...b, ...a]) both.add(size, lotFigure(minor));
        left.addSum(right);
        expect(left.minor).toBe(both.minor);
        for (const [size, minor] of [...a, ...b]) both.add(0 - size, lotFigure(minor));
        expect(both.minor).toBe(0);
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  it('refuses a figure beyond 2^53', () => {
    expect(() => lotFigure(2 ** 53)).toThrow(ArithmeticOverflow);
    expect(() => lotFigure(Number.NaN)).toThrow(ArithmeticOverflow);
    expect(() => new ExactSum().add(2 ** 30, lotFigure(2 ** 30))).toThrow(ArithmeticOverflow);
  });
});
