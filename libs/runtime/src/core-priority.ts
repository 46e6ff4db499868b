import { performance } from 'node:perf_hooks';
import { comeFirst, takeTurns } from './this-thread.js';

/** Share of its time that the core thread works, above which it takes its turns; below the other it comes first. */
const SATURATED = 0.85;
const AT_EASE = 0.6;

/**
 * Lets the calling thread come first on a processor as long as it has time to spare, so that nobody who asks
 * holds up whoever trades. When it is saturated, what counts is how much it gets done: then it takes its turns,
 * or publishers that it pushes aside would send smaller batches, each with a cost of its own.
 */
export class CorePriority {
  /** Whether it comes first now. */
  isFirst: boolean;
  private readonly isAllowed: boolean;
  private before = performance.eventLoopUtilization();

  constructor() {
    this.isFirst = comeFirst();
    this.isAllowed = this.isFirst;
  }

  /** To be called now and then; looks at the time since it was called last. */
  adapt(): void {
    if (!this.isAllowed) return;
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, this.before);
    this.before = now;
    if (this.isFirst ? utilization < SATURATED : utilization > AT_EASE) return;
    this.isFirst = this.isFirst ? !takeTurns() : comeFirst();
  }
}
