import { ppm, priceTicks } from '#libs/units';
import { endOfFreshness, indexPrice, type IndexRule, OLD, OUTLYING } from './index.js';

const NOW = 1_000_000;
const rule: IndexRule = { maxAgeUs: 1_000, maxDeviationPpm: ppm(10_000), minSources: 2 };

/** Sources 1, 2, 3 ... with these prices, seen and received now. */
function quotes(...prices: readonly number[]) {
  return prices.map((ticks, place) => ({
    source: place + 1,
    priceTicks: priceTicks(ticks),
    observedAt: NOW,
    receivedAt: NOW,
    confidencePpm: ppm(1_000_000),
  }));
}

describe('the price of an index', () => {
  it.each<readonly [name: string, prices: readonly number[], ticks: number, used: number]>([
    ['of three is the middle one', [1_002, 1_000, 1_001], 1_001, 3],
    ['of two is their mean', [1_000, 1_004], 1_002, 2],
    ['of an even number is rounded down', [1_000, 1_003], 1_001, 2],
    ['leaves out what is far from the median', [1_000, 1_002, 1_001, 1_200], 1_001, 3],
    // The median is 1,000: 1,010 is one per cent away, 1,011 is more.
    ['keeps what is just at the distance', [990, 1_000, 1_010], 1_000, 3],
    ['leaves out what is just beyond', [990, 1_000, 1_011], 995, 2],
  ])('%s', (_name, prices, ticks, used) => {
    const found = indexPrice(quotes(...prices), rule, NOW);
    expect([found.priceTicks, found.usedSources]).toEqual([ticks, used]);
    expect(found.freshSources).toBe(prices.length);
  });

  it('does not hang on the order in which the prices stand', () => {
    const given = quotes(1_005, 1_000, 1_003, 1_001);
    const turned = given.toReversed();
    expect(indexPrice(turned, rule, NOW).priceTicks).toBe(indexPrice(given, rule, NOW).priceTicks);
  });

  it('is none when fewer can be used than are needed, and says which are left out', () => {
    const [first, second, third] = quotes(1_000, 1_100, 1_300);
    const old = { ...third!, receivedAt: NOW - 1_000 };
    // Two are fresh; both are more than one per cent from their mean of 1,050.
    expect(indexPrice([first!, second!, old], rule, NOW)).toMatchObject({
      priceTicks: 0,
      freshSources: 2,
      usedSources: 0,
      excluded: [
        { source: 1, fault: OUTLYING },
        { source: 2, fault: OUTLYING },
        { source: 3, fault: OLD },
      ],
    });
    expect(indexPrice([], rule, NOW)).toMatchObject({ priceTicks: 0, freshSources: 0 });
  });

  it('takes every price when no distance is stated', () => {
    const found = indexPrice(
      quotes(1_000, 1_001, 9_000),
      { ...rule, maxDeviationPpm: ppm(0) },
      NOW,
    );
    expect(found).toMatchObject({ priceTicks: 1_001, usedSources: 3, excluded: [] });
  });

  it('counts the age from the earlier time, up to but not at the limit', () => {
    const [quote] = quotes(1_000);
    expect(endOfFreshness({ ...quote!, observedAt: NOW + 500 }, rule)).toBe(NOW + 1_000);
    expect(endOfFreshness({ ...quote!, observedAt: NOW - 400 }, rule)).toBe(NOW + 600);
    const one = { ...rule, minSources: 1 };
    expect(indexPrice([quote!], one, NOW + 999).priceTicks).toBe(1_000);
    expect(indexPrice([quote!], one, NOW + 1_000).priceTicks).toBe(0);
  });

  it('is as sure as its least sure price, less their spread rounded up', () => {
    const [first, second, third] = quotes(997, 1_000, 1_001);
    const unsure = { ...third!, confidencePpm: ppm(990_000) };
    expect(indexPrice([first!, second!, unsure], rule, NOW)).toMatchObject({
      priceTicks: 1_000,
      spreadPpm: 3_000,
      confidencePpm: 987_000,
    });
    // 1 of 3,001 is 333.2 ppm.
    expect(indexPrice(quotes(3_001, 3_001, 3_002), rule, NOW).spreadPpm).toBe(334);
  });

  it('is not less sure than not at all', () => {
    const wide = { ...rule, maxDeviationPpm: ppm(0), minSources: 1 };
    const found = indexPrice(quotes(1, 1, 1_000_000), wide, NOW);
    expect(found).toMatchObject({ priceTicks: 1, spreadPpm: 1_000_000, confidencePpm: 0 });
  });
});
