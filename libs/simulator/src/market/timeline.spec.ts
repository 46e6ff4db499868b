import type { Bar } from './bar-file.js';
import { listContracts } from './contracts.js';
import { demoBars } from './testing/day-run.js';
import { Timeline } from './timeline.js';

const MINUTE = 60_000;
const bar = (minute: number, close: string, volume = 1): Bar => ({
  timeMs: minute * MINUTE,
  close,
  volume,
});

describe('the timeline of the demo day', () => {
  const bars = demoBars();
  const timeline = new Timeline(bars, 1);

  it('cuts a minute into four steps of 15 s', () => {
    expect(timeline.marketSteps).toBe(5760);
    expect(timeline.stepTimeUs(0)).toBe(timeline.startUs + 15_000_000);
    expect(timeline.stepTimeUs(5759)).toBe(timeline.startUs + 86_400_000_000);
  });

  it('is at the real close at the end of every minute', () => {
    for (const [k, [, rows]] of [...bars].entries()) {
      const { stepTicks, scale } = timeline.symbols[k]!;
      const closes = rows.map(({ close }) => Math.round(Number(close) * scale));
      expect(rows.map((_, minute) => stepTicks[minute * 4 + 3])).toEqual(closes);
    }
  });

  it('never goes back in time and ends standing still', () => {
    for (let step = 1; step < timeline.steps; step++) {
      expect(timeline.stepTimeUs(step)).toBeGreaterThanOrEqual(timeline.stepTimeUs(step - 1));
    }
    const last = timeline.steps - 1;
    expect(timeline.stepTimeUs(last)).toBe(timeline.stepTimeUs(last - 10));
  });

  it('spreads turnover over the day', () => {
    expect(timeline.turnoverBefore(0)).toBe(0);
    expect(timeline.turnoverBefore(timeline.steps)).toBe(1);
    const crash = timeline.turnoverBefore(14 * 240) - timeline.turnoverBefore(13 * 240);
    expect(crash).toBeGreaterThan(2 / 24);
  });

  it('lists contracts of which a lot and a tick are worth one minor unit', () => {
    const rows = listContracts(timeline).map(({ name, multiplier, tickDigits }) => {
      return [name, multiplier, tickDigits];
    });
    expect(rows).toEqual([
      ['BTC-PERP', 1, 1],
      ['BTC-20210625', 1, 1],
      ['ETH-PERP', 1, 2],
      ['ETH-20210625', 1, 2],
      ['BTC-20210519', 1, 1],
      ['BTC-USD', 10_000_000_000, 1],
    ]);
  });
});

describe('other bars', () => {
  it('takes the common time of its symbols, and is silent where a bar is missing', () => {
    const bars = new Map([
      ['AAAUSD', [bar(0, '10'), bar(1, '11'), bar(3, '13'), bar(4, '14')]],
      ['BBBUSD', [bar(1, '0.5'), bar(2, '0.6'), bar(3, '0.7')]],
    ]);
    const timeline = new Timeline(bars, 1);
    expect(timeline.startUs).toBe(MINUTE * 1000);
    expect(timeline.barCount).toBe(3);
    expect([...timeline.symbols[0]!.hasBar]).toEqual([1, 0, 1]);
    expect([...timeline.symbols[1]!.hasBar]).toEqual([1, 1, 1]);
    expect(timeline.symbols[0]!.stepTicks[7]).toBe(timeline.symbols[0]!.stepTicks[3]);
  });

  it('gathers finer bars into the coarsest', () => {
    const fine = Array.from({ length: 10 }, (_, k) => bar(k, String(100 + k), 2));
    const bars = new Map([
      ['AUSD', fine],
      ['BUSD', [bar(0, '7'), bar(5, '8')]],
    ]);
    const timeline = new Timeline(bars, 1);
    expect(timeline.barCount).toBe(2);
    expect(timeline.stepUs).toBe(75_000_000);
    const { stepTicks, scale } = timeline.symbols[0]!;
    expect([stepTicks[3]! / scale, stepTicks[7]! / scale]).toEqual([104, 109]);
  });

  it('keeps the steps of daily bars within 15 minutes', () => {
    const days = new Map([['AUSD', [bar(0, '100'), bar(1440, '90'), bar(2880, '95')]]]);
    const timeline = new Timeline(days, 1);
    expect(timeline.stepsPerBar).toBe(96);
    expect(timeline.stepUs).toBe(900_000_000);
  });

  it('refuses symbols without a common time', () => {
    const bars = new Map([
      ['A', [bar(0, '1'), bar(1, '1')]],
      ['B', [bar(5, '1'), bar(6, '1')]],
    ]);
    expect(() => new Timeline(bars, 1)).toThrow('no bars at a common time');
    expect(() => new Timeline(new Map(), 1)).toThrow('at least one symbol');
  });
});
