import fc from 'fast-check';

import {
  ArithmeticOverflow,
  SAFE_LIMIT,
  STORE_LIMIT,
  amountMinor,
  checkedAdd,
  checkedMultiply,
  checkedSubtract,
  compareProducts,
  divideCeil,
  divideFloor,
  isStorable,
  multiplyDivideCeil,
  multiplyDivideFloor,
  multiplyDivideHalfUp,
  ppm,
  ppmCeil,
  ppmFloor,
} from './index.js';

/** The slow, obvious twins: BigInt has neither rounding nor overflow. */
const floorTwin = (p: bigint, c: bigint): bigint => (p % c < 0n ? p / c - 1n : p / c);
const ceilTwin = (p: bigint, c: bigint): bigint => -floorTwin(-p, c);
const absolute = (x: bigint): bigint => (x < 0n ? -x : x);
const halfUpTwin = (p: bigint, c: bigint): bigint => {
  const magnitude = (absolute(p) * 2n + c) / (c * 2n);
  return p < 0n ? -magnitude : magnitude;
};

const RUNS = { numRuns: 5_000 };
const LIMIT = BigInt(SAFE_LIMIT);

const nearPowerOfTwo = fc
  .tuple(fc.integer({ min: 0, max: 53 }), fc.integer({ min: -3, max: 3 }))
  .map(([bits, off]) => Math.min(SAFE_LIMIT, Math.max(0, 2 ** bits + off)));
const anySize = fc
  .tuple(fc.maxSafeInteger(), fc.integer({ min: 0, max: 52 }))
  .map(([x, shift]) => Math.floor(Math.abs(x) / 2 ** shift));
const magnitude = fc.oneof(nearPowerOfTwo, anySize, fc.constant(SAFE_LIMIT), fc.nat(1000));
const signed = fc.tuple(magnitude, fc.boolean()).map(([x, negative]) => (negative ? 0 - x : x));
const divisor = magnitude.map((x) => Math.max(1, x));

/** Checks `act` against its twin: the same number, never -0, or an overflow where it is beyond. */
function agrees(act: () => number, twin: bigint): void {
  if (absolute(twin) > LIMIT) {
    expect(act).toThrow(ArithmeticOverflow);
  } else {
    const actual = act();
    if (BigInt(actual) !== twin || Object.is(actual, -0)) {
      throw new Error(`expected ${String(twin)}, got ${String(actual)}`);
    }
  }
}

describe('checked operations agree with BigInt', () => {
  it.each([
    ['checkedAdd', checkedAdd, (a: bigint, b: bigint) => a + b],
    ['checkedSubtract', checkedSubtract, (a: bigint, b: bigint) => a - b],
    ['checkedMultiply', checkedMultiply, (a: bigint, b: bigint) => a * b],
  ] as const)('%s', (_name, act, twin) => {
    fc.assert(
      fc.property(signed, signed, (a, b) => agrees(() => act(a, b), twin(BigInt(a), BigInt(b)))),
      RUNS,
    );
  });

  it('accepts 2^53 itself and refuses 2^53 + 1, which rounds to it', () => {
    expect(checkedAdd(SAFE_LIMIT - 1, 1)).toBe(SAFE_LIMIT);
    expect(() => checkedAdd(SAFE_LIMIT, 1)).toThrow('checkedAdd(9007199254740992, 1) exceeds 2^53');
    expect(() => checkedSubtract(-SAFE_LIMIT, 1)).toThrow(ArithmeticOverflow);
    expect(checkedMultiply(2 ** 26, 2 ** 27)).toBe(SAFE_LIMIT);
    // 2^53 + 1 = 3 x 3002399751580331
    expect(3 * 3002399751580331).toBe(SAFE_LIMIT);
    expect(() => checkedMultiply(3, 3002399751580331)).toThrow(ArithmeticOverflow);
    expect(() => checkedMultiply(2 ** 33, 2 ** 32)).toThrow(ArithmeticOverflow);
  });

  it('refuses what is not a number', () => {
    expect(() => checkedAdd(Number.NaN, 1)).toThrow(ArithmeticOverflow);
    expect(() => checkedMultiply(Infinity, 0)).toThrow(ArithmeticOverflow);
  });
});

