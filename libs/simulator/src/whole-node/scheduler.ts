import { nextTick } from 'node:process';
import type { Random } from '../market/random.js';

/** What stands for a running process: when it is dead, nothing that it waits for ever happens. */
export interface Process {
  isAlive: boolean;
  /** How often what it waits for may still happen; instead of the next one it dies. */
  turnsLeft?: number;
  die?: () => void;
  /** Where it draws the order among callbacks of one time; the schedule's own draws by default. */
  readonly ties?: Random;
}

interface Entry {
  readonly atUs: number;
  readonly tie: number;
  readonly ordinal: number;
  readonly action: () => void;
  readonly process: Process | undefined;
  isCancelled: boolean;
}

/**
 * Virtual time: every timer and callback of a simulated world in one queue, ordered by time and then
 * by a number drawn from the seed, so that a seed is one schedule and another seed is another.
 */
export class Scheduler {
  /** Microseconds since the world began. */
  nowUs = 0;
  /** Callbacks that ran. */
  turns = 0;
  private ordinal = 0;
  private readonly heap: Entry[] = [];

  constructor(private readonly random: Random) {}

  /** Calls `action` later, unless its process is dead by then; returns what cancels it. */
  after(delayUs: number, action: () => void, process?: Process): () => void {
    const entry: Entry = {
      atUs: this.nowUs + Math.max(0, Math.floor(delayUs)),
      tie: (process?.ties ?? this.random).next(),
      ordinal: this.ordinal++,
      action,
      process,
      isCancelled: false,
    };
    this.push(entry);
    return () => {
      entry.isCancelled = true;
    };
  }

  /** Resolves later; never for a process that has died. */
  wait(delayUs: number, process?: Process): Promise<void> {
    return new Promise((resolve) => this.after(delayUs, resolve, process));
  }

  /** Runs until `isDone`, or until the time has come; false when it was the time that ended it. */
  async run(isDone: () => boolean, endUs: number): Promise<boolean> {
    while (!isDone()) {
      const next = this.heap[0];
      if (next === undefined || next.atUs > endUs) return false;
      this.pop();
      if (next.isCancelled || next.process?.isAlive === false) continue;
      this.nowUs = next.atUs;
      this.turns += 1;
      if (isDyingIn(next.process)) next.process?.die?.();
      else next.action();
      await settled();
    }
    return true;
  }

  private push(entry: Entry): void {
    const { heap } = this;
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (isBefore(heap[parent]!, entry)) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child += 1;
      if (isBefore(last, heap[child]!)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
  }
}

/**
 * Ends when every promise that could go on has gone on: the queue of ticks comes after the queue of
 * promises is empty. No time is read, so it does not matter how long it takes.
 */
function settled(): Promise<void> {
  return new Promise((resolve) => nextTick(resolve));
}

function isDyingIn(process: Process | undefined): boolean {
  if (process?.turnsLeft === undefined) return false;
  process.turnsLeft -= 1;
  return process.turnsLeft < 0;
}

function isBefore(a: Entry, b: Entry): boolean {
  if (a.atUs !== b.atUs) return a.atUs < b.atUs;
  return a.tie === b.tie ? a.ordinal < b.ordinal : a.tie < b.tie;
}
