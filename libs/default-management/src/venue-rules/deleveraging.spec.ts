import {
  deleverage,
  deleveragingOrder,
  deleveragingScore,
  type DeleveragingPair,
  type ScaledAccount,
} from './index.js';

/** A lot is worth 100; 10 % initial, half of it maintenance. */
const perpetual = {
  price: 100,
  exponent: 0,
  initialPpm: 100_000,
  maintenanceFractionPpm: 500_000,
  openInterest: 0,
  openInterestFromMinor: 0,
  openInterestToMinor: 0,
};
const account = (balanceMinor: number, size: number): ScaledAccount => ({
  balanceMinor,
  positions: [{ perpetual, size }],
});

/** Ten lots long, worth 1,000, on a debt of 980: 20 are left, and 50 are needed. */
function closing(
  change: number,
  offsetting: ScaledAccount,
  own: Partial<DeleveragingPair> = {},
  liquidated = account(-980, 10),
) {
  return deleverage({
    liquidated,
    offsetting,
    liquidatedPosition: liquidated.positions[0],
    offsettingPosition: offsetting.positions[0],
    change,
    isAtOracle: false,
    ...own,
  });
}

describe('two accounts that close against each other', () => {
  it('do so at the bankruptcy price: the one ends with nothing, the other gets what was left', () => {
    expect(closing(-10, account(2_000, -10))).toEqual({
      kind: 'done',
      liquidatedMinor: 0,
      offsettingMinor: 1_020,
    });
  });

  it('in part: at its part of what the account is worth, and stays as risky as it was', () => {
    // Half of the lots, 500, less half of the 20.
    expect(closing(-5, account(2_000, -10))).toMatchObject({ liquidatedMinor: -490 });
  });

  it('in a final settlement at the price of the oracle', () => {
    expect(closing(-10, account(2_000, -10), { isAtOracle: true })).toEqual({
      kind: 'done',
      liquidatedMinor: 20,
      offsettingMinor: 1_000,
    });
  });

  it('the other way round: a short against a long', () => {
    const short = account(1_020, -10);
    expect(closing(10, account(0, 10), {}, short)).toEqual({
      kind: 'done',
      liquidatedMinor: 0,
      offsettingMinor: 1_020,
    });
  });

  it.each<readonly [name: string, change: number, size: number, own: Partial<DeleveragingPair>]>([
    ['without a position of the one', -10, -10, { liquidatedPosition: undefined }],
    ['without a position of the other', -10, -10, { offsettingPosition: undefined }],
    ['when both are on one side', -10, 10, {}],
    ['when it would add to the one', 10, -10, {}],
    ['with more than the one has', -11, -20, {}],
    ['with more than the other has', -10, -9, {}],
  ])('do not %s', (_name, change, size, own) => {
    expect(closing(change, account(2_000, size), own)).toEqual({ kind: 'not-a-reduction' });
  });

  it('do not when the other would end with less than nothing', () => {
    // 1,000 lost beyond all: the slice costs 2,000; 1,500 are there.
    const lost = account(-2_000, 10);
    expect(closing(-10, account(1_500, -10), {}, lost)).toEqual({ kind: 'not-allowed' });
    expect(closing(-10, account(2_000, -10), {}, lost)).toMatchObject({ offsettingMinor: 0 });
  });
});

describe('the rank of a winner', () => {
  it('is its gain times its leverage, or divided by it where it lost', () => {
    expect(deleveragingScore(500_000, 10_000_000)).toBe(5_000_000);
    expect(deleveragingScore(-500_000, 10_000_000)).toBe(-50_000);
    expect(deleveragingScore(0, 3_000_000)).toBe(0);
  });

  it('orders winners, ties by name, and says in which fifth each ends', () => {
    const winners = [
      { account: 'c', quantity: 10, rank: 5 },
      { account: 'b', quantity: 30, rank: 9 },
      { account: 'a', quantity: 10, rank: 5 },
    ];
    expect(deleveragingOrder(winners)).toEqual([
      { account: 'b', percentile: 60 },
      { account: 'a', percentile: 80 },
      { account: 'c', percentile: 100 },
    ]);
    expect(deleveragingOrder(winners.toReversed())).toEqual(deleveragingOrder(winners));
  });
});
