import {
  InvariantViolation,
  SAFE_LIMIT,
  amountMinor,
  invariant,
  lots,
  ppm,
  minus,
  negated,
  plus,
  priceTicks,
  sizeOf,
  ZERO,
  type AmountMinor,
  type Lots,
  type PriceTicks,
} from './index.js';

/** A signature whose arguments could be swapped if they were plain numbers. */
function notional(price: PriceTicks, quantity: Lots): AmountMinor {
  return amountMinor(price * quantity);
}

describe('branded units', () => {
  it('cannot be confused: `npm run typecheck` fails on an expected error that is none', () => {
    expect(notional(priceTicks(7), lots(-3))).toBe(-21);
    // @ts-expect-error ticks are not lots, and lots are not ticks
    expect(notional(lots(-3), priceTicks(7))).toBe(-21);
    // @ts-expect-error a plain number has no unit
    expect(notional(7, lots(-3))).toBe(-21);
    // @ts-expect-error an amount is not a price
    const price: PriceTicks = amountMinor(1);
    // @ts-expect-error a rate is not a quantity
    const quantity: Lots = ppm(1);
    // @ts-expect-error a sum of ticks and lots has lost its unit
    const sum: PriceTicks = priceTicks(1) + lots(1);
    const plain: number = lots(4);
    expect([price, quantity, sum, plain]).toEqual([1, 1, 2, 4]);
  });

  it('are added and subtracted within one unit only', () => {
    const sum: Lots = plus(lots(2), lots(3));
    const difference: AmountMinor = minus(amountMinor(2), amountMinor(3));
    expect([sum, difference, negated(sum), sizeOf(difference)]).toEqual([5, -1, -5, 1]);
    // @ts-expect-error ticks are not added to minor units
    expect(plus(amountMinor(2), priceTicks(3))).toBe(5);
    // @ts-expect-error lots are not taken from ticks
    expect(minus(priceTicks(3), lots(2))).toBe(1);
    // @ts-expect-error a plain number has no unit
    expect(plus(lots(2), 3)).toBe(5);
    expect(Object.is(negated(lots(0)), 0)).toBe(true);
  });

  it('have one zero for all', () => {
    const nothing: readonly [PriceTicks, Lots, AmountMinor] = [ZERO, ZERO, ZERO];
    expect(nothing).toEqual([0, 0, 0]);
  });

  it.each([
    ['lots', lots],
    ['amountMinor', amountMinor],
    ['ppm', ppm],
  ])('%s takes integers within 2^53 of both signs', (_name, make) => {
    for (const x of [0, 5, -5, SAFE_LIMIT, -SAFE_LIMIT]) expect(make(x)).toBe(x);
    for (const x of [0.5, Number.NaN, Infinity, 2 ** 54]) expect(() => make(x)).toThrow('whole');
    expect(make(-0)).toBe(0);
  });

  it('priceTicks takes no negative number', () => {
    for (const x of [0, 5, SAFE_LIMIT]) expect(priceTicks(x)).toBe(x);
    for (const x of [-1, 0.5, Number.NaN, 2 ** 54]) {
      expect(() => priceTicks(x)).toThrow('in 0..2^53');
    }
  });
});

describe('invariant', () => {
  it('throws its sentence, and builds the details only then', () => {
    const details = (): string => {
      built += 1;
      return 'sum is 3';
    };
    let built = 0;
    invariant(true, 'contracts sum to zero', details);
    expect(built).toBe(0);
    expect(() => invariant(0, 'contracts sum to zero', details)).toThrow(InvariantViolation);
    expect(() => invariant(false, 'contracts sum to zero', details)).toThrow(
      'contracts sum to zero: sum is 3',
    );
    expect(() => invariant(null, 'money is conserved')).toThrow(/^money is conserved$/);
    expect(built).toBe(2);
  });
});
