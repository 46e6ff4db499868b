import os from 'node:os';
import { checkDisk, diskBytes, slopePerSecond } from './steady-bounds.js';

describe('the bounds of the steady benchmark', () => {
  it('find the slope of a line, and of a line with equal noise on both sides', () => {
    const line = [0, 10, 20, 30].map((seconds) => ({ seconds, value: 100 + 0.5 * seconds }));
    expect(slopePerSecond(line)).toBeCloseTo(0.5, 12);
    const noisy = line.flatMap(({ seconds, value }) => [
      { seconds, value: value - 7 },
      { seconds, value: value + 7 },
    ]);
    expect(slopePerSecond(noisy)).toBeCloseTo(0.5, 12);
    expect(slopePerSecond(line.map((one) => ({ ...one, value: 3 })))).toBe(0);
    expect(() => slopePerSecond(line.slice(0, 1))).toThrow('two times');
  });

  it('keep the hour within 25 GB', () => {
    const hour = diskBytes(3_600 * 50_000, 100_000);
    expect(hour).toBeGreaterThan(3_600 * 50_000 * 122);
    expect(hour).toBeLessThanOrEqual(25e9);
  });

  it('refuse what the disk or the limit has no room for', () => {
    expect(() => checkDisk(os.tmpdir(), 1e6, 1)).not.toThrow();
    expect(() => checkDisk(os.tmpdir(), 2e9, 1)).toThrow('up to 2.0 GB of disk, more than 1');
    expect(() => checkDisk(os.tmpdir(), 1e18, 1e12)).toThrow('are free in');
  });
});
