import { Decimal as DecimalJs } from 'decimal.js';
import * as fc from 'fast-check';
import {
  exposureOf,
  isolatedOrderMarginMinor,
  ONE_PPB,
  type OpenOrder,
  scaledRisk,
  sidedLiquidationPrice,
  sidedRequirementMinor,
} from './index.js';

const Decimal = DecimalJs.clone({ precision: 60 });
const MILLION = 1_000_000n;

const orders = fc.array(
  fc.record({
    isBuy: fc.boolean(),
    lots: fc.integer({ min: 1, max: 5_000 }),
    priceMinor: fc.integer({ min: 1, max: 100_000 }),
    isMarket: fc.constantFrom(false, false, true),
  }),
  { maxLength: 6 },
);
const position = fc.integer({ min: -5_000, max: 5_000 });
const ppb = fc.integer({ min: 0, max: 2 * ONE_PPB });
const rates = fc.record({
  longPpb: ppb,
  shortPpb: ppb,
  slippagePpb: ppb,
  // A quadratic rate per contract that is a whole number of ppb at any size.
  slippagePerContractPpb: fc.integer({ min: 0, max: 10_000 }).map((x) => x * 1_000),
  lotsPerContract: fc.constantFrom(1, 10, 100, 1_000),
});
const market = fc.record({
  markMinor: fc.integer({ min: 1, max: 100_000 }),
  fundingMinor: fc.integer({ min: -100, max: 100 }),
  isAuction: fc.boolean(),
  auctionPriceMinor: fc.constantFrom(0, 500, 70_000),
});
type Rates = typeof rates extends fc.Arbitrary<infer T> ? T : never;
type Market = typeof market extends fc.Arbitrary<infer T> ? T : never;

/** The rule as the specification writes it, in decimals. */
function twin(lots: number, open: readonly OpenOrder[], own: Rates, at: Market): DecimalJs {
  const filled = open.filter(({ isMarket }) => isMarket);
  const resting = open.filter(({ isMarket }) => !isMarket);
  const held = filled.reduce((sum, one) => sum + (one.isBuy ? one.lots : -one.lots), lots);
  const contracts = new Decimal(held).div(own.lotsPerContract);
  const side = (isLong: boolean): DecimalJs => {
    const of = resting.filter(({ isBuy }) => isBuy === isLong);
    const ordered = of.reduce((sum, one) => sum.add(one.lots), new Decimal(0));
    const ofOrders = ordered.div(own.lotsPerContract);
    const exposure = isLong ? contracts.add(ofOrders) : contracts.sub(ofOrders);
    if (isLong ? exposure.lte(0) : exposure.gte(0)) return new Decimal(0);
    const volume = Decimal.max(0, isLong ? contracts : contracts.neg());
    const risk = new Decimal(isLong ? own.longPpb : own.shortPpb).div(ONE_PPB);
    const slippage = volume
      .mul(own.slippagePpb)
      .add(volume.mul(volume).mul(own.slippagePerContractPpb))
      .div(ONE_PPB);
    const value = of.reduce((sum, one) => sum.add(one.lots * one.priceMinor), new Decimal(0));
    const inAuction = Decimal.max(value, ordered.mul(at.auctionPriceMinor));
    const priced = at.isAuction ? inAuction.div(own.lotsPerContract) : ofOrders.mul(at.markMinor);
    return slippage.add(volume.mul(risk)).mul(at.markMinor).add(priced.mul(risk));
  };
  const funding = Decimal.max(0, contracts.mul(at.fundingMinor));
  return Decimal.max(side(true), side(false)).add(funding).ceil();
}

