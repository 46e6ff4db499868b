import {
  assetForDebt,
  collectLosses,
  debtForAsset,
  depositInterestCut,
  disposalLots,
  perpetualInsurancePpm,
  rampedFeePpm,
  RollingWindow,
  shareCollected,
  spotInsurancePpm,
} from './index.js';

describe('a settlement in which losers cannot pay', () => {
  const losers = [
    { lossMinor: 100, availableMinor: 80 },
    { lossMinor: 50, availableMinor: 60 },
  ];

  it('takes the rest from the fund, as far as that reaches', () => {
    const expectedMinor = 150;
    expect(collectLosses(losers, 15)).toEqual({
      collectedMinor: 145,
      expectedMinor,
      fundAfterMinor: 0,
    });
    expect(collectLosses(losers, 100)).toEqual({
      collectedMinor: 150,
      expectedMinor,
      fundAfterMinor: 80,
    });
  });

  it('shares what there is: each its part, rounded down, the last what is left', () => {
    expect(shareCollected([100, 50], 145, 150)).toEqual([96, 49]);
    expect(shareCollected([100, 50], 150, 150)).toEqual([100, 50]);
    expect(shareCollected([0, 0], 0, 0)).toEqual([0, 0]);
    expect(shareCollected([], 0, 5)).toEqual([]);
  });

  it('never shares what was not collected', () => {
    expect(() => shareCollected([100], 101, 100)).toThrow('no more is collected than was lost');
    expect(() => shareCollected([], 3, 5)).not.toThrow();
  });
});

describe('a position that was taken over', () => {
  const terms = { stepPpm: 100_000, wholeLots: 5, consumedPpm: 50_000 };
  it.each([
    [100, 1_000, 10], // a tenth
    [-101, 1_000, 11], // rounded up
    [100, 100, 5], // a twentieth of the book
    [5, 1_000, 5], // the whole
    [6, 1_000, 1],
  ])('of %i lots beside a book of %i sells %i', (position, book, lots) => {
    expect(disposalLots(position, book, terms)).toBe(lots);
  });

  it('within a window that rolls on', () => {
    const window = new RollingWindow(100, 10);
    expect([window.take(0, 60), window.take(5, 60), window.take(9, 1)]).toEqual([60, 40, 0]);
    expect([window.take(10, 70), window.take(15, 70)]).toEqual([60, 40]);
  });
});

describe('a swap of a debt for an asset', () => {
  const debt = { priceMicros: 1_000_000, multiplierPpm: 1_000_000, digits: 6 };
  const asset = { priceMicros: 50_000_000, multiplierPpm: 1_050_000, digits: 9 };

  it('gives the asset at the premium: 100.00 at 50 a coin are 2.1 coins', () => {
    expect(assetForDebt(100_000_000, debt, 10_000_000_000, asset)).toBe(2_100_000_000);
    expect(debtForAsset(2_100_000_000, asset, debt)).toBe(100_000_000);
    expect(debtForAsset(1, asset, debt)).toBe(1);
  });

  it('gives the whole asset where less than one unit would be left, on either side', () => {
    expect(assetForDebt(100_000_000, debt, 2_110_000_000, asset)).toBe(2_110_000_000);
    expect(assetForDebt(100_000_000, debt, 2_090_000_000, asset)).toBe(2_090_000_000);
    expect(assetForDebt(100_000_000, debt, 2_120_000_000, asset)).toBe(2_100_000_000);
  });
});

describe('the fee to the insurance fund', () => {
  const perpetual = {
    shortageMicros: 10_000_000,
    baseMicros: 10_000_000,
    priceMicros: 100_000_000,
    quotePriceMicros: 1_000_000,
    marginPpm: 50_000,
    liquidatorPpm: 10_000,
    maxPpm: 50_000,
  };

  it.each([
    ['is 95 % of what the position bears', {}, 28_500],
    ['is at most the maximum', { maxPpm: 20_000 }, 20_000],
    ['is nothing of nothing', { baseMicros: 0 }, 0],
    ['is nothing without a price of the quote currency', { quotePriceMicros: 0 }, 0],
    ['is nothing where the liquidator takes all', { liquidatorPpm: 50_000 }, 0],
    ['is nothing where the shortage does', { shortageMicros: 40_000_000 }, 0],
  ])('of a perpetual %s', (_name, change, expected) => {
    expect(perpetualInsurancePpm({ ...perpetual, ...change })).toBe(expected);
  });

  const spot = {
    shortageMicros: 2_000_000,
    amountMicros: 100_000_000,
    priceMicros: 2_000_000,
    assetWeightPpm: 900_000,
    assetMultiplierPpm: 1_000_000,
    debtWeightPpm: 1_100_000,
    debtMultiplierPpm: 1_000_000,
    maxPpm: 1_000_000,
  };

  it.each([
    // 1.1 less 0.9 less 1 %, of 1.1.
    ['is what is free, over the weight of the debt', {}, 172_727],
    ['is at most the maximum', { maxPpm: 50_000 }, 50_000],
    ['is nothing of nothing', { amountMicros: 0 }, 0],
    ['is nothing where nothing is free', { shortageMicros: 40_000_000 }, 0],
  ])('of a swap %s', (_name, change, expected) => {
    expect(spotInsurancePpm({ ...spot, ...change })).toBe(expected);
  });
});

describe('the fee of a liquidator', () => {
  it.each([
    [1_499, 5_000],
    [1_500, 6_500],
    [9_000, 10_000],
  ])('after %i slots is %i', (slots, fee) => {
    expect(rampedFeePpm(slots, { basePpm: 5_000, maxPpm: 10_000 })).toBe(fee);
  });
});

describe('a loss that depositors bear', () => {
  it('cuts their interest in proportion, rounded up; without deposits nothing', () => {
    expect(depositInterestCut(10, 1_000, 1_000_000)).toBe(10_000);
    expect(depositInterestCut(1, 3, 100)).toBe(34);
    expect(depositInterestCut(10, 0, 1_000_000)).toBe(0);
  });
});
