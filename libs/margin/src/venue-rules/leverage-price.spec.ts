import {
  inTicks,
  inverseCrossPrices,
  isolatedEquityMinor,
  isolatedLiquidationPrice,
  leveragedBankruptcyPrice,
} from './index.js';

/** Bought or sold at 8,000.00. */
const entry = (isLong: boolean, isInverse = false, leverageMicros = 50_000_000) => ({
  isLong,
  isInverse,
  entryMinor: 800_000,
  leverageMicros,
});

describe('the bankruptcy price of a leveraged position', () => {
  it.each([
    ['a long', entry(true), 784_000], // x 49 / 50
    ['a short', entry(false), 816_000],
    ['an inverse long', entry(true, true), 784_314], // x 50 / 51
    ['an inverse short', entry(false, true), 816_327],
    ['a long without leverage', entry(true, false, 1_000_000), 0],
  ])('of %s at 50 times', (_name, position, priceMinor) => {
    expect(leveragedBankruptcyPrice(position)).toBe(priceMinor);
  });

  it('is none for a short without leverage', () => {
    expect(() => leveragedBankruptcyPrice(entry(false, true, 1_000_000))).toThrow('never bankrupt');
  });
});

describe('the liquidation price of an isolated position', () => {
  const terms = { maintenancePpm: 5_000, addedMinor: 0 };
  it.each([
    ['a long: half a percent before bankruptcy', true, 0, 788_000],
    ['a short', false, 0, 812_000],
    ['a long with 100.00 added', true, 10_000, 778_000],
    ['a short with 100.00 added', false, 10_000, 822_000],
  ])('of %s', (_name, isLong, addedMinor, priceMinor) => {
    expect(isolatedLiquidationPrice(entry(isLong), { ...terms, addedMinor })).toBe(priceMinor);
  });

  it('is asked of linear positions', () => {
    expect(() => isolatedLiquidationPrice(entry(true, true), terms)).toThrow('what it may lose');
  });
});

describe('the prices of a cross-margined inverse position', () => {
  const position = {
    entryMinor: 800_000,
    quantityMinor: 1_000_000,
    availableMinor: 100_000,
    maintenancePpm: 5_000,
    closeOutFeePpm: 600,
  };

  it('of a long: 10 % beside it are lost, with the fee of closing', () => {
    // 8,000 x 1,000,600 / 1,100,000; with 5,003 less to lose, / 1,094,997.
    expect(inverseCrossPrices({ ...position, isLong: true })).toEqual({
      bankruptcyMinor: 727_709,
      liquidationMinor: 731_034,
    });
  });

  it('of a short', () => {
    expect(inverseCrossPrices({ ...position, isLong: false })).toEqual({
      bankruptcyMinor: 888_356,
      liquidationMinor: 883_445,
    });
    const rich = { ...position, isLong: false, availableMinor: 1_000_000 };
    expect(() => inverseCrossPrices(rich)).toThrow('never bankrupt');
  });
});

describe('an isolated position at a mark', () => {
  const at = { lots: 2, lotsPerContract: 1, markMinor: 790_000, maintenancePpm: 5_000 };
  it.each([
    [true, 20_000], // a margin of 400.00, of which 200.00 are lost
    [false, 60_000],
  ])('long %s has %i', (isLong, equityMinor) => {
    expect(isolatedEquityMinor(entry(isLong, false, 40_000_000), at)).toEqual({
      equityMinor,
      maintenanceMinor: 8_000,
    });
  });

  it('is asked of linear ones with lots', () => {
    expect(() => isolatedEquityMinor(entry(true, true), at)).toThrow('a linear position has lots');
    expect(() => isolatedEquityMinor(entry(true), { ...at, lots: -1 })).toThrow('has lots');
  });
});

describe('a price in ticks', () => {
  it('is rounded against the holder', () => {
    expect([inTicks(101, 5, true), inTicks(104, 5, false), inTicks(105, 5, true)]).toEqual([
      105, 100, 105,
    ]);
  });
});
