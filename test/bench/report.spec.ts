import { latencyResult, machine, numberParam, quantile, result } from './report.js';

describe('reports', () => {
  it('give the median with minimum, maximum and the samples in their order', () => {
    expect(result('ticksPerSecond', '1/s', [30, 10, 50, 20, 40])).toEqual({
      ...{ metric: 'ticksPerSecond', unit: '1/s', value: 30, min: 10, max: 50 },
      samples: [30, 10, 50, 20, 40],
    });
  });

  it('take percentiles of a latency over all events, not over the repeats', () => {
    const repeats = [0, 1, 2, 3, 4].map((r) =>
      Array.from({ length: 200 }, (_, i) => r * 200 + i + 1),
    );
    const { value, p50, p99, p999 } = latencyResult('ackMicroseconds', 'µs', repeats);
    expect({ value, p50, p99, p999 }).toEqual({ value: 500, p50: 500, p99: 990, p999: 999 });
  });

  it('use the nearest rank', () => {
    expect([0, 0.1, 0.5, 0.51, 1].map((q) => quantile([1, 2, 3, 4], q))).toEqual([1, 1, 2, 3, 4]);
    expect(() => quantile([], 0.5)).toThrow('no numbers');
  });

  it('name the machine', () => {
    const { cores, filesystem, node } = machine();
    expect(cores).toBeGreaterThan(0);
    expect(filesystem).not.toBe('');
    expect(node).toBe(process.versions.node);
  });

  it('refuse a parameter that is no positive number', () => {
    expect(numberParam({ repeats: '7' }, 'repeats', 5)).toBe(7);
    expect(numberParam({}, 'repeats', 5)).toBe(5);
    expect(() => numberParam({ repeats: 'many' }, 'repeats', 5)).toThrow('--set repeats');
    expect(() => numberParam({ repeats: 0 }, 'repeats', 5)).toThrow('--set repeats');
  });
});
