import { footprintOf } from './memory-footprint.js';

describe('the footprint of a house', () => {
  it('grows with accounts and positions', () => {
    const print = footprintOf({ accounts: 20_000, seed: 1, hasBands: true });
    expect(print.complete).toBeGreaterThan(20_000 * 100);
    expect(print.funded).toBeGreaterThan(0);
  });
});