describe('division', () => {
  it('agrees with BigInt', () => {
    fc.assert(
      fc.property(signed, divisor, (a, b) => {
        agrees(() => divideFloor(a, b), floorTwin(BigInt(a), BigInt(b)));
        agrees(() => divideCeil(a, b), ceilTwin(BigInt(a), BigInt(b)));
      }),
      RUNS,
    );
  });

  it('agrees next to every multiple, where a rounded quotient could reach the integer', () => {
    const factors = fc.tuple(divisor, divisor).filter(([k, b]) => k * b < SAFE_LIMIT);
    fc.assert(
      fc.property(factors, fc.integer({ min: -2, max: 2 }), fc.boolean(), ([k, b], off, minus) => {
        const a = Math.min(SAFE_LIMIT, k * b + off) * (minus ? -1 : 1);
        agrees(() => divideFloor(a, b), floorTwin(BigInt(a), BigInt(b)));
        agrees(() => divideCeil(a, b), ceilTwin(BigInt(a), BigInt(b)));
      }),
      RUNS,
    );
  });

  it('is right where a quotient is closest to the integer above', () => {
    expect(divideFloor(SAFE_LIMIT - 1, 2)).toBe(2 ** 52 - 1);
    expect(divideFloor(SAFE_LIMIT - 1, SAFE_LIMIT)).toBe(0);
    expect(divideFloor(94906264 * 94906267 - 1, 94906267)).toBe(94906263);
    expect(divideFloor(-1, SAFE_LIMIT)).toBe(-1);
    expect(divideFloor(1 - SAFE_LIMIT, SAFE_LIMIT)).toBe(-1);
    expect(divideCeil(-1, SAFE_LIMIT)).toBe(0);
    expect(divideFloor(0, 7)).toBe(0);
  });

  it('refuses divisors that are not positive and dividends beyond 2^53', () => {
    expect(() => divideFloor(1, 0)).toThrow('a divisor is in 1..2^53');
    expect(() => divideFloor(1, -1)).toThrow('a divisor is in 1..2^53');
    expect(() => divideCeil(2 ** 54, 1)).toThrow('a dividend is within 2^53');
    expect(() => divideCeil(Number.NaN, 1)).toThrow('a dividend is within 2^53');
  });
});

describe('multiply and divide', () => {
  function allAgree(a: number, b: number, c: number): void {
    const product = BigInt(a) * BigInt(b);
    agrees(() => multiplyDivideFloor(a, b, c), floorTwin(product, BigInt(c)));
    agrees(() => multiplyDivideCeil(a, b, c), ceilTwin(product, BigInt(c)));
    agrees(() => multiplyDivideHalfUp(a, b, c), halfUpTwin(product, BigInt(c)));
  }

  it('agrees with BigInt', () => {
    fc.assert(fc.property(signed, signed, divisor, allAgree), RUNS);
  });

  it('agrees where the product is wide and the quotient is in range', () => {
    const wide = fc.maxSafeInteger().map((x) => (Math.abs(x) < 2 ** 40 ? x + 2 ** 52 : x));
    const near = fc.integer({ min: -3, max: 3 });
    fc.assert(
      fc.property(wide, divisor, near, (a, b, off) => {
        allAgree(a, b, Math.min(SAFE_LIMIT, Math.max(1, Math.abs(a) + off)));
        allAgree(a, b, Math.min(SAFE_LIMIT, Math.max(1, b + off)));
      }),
      RUNS,
    );
  });

  it('agrees next to exact quotients and halves', () => {
    const part = fc.oneof(fc.nat({ max: 2 ** 26 - 2 }), fc.nat(1000)).map((x) => x + 1);
    const off = fc.integer({ min: -1, max: 1 });
    fc.assert(
      fc.property(part, part, part, part, off, off, (u, v, w, t, i, j) => {
        // (u v + i) x (w t) / (u t) is v w + i w / u: next to an integer; half of it to a half.
        allAgree(Math.max(0, u * v + i), w * t, u * t);
        allAgree(Math.max(0, u * v + i), w * t, 2 * u * t);
        allAgree(-(u * v + i), w * t, u * t + Math.max(0, j));
      }),
      RUNS,
    );
  });

  it('agrees at every corner of the domain', () => {
    const corners = [0, 1, 2, 3, 2 ** 26, 2 ** 27 + 1, 94906267, 2 ** 52, 2 ** 52 + 1];
    corners.push(SAFE_LIMIT - 2, SAFE_LIMIT - 1, SAFE_LIMIT);
    for (const a of corners) {
      for (const b of corners) {
        for (const c of corners.slice(1)) {
          allAgree(a, b, c);
          allAgree(-a, b, c);
        }
      }
    }
  });

  it('refuses a result just beyond 2^53 in the rounding direction only', () => {
    expect(multiplyDivideFloor(SAFE_LIMIT, SAFE_LIMIT, SAFE_LIMIT)).toBe(SAFE_LIMIT);
    const a = SAFE_LIMIT - 1;
    expect(multiplyDivideCeil(a, a, a)).toBe(a);
    expect(multiplyDivideFloor(a, 2 ** 52 + 1, 2 ** 52)).toBe(SAFE_LIMIT);
    expect(() => multiplyDivideCeil(a, 2 ** 52 + 1, 2 ** 52)).toThrow(ArithmeticOverflow);
    expect(() => multiplyDivideFloor(SAFE_LIMIT, SAFE_LIMIT, 1)).toThrow(
      'multiplyDivide(9007199254740992, 9007199254740992, 1) exceeds 2^53',
    );
  });

  it('refuses operands outside its domain', () => {
    expect(() => multiplyDivideFloor(SAFE_LIMIT, 4, 0)).toThrow('a divisor is in 1..2^53');
    expect(() => multiplyDivideFloor(2 ** 60, 2, 4)).toThrow('factors are within 2^53');
    expect(() => multiplyDivideFloor(Number.NaN, 2, 4)).toThrow();
    expect(() => multiplyDivideHalfUp(Infinity, 2, 4)).toThrow('factors are within 2^53');
  });

  it('rounds fees and requirements for the house', () => {
    const rate = ppm(500);
    expect(ppmFloor(amountMinor(1_000_001), rate)).toBe(500);
    expect(ppmCeil(amountMinor(1_000_001), rate)).toBe(501);
    expect(ppmFloor(amountMinor(-1_000_001), rate)).toBe(-501);
    expect(ppmCeil(amountMinor(-1_000_001), rate)).toBe(-500);
    expect(multiplyDivideHalfUp(5, 1, 2)).toBe(3);
    expect(multiplyDivideHalfUp(-5, 1, 2)).toBe(-3);
    expect(multiplyDivideHalfUp(-1, 1, 3)).toBe(0);
    const most = amountMinor(STORE_LIMIT);
    expect(ppmCeil(most, ppm(1_250_000))).toBe(STORE_LIMIT + STORE_LIMIT / 4);
  });
});

