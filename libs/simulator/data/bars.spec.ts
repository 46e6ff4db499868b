import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const minuteMs = 60_000;
const dayStartMs = Date.UTC(2021, 4, 19);

interface Bar {
  readonly timeMs: number;
  readonly close: number;
  readonly volume: number;
}

function read(name: string): { readonly bytes: Buffer; readonly bars: readonly Bar[] } {
  const bytes = readFileSync(fileURLToPath(new URL(name, import.meta.url)));
  const [header, ...lines] = bytes.toString('utf8').trimEnd().split('\n');
  expect(header).toBe('ts_ms,close,volume');
  const bars = lines.map((line) => {
    expect(line).toMatch(/^\d{13},\d+(\.\d+)?,\d+(\.\d+)?$/);
    const [timeMs, close, volume] = line.split(',').map(Number);
    return { timeMs: timeMs ?? NaN, close: close ?? NaN, volume: volume ?? NaN };
  });
  return { bytes, bars };
}

describe.each([
  { name: 'btcusdt-1m-20210519.csv', lowest: 30101, highest: 43567.95, close: 36690.09 },
  { name: 'ethusdt-1m-20210519.csv', lowest: 1925.16, highest: 3440.21, close: 2438.92 },
])('$name', ({ name, lowest, highest, close }) => {
  const { bytes, bars } = read(name);

  it('has one row for each minute of 19 May 2021 UTC', () => {
    expect(bars).toHaveLength(1440);
    expect(bars.map(({ timeMs }) => timeMs)).toEqual(
      Array.from({ length: 1440 }, (_, minute) => dayStartMs + minute * minuteMs),
    );
  });

  it('has the prices of that day', () => {
    const closes = bars.map((bar) => bar.close);
    expect(Math.min(...closes)).toBe(lowest);
    expect(Math.max(...closes)).toBe(highest);
    expect(closes.at(-1)).toBe(close);
    expect(bars.every(({ volume }) => volume > 0)).toBe(true);
    const bottom = bars.find((bar) => bar.close === lowest);
    expect(new Date(bottom?.timeMs ?? 0).toISOString()).toBe('2021-05-19T13:09:00.000Z');
  });

  it('is the file that the README names', () => {
    const readme = readFileSync(fileURLToPath(new URL('README.md', import.meta.url)), 'utf8');
    expect(readme).toContain(createHash('sha256').update(bytes).digest('hex'));
  });
});

describe.each([
  { name: 'ethusdt-5m-20221108.csv', minutes: 5, lowest: 1073.53, highest: 1579.98 },
  { name: 'solusdt-15m-20221108.csv', minutes: 15, lowest: 9.423, highest: 31.89 },
  { name: 'bnbusdt-15m-20221108.csv', minutes: 15, lowest: 260, highest: 399.91 },
])('$name', ({ name, minutes, lowest, highest }) => {
  const bytes = readFileSync(fileURLToPath(new URL(name, import.meta.url)));
  const [header, ...lines] = bytes.toString('utf8').trimEnd().split('\n');
  const rows = lines.map((line) => line.split(',').map(Number));

  it('has one row for each bar of 8 to 10 November 2022 UTC', () => {
    expect(header).toBe('ts_ms,high,low,close,volume');
    expect(rows.map(([timeMs]) => timeMs)).toEqual(
      Array.from(
        { length: (3 * 1440) / minutes },
        (_, k) => Date.UTC(2022, 10, 8) + k * minutes * minuteMs,
      ),
    );
  });

  it('has the prices of those days, each close within its extremes', () => {
    expect(Math.min(...rows.map(([, , low]) => low ?? NaN))).toBe(lowest);
    expect(Math.max(...rows.map(([, high]) => high ?? NaN))).toBe(highest);
    expect(
      rows.every(([, high = NaN, low = NaN, close = NaN]) => low <= close && close <= high),
    ).toBe(true);
  });

  it('is the file that the README names', () => {
    const readme = readFileSync(fileURLToPath(new URL('README.md', import.meta.url)), 'utf8');
    expect(readme).toContain(createHash('sha256').update(bytes).digest('hex'));
  });
});
