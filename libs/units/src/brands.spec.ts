import {
  InvariantViolation,
  SAFE_LIMIT,
  amountMinor,
  invariant,
  lots,
  ppm,
  priceTicks,
  timeUs,
  type AmountMinor,
  type Lots,
  type PriceTicks,
} from './index.js';

/** A signature whose arguments could be swapped if they were plain numbers. */
function notional(price: PriceTicks, quantity: Lots): AmountMinor {
  return amountMinor(price * quantity);
}

describe('branded units', () => {
  it('cannot be confused; `tsc` fails on an expected error that is none', () => {
    expect(notional(priceTicks(7), lots(-3))).toBe(-21);
    // @ts-expect-error ticks are not lots, and lots are not ticks
    expect(notional(lots(-3), priceTicks(7))).toBe(-21);
    // @ts-expect-error a plain number has no unit
    expect(notional(7, lots(-3))).toBe(-21);
    // @ts-expect-error an amount is not a time
    const time: ReturnType<typeof timeUs> = amountMinor(1);
    // @ts-expect-error a rate is not a quantity
    const quantity: Lots = ppm(1);
    // @ts-expect-error a sum of ticks and lots has lost its unit
    const sum: PriceTicks = priceTicks(1) + lots(1);
    const plain: number = lots(4);
    expect([time, quantity, sum, plain]).toEqual([1, 1, 2, 4]);
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

  it.each([
    ['priceTicks', priceTicks],
    ['timeUs', timeUs],
  ])('%s takes no negative number', (_name, make) => {
    for (const x of [0, 5, SAFE_LIMIT]) expect(make(x)).toBe(x);
    for (const x of [-1, 0.5, Number.NaN, 2 ** 54]) expect(() => make(x)).toThrow('in 0..2^53');
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
