import {
  auctionFactorPpb,
  bufferMarginMinor,
  largestSlicePpb,
  sliceBidMinor,
} from './slice-auction.js';

/** 98 % falls to 80 % in 100 s, then to nothing in four hours; a buffer of 20 %, a fee of 2 %. */
const terms = {
  startPpb: 980_000_000,
  cutoffPpb: 800_000_000,
  fastSeconds: 100,
  slowSeconds: 14_400,
  bufferPpb: 200_000_000,
  feePpb: 20_000_000,
};
const nano = (amount: number): number => Math.round(amount * 1e9);

describe('the auction of a slice (Derive v2 liquidationTests.json, Test1 and Test4)', () => {
  it.each([
    // value, margin, cash reserved, seconds; buffer margin, factor, largest slice
    [119.30633018077, -103.0906194905, 0, 0, -147.56999, 0.98, 0.557941285],
    [119.30871879735, -103.0878678289, 0, 30, -147.56719, 0.926, 0.571861527],
    [118.42583427825, -81.731093685347, 11.047987360635, 30, -121.76248, 0.926, 0.524290586],
  ])(
    'value %d, margin %d, reserved %d after %d s',
    (value, margin, cash, s, buffer, factor, most) => {
      const [valueMinor, marginMinor, reservedMinor] = [nano(value), nano(margin), nano(cash)];
      const own = { valueMinor, marginMinor, reservedMinor };
      expect(bufferMarginMinor(own, terms) / 1e9).toBeCloseTo(buffer, 4);
      const factorPpb = auctionFactorPpb(s, terms);
      expect(factorPpb).toBe(factor * 1e9);
      expect(largestSlicePpb(own, terms, factorPpb) / 1e9).toBeCloseTo(most, 8);
    },
  );

  it.each([
    { value: 119.30871879735, cash: 0, share: 0.1 },
    { value: 118.42583427825, cash: 11.047987360635, share: 0.111111111 },
  ])('a bid for $share', ({ value, cash, share }) => {
    const own = { valueMinor: nano(value), marginMinor: 0, reservedMinor: nano(cash) };
    expect(sliceBidMinor(own, 926_000_000, nano(share)) / 1e9).toBeCloseTo(11.04798736, 6);
  });

  it.each([
    [0, 0.98],
    [50, 0.89],
    [100, 0.8],
    [7_300, 0.4],
    [14_500, 0],
    [99_999, 0],
  ])('asks after %d s for %d of the value', (seconds, factor) => {
    expect(auctionFactorPpb(seconds, terms)).toBe(Math.round(factor * 1e9));
  });

  it('the largest slice brings the buffer margin to nothing, at most a part', () => {
    const own = { valueMinor: 119_306_330_181, marginMinor: -103_090_619_491, reservedMinor: 0 };
    const factor = 980_000_000;
    const part = largestSlicePpb(own, terms, factor) / 1e9;
    const left = {
      valueMinor: Math.round(own.valueMinor * (1 - part) + own.valueMinor * part * 0.98),
      marginMinor: Math.round(own.marginMinor * (1 - part) + own.valueMinor * part * 0.98),
    };
    expect(Math.abs(bufferMarginMinor(left, terms))).toBeLessThan(1_000);
  });
});
