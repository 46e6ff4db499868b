import { amountMinor, lots, ppm } from '#libs/units';
import { compareSeverity, levelMinor, type Severity } from './level.js';
import { Portfolio } from './portfolio.js';

describe('the total order of breaches', () => {
  const breach = (account: number, deficit: number, maintenance: number): Severity => ({
    account,
    deficitMinor: amountMinor(deficit),
    maintenanceMinor: amountMinor(maintenance),
  });

  it.each<[string, Severity, Severity]>([
    ['the larger share of the requirement first', breach(9, 30, 100), breach(1, 290, 1_000)],
    ['of equal shares the larger deficit', breach(9, 60, 200), breach(1, 30, 100)],
    ['of equal deficits the lower account', breach(1, 30, 100), breach(2, 30, 100)],
    ['no requirement before any share', breach(9, 1, 0), breach(1, 1_000_000, 1)],
    ['of two without one the larger deficit', breach(9, 2, 0), breach(1, 1, 0)],
  ])('puts %s', (_name, first, second) => {
    expect(compareSeverity(first, second)).toBeLessThan(0);
    expect(compareSeverity(second, first)).toBeGreaterThan(0);
    expect(compareSeverity(first, { ...first })).toBe(0);
  });

  it('is of breaches alone', () => {
    const sound = breach(1, 0, 10);
    expect(() => compareSeverity(sound, breach(1, 1, 1))).toThrow('a breach has a deficit');
    expect(() => compareSeverity(breach(1, 1, 1), sound)).toThrow('a breach has a deficit');
    const odd = breach(1, 1, -1);
    expect(() => compareSeverity(odd, breach(1, 1, 1))).toThrow('a requirement is 0 or more');
    expect(() => compareSeverity(breach(1, 1, 1), odd)).toThrow('a requirement is 0 or more');
  });
});

describe('a level above maintenance', () => {
  it('is rounded up, for the house', () => {
    expect(levelMinor(amountMinor(101), ppm(1_200_000))).toBe(122);
    expect(levelMinor(amountMinor(0), ppm(1_200_000))).toBe(0);
    expect(levelMinor(amountMinor(7), ppm(1_000_000))).toBe(7);
    expect(() => levelMinor(amountMinor(-1), ppm(1_000_000))).toThrow('0 or more');
    expect(() => levelMinor(amountMinor(1), ppm(999_999))).toThrow('maintenance or more');
  });
});

describe('a portfolio', () => {
  it('takes more positions than it has room for, and keeps those it has', () => {
    const portfolio = new Portfolio();
    for (let n = 1; n <= 200; n += 1) portfolio.add(1 + (n % 3), n, lots(n), amountMinor(-n));
    expect(portfolio.count).toBe(200);
    for (const n of [1, 64, 65, 128, 129, 200]) {
      const place = portfolio.placeOf(1 + (n % 3), n);
      expect([portfolio.lots[place], portfolio.costs[place]]).toEqual([n, -n]);
      expect(portfolio.placeOf(1 + ((n + 1) % 3), n)).toBe(-1);
    }
    for (const figures of [portfolio.maintenance, portfolio.initial]) {
      expect(figures.length).toBe(256);
    }
  });

  it('adds the orders of one account and instrument up, and is empty again when it is cleared', () => {
    const portfolio = new Portfolio();
    portfolio.add(1, 1, lots(5), amountMinor(1));
    portfolio.cash[2] = amountMinor(7);
    portfolio.addOrders(1, 1, lots(2), lots(3));
    portfolio.addOrders(1, 1, lots(10), lots(20));
    portfolio.addOrders(2, 1, lots(1), lots(0));
    expect(portfolio.ordersOf(1, 1)).toMatchObject({ buyLots: 12, sellLots: 23 });
    expect(portfolio.ordersOf(2, 1)).toMatchObject({ buyLots: 1, sellLots: 0 });
    expect(portfolio.ordersOf(1, 2)).toBeUndefined();
    expect(() => portfolio.addOrders(1, 1, lots(-1), lots(0))).toThrow('open orders have lots');
    portfolio.clear();
    const [cash] = [portfolio.cash[2]];
    expect([portfolio.count, portfolio.orders.length, cash]).toEqual([0, 0, 0]);
    portfolio.clear();
    expect(portfolio.placeOf(1, 1)).toBe(-1);
    expect(() => portfolio.add(0, 1, lots(1), amountMinor(0))).toThrow('an account and an instr');
  });
});
