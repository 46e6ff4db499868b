import { invariant } from '#libs/units';

/** Kinds of timer: in the order of the catalogue's enumeration, then those with events of their own. */
export const TIMER = {
  marginCall: 0,
  orderTimeout: 1,
  memberCall: 2,
  stalePrice: 3,
  expiry: 4,
  rulebook: 5,
  valuation: 6,
  tranche: 7,
  halt: 8,
  hedgeGrace: 9,
} as const;

export interface Timer {
  readonly deadline: number;
  readonly kind: number;
  readonly subject: number;
  readonly reference: number;
}

/** The order in which timers fire: deadline, kind, subject, reference. */
export function compareTimers(a: Timer, b: Timer): number {
  return (
    a.deadline - b.deadline || a.kind - b.kind || a.subject - b.subject || a.reference - b.reference
  );
}

/**
 * A binary heap of deadlines. It is derived from the rows (which hold the deadlines themselves) and
 * may hold timers that no longer apply; whoever pops one checks it against the rows.
 */
export class TimerHeap {
  private readonly heap: Timer[] = [];
  /** Whoever only follows the log leaves it off: nothing is pushed and nothing grows. */
  isActive = true;

  clear(): void {
    this.heap.length = 0;
  }

  push(timer: Timer): void {
    if (!this.isActive) return;
    invariant(timer.deadline > 0, 'a timer has a deadline');
    invariant(timer.kind <= TIMER.hedgeGrace, 'a timer is of a known kind');
    const { heap } = this;
    let at = heap.length;
    heap.push(timer);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || compareTimers(above, timer) <= 0) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = timer;
  }

  /** Deadline of the earliest timer; Infinity when there is none. */
  next(): number {
    return this.heap[0]?.deadline ?? Infinity;
  }

  pop(): Timer | undefined {
    const { heap } = this;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      const left = at * 2 + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const leftTimer = heap[left] as Timer;
      const rightTimer = heap[right];
      const smaller =
        rightTimer !== undefined && compareTimers(rightTimer, leftTimer) < 0 ? right : left;
      const child = heap[smaller] as Timer;
      if (compareTimers(child, last) >= 0) break;
      heap[at] = child;
      at = smaller;
    }
    heap[at] = last;
    invariant(this.next() >= first.deadline, 'timers fire in the order of their deadlines');
    return first;
  }
}
