import { Problem } from './problem.js';
import { RateLimit } from './rate-limit.js';

describe('the limit of requests', () => {
  it('counts each holder by itself, anew each second', () => {
    let now = 0;
    const limit = new RateLimit(2, () => now);
    expect(limit.take('a')).toMatchObject({ 'ratelimit-limit': '2', 'ratelimit-remaining': '1' });
    expect(limit.take('a')).toMatchObject({ 'ratelimit-remaining': '0' });
    expect(() => limit.take('a')).toThrow(Problem);
    expect(limit.take('b')).toMatchObject({ 'ratelimit-remaining': '1' });
    now = 999;
    expect(() => limit.take('a')).toThrow(Problem);
    now = 1000;
    expect(limit.take('a')).toMatchObject({ 'ratelimit-remaining': '1' });
  });
});
