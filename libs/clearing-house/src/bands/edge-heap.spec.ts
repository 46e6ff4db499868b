import * as fc from 'fast-check';
import { EdgeHeap } from './edge-heap.js';

interface Entry {
  readonly edge: number;
  readonly unit: number;
  readonly stamp: number;
}

/** Moves of a price, with new edges around it and bands that end. */
const steps = fc.array(
  fc.record({
    price: fc.integer({ min: 100, max: 10_000 }),
    edges: fc.array(fc.integer({ min: 1, max: 20_000 }), { maxLength: 12 }),
    ended: fc.array(fc.nat({ max: 30 }), { maxLength: 4 }),
  }),
  { minLength: 1, maxLength: 60 },
);

describe('edges of bands', () => {
  it.each([1, -1])('surface as from a list that is looked through whole (sign %i)', (sign) => {
    fc.assert(
      fc.property(steps, (moves) => {
        const stamps = new Map<number, number>();
        const stampOf = (unit: number): number => stamps.get(unit) ?? 0;
        const heap = new EdgeHeap((unit, stamp) => stampOf(unit) === stamp);
        let list: Entry[] = [];
        for (const { price, edges, ended } of moves) {
          for (const [k, size] of edges.entries()) {
            const entry = { edge: sign * size, unit: k, stamp: stampOf(k) };
            heap.push(entry.edge, entry.unit, entry.stamp);
            list.push(entry);
          }
          for (const unit of ended) stamps.set(unit, stampOf(unit) + 1);
          const limit = sign * price;
          const surfaced: number[] = [];
          heap.popBelow(limit, (unit) => surfaced.push(unit));
          const due = list.filter(({ edge }) => edge < limit);
          list = list.filter(({ edge }) => edge >= limit);
          const valid = due.filter(({ unit, stamp }) => stampOf(unit) === stamp);
          const expected = valid.sort((a, b) => a.edge - b.edge).map(({ unit }) => unit);
          expect([...surfaced].sort()).toEqual([...expected].sort());
        }
      }),
    );
  });

  it('keeps every edge through cleaning and growth, however many and however far', () => {
    const heap = new EdgeHeap(() => true);
    heap.popBelow(1_000, () => undefined);
    for (let unit = 0; unit < 50_000; unit++) heap.push(1_000 + ((unit * 7919) % 50_000), unit, 1);
    const surfaced = new Set<number>();
    for (let price = 1_001; price <= 51_000; price += 997) {
      heap.popBelow(price, (unit) => surfaced.add(unit));
      expect(surfaced.size).toBe(Math.min(50_000, price - 1_000));
    }
    heap.popBelow(51_001, (unit) => surfaced.add(unit));
    expect(surfaced.size).toBe(50_000);
  });
});
