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
