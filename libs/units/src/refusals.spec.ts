import {
  MIX48_SEED,
  SAFE_LIMIT,
  checkedAdd,
  checkedMultiply,
  checkedSubtract,
  compareProducts,
  divideCeil,
  divideFloor,
  formatDecimal,
  greater,
  hash48,
  lesser,
  lots,
  mix48,
  multiplyDivideCeil,
  multiplyDivideFloor,
  multiplyDivideHalfUp,
  parseDecimal,
  priceTicks,
  unitArray,
  type Lots,
} from './index.js';

/** Name and message of what an act throws. */
function thrown(act: () => unknown): readonly string[] {
  try {
    return ['nothing', String(act())];
  } catch (error) {
    const { name, message } = error as Error;
    return [name, message];
  }
}

const MOST = SAFE_LIMIT;

describe('a result beyond 2^53', () => {
  it.each<[string, () => number]>([
    [`checkedAdd(${MOST}, 1)`, () => checkedAdd(MOST, 1)],
    [`checkedSubtract(${-MOST}, 1)`, () => checkedSubtract(-MOST, 1)],
    [`checkedMultiply(${MOST}, 2)`, () => checkedMultiply(MOST, 2)],
    [`multiplyDivide(${MOST}, -2, 1)`, () => multiplyDivideFloor(MOST, -2, 1)],
    [`multiplyDivide(${MOST}, ${MOST}, 7)`, () => multiplyDivideHalfUp(MOST, MOST, 7)],
    // The quotient that is guessed first is as large as one may be.
    [
      `multiplyDivide(${MOST}, 4503599627370500, 4503599627370496)`,
      () => multiplyDivideFloor(MOST, 2 ** 52 + 4, 2 ** 52),
    ],
  ])('names the operation and its operands: %s', (operation, act) => {
    expect(thrown(act)).toEqual(['ArithmeticOverflow', `${operation} exceeds 2^53`]);
  });
});

describe('operands outside the domain', () => {
  const divisor = ['InvariantViolation', 'a divisor is in 1..2^53'];
  const dividend = ['InvariantViolation', 'a dividend is within 2^53'];

  it.each([divideFloor, divideCeil])('are refused by a division', (divide) => {
    for (const b of [0, -1, MOST + 2, Number.NaN])
      expect(thrown(() => divide(1, b))).toEqual(divisor);
    for (const a of [MOST + 2, -MOST - 2, Infinity]) {
      expect(thrown(() => divide(a, 1))).toEqual(dividend);
    }
    expect([divide(MOST, 1), divide(-MOST, 1), divide(MOST, MOST)]).toEqual([MOST, -MOST, 1]);
  });

  it.each([multiplyDivideFloor, multiplyDivideCeil, multiplyDivideHalfUp])(
    'are refused by a product that is divided',
    (act) => {
      for (const c of [0, -5, MOST + 2]) expect(thrown(() => act(MOST, MOST, c))).toEqual(divisor);
      const factors = ['InvariantViolation', 'factors are within 2^53'];
      expect(thrown(() => act(MOST + 2, 3, 5))).toEqual(factors);
      expect(thrown(() => act(3, -MOST - 2, 5))).toEqual(factors);
      expect(thrown(() => act(Number.NaN, 3, 5))[0]).toBe('InvariantViolation');
    },
  );

  it('are refused by a comparison', () => {
    const sentence = 'products that are compared are numbers';
    const refused = ['InvariantViolation', sentence];
    expect(thrown(() => compareProducts(Infinity, 1, 1, 1))).toEqual(refused);
    expect(thrown(() => compareProducts(1, 1, 1, -Infinity))).toEqual(refused);
    expect(thrown(() => compareProducts(1, Number.NaN, 1, 1))).toEqual(refused);
    expect(thrown(() => compareProducts(1, 1, Number.NaN, 1))).toEqual(refused);
  });

  it('are refused by a running hash', () => {
    const sentence = 'a running hash has 48 bits';
    for (const hash of [-1, 2 ** 48, Number.NaN]) {
      expect(thrown(() => mix48(hash, 1))).toEqual(['InvariantViolation', sentence]);
    }
    expect(mix48(0, 1)).not.toBe(mix48(2 ** 48 - 1, 1));
  });

  it('are refused by the hash of bytes', () => {
    const bytes = new Uint8Array(10);
    const refused = ['InvariantViolation', 'hashed bytes are inside the array'];
    for (const [from, to] of [
      [-1, 3],
      [4, 3],
      [0, 11],
    ] as const) {
      expect(thrown(() => hash48(bytes, from, to))).toEqual(refused);
    }
    expect(hash48(bytes, 10, 10)).toBe(mix48(MIX48_SEED, 0));
    // Six bytes are one word: no empty one follows.
    expect(hash48(bytes, 0, 6)).toBe(mix48(mix48(MIX48_SEED, 6), 0));
  });
});

describe('figures of one unit', () => {
  it('are chosen from by size', () => {
    const [two, three]: readonly [Lots, Lots] = [lots(2), lots(-3)];
    expect([lesser(two, three), greater(two, three)]).toEqual([-3, 2]);
    // @ts-expect-error the lesser of lots and ticks is neither
    expect(lesser(lots(4), priceTicks(3))).toBe(3);
  });

  it('stand in an array of a length that is one', () => {
    const array = unitArray<Lots>(3);
    expect([array.length, array[0], array instanceof Float64Array]).toEqual([3, 0, true]);
    expect(unitArray<Lots>(1)).toHaveLength(1);
    for (const length of [0, -1, 1.5]) {
      const refused = ['InvariantViolation', 'an array of figures has a length'];
      expect(thrown(() => unitArray<Lots>(length))).toEqual(refused);
    }
  });
});

describe('decimal text that is refused', () => {
  it('is shown to its fortieth character', () => {
    const rule = 'is not a decimal number such as -12.5';
    const [forty, more] = ['x'.repeat(40), 'x'.repeat(41)];
    expect(thrown(() => parseDecimal(forty, 2))).toEqual(['InvalidDecimal', `"${forty}" ${rule}`]);
    expect(thrown(() => parseDecimal(more, 2))).toEqual([
      'InvalidDecimal',
      `"${forty}..." ${rule}`,
    ]);
  });

  it('is told what cannot be formatted, and with how many digits', () => {
    const sentence = 'a decimal is formatted from an integer within 2^53';
    expect(thrown(() => formatDecimal(0.5, 2))).toEqual(['InvariantViolation', `${sentence}: 0.5`]);
    const digits = 'a decimal has 0 to 15 digits after the point';
    for (const wrong of [-1, 16, 1.5]) {
      expect(thrown(() => formatDecimal(1, wrong))[1]).toBe(`${digits}: ${wrong}`);
    }
    expect([formatDecimal(0, 2), formatDecimal(-0, 0), formatDecimal(7, 15)]).toEqual([
      ...['0.00', '0', '0.000000000000007'],
    ]);
  });
});
