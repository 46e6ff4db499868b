import { ImpactBook, type ImpactLaw } from './impact-book.js';
import { fitImpact, readBookFigures } from './impact-fit.js';

const law: ImpactLaw = { scale: 1.5, exponent: 0.5, lasting: 0, halfLifeUs: 60_000_000 };
const liquidity = { turnover: 1_000_000, volatility: 0.001 };

describe('a book under forced orders', () => {
  it('moves with the root of the flow and charges the mean along the way', () => {
    const book = new ImpactBook(law);
    const mean = book.take(250_000, 1, liquidity);
    // 1.5 x 0.001 x sqrt(0.25) at the end, two thirds of it on average.
    expect(book.displacement).toBeCloseTo(0.00075, 12);
    expect(mean).toBeCloseTo(0.0005, 12);
  });

  it('costs the same in parts as at once, when nothing stays and no time passes', () => {
    const parts = new ImpactBook(law);
    const costs = [100_000, 300_000, 600_000].map(
      (notional) => parts.take(notional, 1, liquidity) * notional,
    );
    const whole = new ImpactBook(law).take(1_000_000, 1, liquidity) * 1_000_000;
    expect(costs.reduce((sum, x) => sum + x, 0)).toBeCloseTo(whole, 3);
  });

  it('lets an order go exactly as far as its limit, on either side', () => {
    for (const sign of [1, -1] as const) {
      const book = new ImpactBook({ ...law, lasting: 0.3 });
      book.take(50_000, 1, liquidity);
      const limit = sign * 0.002;
      const room = book.roomTo(limit, sign, 1e9, liquidity);
      expect(book.roomTo(limit, sign, room / 2, liquidity)).toBe(room / 2);
      book.take(room, sign, liquidity);
      expect(book.displacement).toBeCloseTo(limit, 12);
      expect(book.roomTo(limit, sign, 1e9, liquidity)).toBeLessThan(1e-3);
    }
  });

  it('comes back by half in a half-life, but for what stays', () => {
    const book = new ImpactBook({ ...law, lasting: 0.2 });
    book.take(1_000_000, 1, liquidity);
    expect(book.permanent).toBeCloseTo(0.0002, 12);
    expect(book.temporary).toBeCloseTo(0.0015, 12);
    book.recover(60_000_000);
    expect(book.temporary).toBeCloseTo(0.00075, 12);
    book.recover(60_000_000 * 200);
    expect(book.displacement).toBe(book.permanent);
  });

  it('leaves as much behind for parts at any times as for the whole', () => {
    const [parts, whole] = [
      new ImpactBook({ ...law, lasting: 0.2 }),
      new ImpactBook({ ...law, lasting: 0.2 }),
    ];
    for (const notional of [200_000, 300_000, 500_000]) {
      parts.take(notional, 1, liquidity);
      parts.recover(90_000_000);
    }
    whole.take(1_000_000, 1, liquidity);
    expect(parts.permanent).toBeCloseTo(whole.permanent, 12);
  });
});

describe('the fit to a recorded book', () => {
  it('finds the law that made the figures', () => {
    const [scale, exponent, turnover, volatility] = [1.25, 0.6, 20e6, 0.0004];
    // The smallest is the spread alone, and is left out.
    const deep = [1e5, 1e6, 5e6].map((notional) => {
      const mean = (scale * volatility * (notional / turnover) ** exponent) / (1 + exponent);
      return `slippage_ppm,${notional},${mean * 1e6},0,0,1`;
    });
    const text = [
      'quantity,key,value,spread_low,spread_high,samples',
      `turnover_usd_a_minute,,${turnover},,,1`,
      `volatility_of_a_minute_ppm,,${volatility * 1e6},,,1`,
      'slippage_ppm,10000,0.1,0,0,1',
      ...deep,
    ].join('\n');
    const fit = fitImpact(readBookFigures(text));
    expect(fit.scale).toBeCloseTo(scale, 9);
    expect(fit.exponent).toBeCloseTo(exponent, 9);
    expect(fit.rSquared).toBeCloseTo(1, 9);
  });
});