describe('a two-sided requirement', () => {
  it('is the specified one, rounded up once', () => {
    fc.assert(
      fc.property(position, orders, rates, market, (lots, open, own, at) => {
        const actual = sidedRequirementMinor(exposureOf(lots, open), own, at);
        // The quadratic rate is rounded up to ppb where the position is no whole number of contracts.
        const expected = twin(lots, open, own, at);
        const held = Math.abs(exposureOf(lots, open).lots);
        const slack = new Decimal(held).mul(at.markMinor).div(ONE_PPB).ceil();
        const isWhole = (held * own.slippagePerContractPpb) % own.lotsPerContract === 0;
        expect(expected.lte(actual)).toBe(true);
        expect(expected.add(isWhole ? 0 : slack).gte(actual)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is what a position needs at its liquidation price', () => {
    const terms = fc.tuple(position, rates, market, fc.integer({ min: 1, max: 1_000_000 }));
    fc.assert(
      fc.property(terms, ([lots, own, at, collateralMinor]) => {
        fc.pre(lots !== 0);
        const price = sidedLiquidationPrice(lots, collateralMinor, own, at);
        fc.pre(price !== undefined && price > 1_000);
        const then = { ...at, markMinor: price, isAuction: false };
        const required = sidedRequirementMinor(exposureOf(lots, []), own, then);
        const gain = ((then.markMinor - at.markMinor) * lots) / own.lotsPerContract;
        // A price is to the nearest unit: half a unit of value and requirement apart at most.
        const unit = (Math.abs(lots) / own.lotsPerContract) * 5 + 2;
        const slippage = (own.slippagePerContractPpb * Math.abs(lots)) / own.lotsPerContract;
        const tolerance = unit * (1 + slippage / ONE_PPB);
        expect(Math.abs(collateralMinor + gain - required)).toBeLessThanOrEqual(tolerance);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('the order margin of an isolated position', () => {
  it('is the worse side, without what the position covers', () => {
    fc.assert(
      fc.property(position, orders, ppb, (lots, open, marginFactorPpb) => {
        const resting = open.map((order) => ({ ...order, isMarket: false }));
        const side = (isBuy: boolean): bigint => {
          const sign = isBuy ? -1 : 1;
          const sorted = resting
            .filter((order) => order.isBuy === isBuy)
            .sort((a, b) => sign * (a.priceMinor - b.priceMinor));
          // One lot at a time, as slow as it can be.
          const each = sorted.flatMap(({ lots: size, priceMinor }) =>
            Array<number>(size).fill(priceMinor),
          );
          const uncovered = each.slice(isBuy ? Math.max(0, -lots) : Math.max(0, lots));
          const value = uncovered.reduce((sum, price) => sum + BigInt(price), 0n);
          return (value * BigInt(marginFactorPpb)) / (BigInt(ONE_PPB) * 10n);
        };
        const terms = { marginFactorPpb, lotsPerContract: 10 };
        const expected = side(true) > side(false) ? side(true) : side(false);
        expect(BigInt(isolatedOrderMarginMinor(exposureOf(lots, resting), terms))).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a perpetual in powers of ten', () => {
  it('has the value and the requirements of whole numbers without bounds', () => {
    const share = fc.integer({ min: 0, max: 1_000_000 });
    const digits = fc.integer({ min: -18, max: 3 });
    const sized = fc.tuple(
      fc.integer({ min: -1_000_000, max: 1_000_000 }),
      fc.integer({ min: 0, max: 1_000_000 }),
    );
    fc.assert(
      fc.property(sized, digits, share, share, ([size, price], exponent, imf, fraction) => {
        const upper = { openInterestFromMinor: 0, openInterestToMinor: 0, openInterest: 0 };
        const terms = { initialPpm: imf, maintenanceFractionPpm: fraction };
        const actual = scaledRisk({ price, exponent, ...terms, ...upper }, size);
        const product = BigInt(Math.abs(size)) * BigInt(price);
        const scale = 10n ** BigInt(Math.abs(exponent));
        const notional = exponent < 0 ? product / scale : product * scale;
        const up = (a: bigint, ppm: number): bigint => (a * BigInt(ppm) + MILLION - 1n) / MILLION;
        const initial = up(notional, imf);
        expect(BigInt(actual.netMinor)).toBe(size < 0 ? -notional : notional);
        expect(BigInt(actual.initialMinor)).toBe(initial);
        expect(BigInt(actual.maintenanceMinor)).toBe(up(initial, fraction));
      }),
      { numRuns: 2_000 },
    );
  });
});
