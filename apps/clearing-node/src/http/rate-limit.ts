import { Problem } from './problem.js';

interface Window {
  startedAtMs: number;
  used: number;
}

/** Counts the requests of each token in windows of a second. */
export class RateLimit {
  private readonly windows = new Map<string, Window>();

  constructor(
    private readonly requestsPerSecond: number,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Counts one request; answers the headers that tell the holder. @throws Problem 429 */
  take(holder: string): Readonly<Record<string, string>> {
    const now = this.nowMs();
    const window = this.windows.get(holder) ?? { startedAtMs: now, used: 0 };
    if (now - window.startedAtMs >= 1000) Object.assign(window, { startedAtMs: now, used: 0 });
    this.windows.set(holder, window);
    window.used += 1;
    const headers = {
      'ratelimit-limit': String(this.requestsPerSecond),
      'ratelimit-remaining': String(Math.max(0, this.requestsPerSecond - window.used)),
      'ratelimit-reset': '1',
    };
    if (window.used <= this.requestsPerSecond) return headers;
    const detail = 'This token has used up its requests of this second.';
    throw new Problem(429, 'too-many-requests', detail, {}, { ...headers, 'retry-after': '1' });
  }
}
