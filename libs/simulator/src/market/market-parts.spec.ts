import { BookDepth } from './book-depth.js';
import { coinOf } from './contracts.js';
import { Random } from './random.js';
import { WeightedDraw } from './weighted-draw.js';

describe('Random', () => {
  it('gives pinned numbers: a seed means the same everywhere', () => {
    const random = new Random(42, 1);
    expect(Array.from({ length: 4 }, () => random.next())).toEqual([
      551115121, 590060544, 3963663191, 2778894636,
    ]);
  });

  it('has streams and seeds that differ, also above 2^32', () => {
    const first = [
      new Random(1, 1),
      new Random(1, 2),
      new Random(2, 1),
      new Random(2 ** 40 + 1, 1),
    ];
    expect(new Set(first.map((random) => random.next())).size).toBe(4);
  });

  it('is about even', () => {
    const random = new Random(3, 1);
    const counts = new Array<number>(10).fill(0);
    for (let k = 0; k < 100_000; k++) {
      const place = random.below(10);
      counts[place] = counts[place]! + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
  });
});

describe('WeightedDraw', () => {
  it('draws in proportion to the weights and never what has none', () => {
    const random = new Random(5, 1);
    const weights = Float64Array.from([6, 0, 3, 1, 0]);
    const draw = new WeightedDraw(weights);
    const counts = new Array<number>(5).fill(0);
    for (let k = 0; k < 100_000; k++) {
      const place = draw.draw(random);
      counts[place] = counts[place]! + 1;
    }
    expect([counts[1], counts[4]]).toEqual([0, 0]);
    expect(Math.abs(counts[0]! - 60_000)).toBeLessThan(1_500);
    expect(Math.abs(counts[2]! - 30_000)).toBeLessThan(1_500);
    expect(Math.abs(counts[3]! - 10_000)).toBeLessThan(1_500);
  });
});

describe('BookDepth', () => {
  it.each(['linear', 'square-root'] as const)('fills %s no worse than the limit', (model) => {
    const depth = new BookDepth(model);
    depth.renew(1_000);
    const lots = depth.availableLots(false, 100_000, 99_500);
    expect(lots).toBeGreaterThan(0);
    const half = depth.take(false, Math.floor(lots / 2), 100_000, 99_500);
    const rest = depth.take(false, Math.ceil(lots / 2), 100_000, 99_500);
    expect(half).toBeGreaterThan(rest);
    expect(rest).toBeGreaterThanOrEqual(99_500);
    expect(depth.availableLots(false, 100_000, 99_500)).toBe(0);
    depth.renew(1_000);
    expect(depth.availableLots(false, 100_000, 99_500)).toBeGreaterThan(0);
  });

  it.each([
    ['linear' as const, 99_850],
    ['square-root' as const, 99_788],
  ])('moves the price by the %s of size by depth', (model, priceTicks) => {
    const depth = new BookDepth(model);
    depth.renew(1_000);
    expect(depth.take(false, 500, 100_000, 90_000)).toBe(priceTicks);
  });

  it('offers nothing when the market is beyond the limit', () => {
    const depth = new BookDepth('linear');
    depth.renew(1_000);
    expect(depth.availableLots(false, 100_000, 100_001)).toBe(0);
    expect(depth.availableLots(true, 100_000, 99_999)).toBe(0);
  });
});

describe('coinOf', () => {
  it.each([
    ['BTCUSDT', 'BTC'],
    ['ethusd', 'ETH'],
    ['BTC', 'BTC'],
    ['USDT', 'USDTX'],
  ])('%s is about %s', (symbol, coin) => expect(coinOf(symbol)).toBe(coin));
});