describe('compareProducts', () => {
  const twin = (a: number, b: number, c: number, d: number): number => {
    const difference = BigInt(a) * BigInt(b) - BigInt(c) * BigInt(d);
    return difference > 0n ? 1 : difference < 0n ? -1 : 0;
  };

  it('agrees with BigInt', () => {
    fc.assert(
      fc.property(signed, signed, signed, signed, (a, b, c, d) => {
        expect(compareProducts(a, b, c, d)).toBe(twin(a, b, c, d));
      }),
      { numRuns: 5_000 },
    );
  });

  it('agrees where the products differ in their last bits', () => {
    const off = fc.integer({ min: -2, max: 2 });
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.maxSafeInteger(), off, off, (a, b, i, j) => {
        const c = Math.max(-SAFE_LIMIT, Math.min(SAFE_LIMIT, a + i));
        const d = Math.max(-SAFE_LIMIT, Math.min(SAFE_LIMIT, b + j));
        expect(compareProducts(a, b, c, d)).toBe(twin(a, b, c, d));
        expect(compareProducts(a, b, d, c)).toBe(twin(a, b, d, c));
      }),
      { numRuns: 5_000 },
    );
    // (n - 1)(n + 1) = n^2 - 1, invisible in doubles
    const n = 2 ** 52 + 3;
    expect((n - 1) * (n + 1)).toBe(n * n);
    expect(compareProducts(n - 1, n + 1, n, n)).toBe(-1);
    expect(compareProducts(n, n, n - 1, n + 1)).toBe(1);
    expect(compareProducts(n, n - 1, n - 1, n)).toBe(0);
    expect(compareProducts(0, 5, -0, 7)).toBe(0);
  });
});

describe('what may be stored', () => {
  it('is an integer within 2^52', () => {
    for (const x of [0, -0, 1, STORE_LIMIT, -STORE_LIMIT]) expect(isStorable(x)).toBe(true);
    for (const x of [0.5, STORE_LIMIT + 1, -STORE_LIMIT - 1, Number.NaN, Infinity]) {
      expect(isStorable(x)).toBe(false);
    }
  });
});
