import { allocationOf, BareHouse } from './heap-allocation.js';

const BYTES_PER_TRADE_MAX = 8;

describe('what the core allocates', () => {
  it('is seen by the measurement when it is there', () => {
    const kept: number[][] = [];
    const { bytes } = allocationOf(() => {
      for (let k = 0; k < 10_000; k += 1) kept[k % 10] = [k, k + 1, k + 2, k + 3];
    });
    expect(bytes).toBeGreaterThan(10_000 * 32);
  });

  it('is at most eight heap bytes a trade', () => {
    const trades = 100_000;
    const bare = new BareHouse(2_000, trades);
    // The steady state counts: code that is not compiled yet keeps its doubles on the heap.
    let tooMuch: unknown[] = ['not measured'];
    for (let pass = 0; pass < 5 && tooMuch.length > 0; pass += 1) {
      bare.trade(trades);
      const { bytes, byFunction } = allocationOf(() => bare.trade(trades));
      tooMuch = bytes / trades > BYTES_PER_TRADE_MAX ? byFunction.slice(0, 5) : [];
    }
    expect(tooMuch).toEqual([]);
  });
});
