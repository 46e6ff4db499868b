import {
  compareLiquidations,
  fillablePrice,
  insuranceDeltaMinor,
  isSolvent,
  liquidationBounds,
  remainingMinor,
  type ScaledAccount,
} from './index.js';

const perpetual = {
  price: 100,
  exponent: 0,
  initialPpm: 100_000,
  maintenanceFractionPpm: 500_000,
  openInterest: 0,
  openInterestFromMinor: 0,
  openInterestToMinor: 0,
};
const priceOf = (balanceMinor: number, size: number, bankruptcyAdjustmentPpm = 1_000_000) => {
  const account: ScaledAccount = { balanceMinor, positions: [{ perpetual, size }] };
  const terms = { bankruptcyAdjustmentPpm, spreadPpm: 100_000 };
  return fillablePrice(account, account.positions[0]!, terms);
};

describe('the price at which a liquidation may fill', () => {
  it('is that of the oracle where nothing is lacking', () => {
    expect(priceOf(-900, 10)).toEqual({ numerator: 100, denominator: 1 });
  });

  it('gives way by what is lacking of maintenance, times a tenth of it', () => {
    // 30 of 50 are lacking: 0.6 x 0.1 x 50 of 1,000.
    expect(priceOf(-980, 10)).toEqual({ numerator: 997, denominator: 10 });
  });

  it('gives way to the buyer of a short as well: upwards', () => {
    expect(priceOf(1_020, -10)).toEqual({ numerator: 1_003, denominator: 10 });
  });

  it('gives way by no more than the whole spread', () => {
    // Twice 0.6 is more than 1: 5 of 1,000.
    expect(priceOf(-980, 10, 2_000_000)).toEqual({ numerator: 199, denominator: 2 });
    expect(priceOf(-1_500, 10)).toEqual({ numerator: 199, denominator: 2 });
  });
});

describe('the insurance fund', () => {
  it.each([
    [997, 14], // 1.5 % of 997, less than the 17 above bankruptcy
    [985, 5],
    [975, -5],
  ])('gets what a fill of %i is above a bankruptcy of 980, at most the fee: %i', (quote, delta) => {
    expect(insuranceDeltaMinor(quote, 980, 15_000)).toBe(delta);
  });

  it('is solvent down to nothing', () => {
    expect([isSolvent(5, -5), isSolvent(4, -5)]).toEqual([true, false]);
  });
});

describe('what may be liquidated at once', () => {
  it.each([
    [1_000, 100, 500],
    [150, 100, 100],
    [80, 80, 80],
  ])('of %i is at least %i and at most %i', (notional, minimumMinor, maximumMinor) => {
    const terms = { minimumMinor: 100, portionPpm: 500_000 };
    expect(liquidationBounds(notional, terms)).toEqual({ minimumMinor, maximumMinor });
  });

  it('is what a limit leaves; more used than allowed is no amount', () => {
    expect([remainingMinor(100, 40), remainingMinor(100, 100)]).toEqual([60, 0]);
    expect(remainingMinor(100, 101)).toBeUndefined();
  });
});

describe('the order of liquidations', () => {
  it('is by the share of the oracle that is lacking, then size, then name', () => {
    const waiting = [
      { id: 'd', priceMinor: 99, oracleMinor: 100, sizeMinor: 5 },
      { id: 'a', priceMinor: 101, oracleMinor: 100, sizeMinor: 9 },
      { id: 'c', priceMinor: 198, oracleMinor: 200, sizeMinor: 5 },
      { id: 'b', priceMinor: 90, oracleMinor: 100, sizeMinor: 1 },
    ];
    const sorted = [...waiting].sort(compareLiquidations).map(({ id }) => id);
    expect(sorted).toEqual(['b', 'a', 'c', 'd']);
    expect(
      waiting
        .toReversed()
        .sort(compareLiquidations)
        .map(({ id }) => id),
    ).toEqual(sorted);
  });
});
