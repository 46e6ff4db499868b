import {
  callsIn,
  type Fault,
  printsIn,
  STORING_CALLS,
  type StoringCall,
  type Traced,
} from './system-faults.js';

/** Where a process is killed: in its nth call of a kind. */
export interface Point {
  readonly call: StoringCall;
  readonly nth: number;
  /** In a write of an acknowledgement to standard output. */
  readonly isPrint: boolean;
}

export function faultAt({ call, nth, isPrint }: Point, out: string): Fault {
  const fault = { call, nth, effect: 'signal=KILL' };
  return isPrint ? { ...fault, path: out } : fault;
}

/** Every call of a run that stores something, and every acknowledgement that it prints. */
export function pointsOf({ trace }: Traced, callsMax = Infinity): Point[] {
  const points: Point[] = [];
  const add = (call: StoringCall, count: number, isPrint: boolean): void => {
    for (let nth = 1; nth <= Math.min(count, callsMax); nth += 1) {
      points.push({ call, nth, isPrint });
    }
  };
  // Other write(2) are wakeups between threads: how many there are differs from run to run.
  for (const call of STORING_CALLS) if (call !== 'write') add(call, callsIn(trace, call), false);
  add('write', printsIn(trace), true);
  return points;
}

/** So many of them, evenly spread. */
export function sampled(points: readonly Point[], count: number): readonly Point[] {
  const step = points.length / count;
  return Array.from({ length: count }, (_, k) => points[Math.floor((k + 0.5) * step)]).flatMap(
    (point) => point ?? [],
  );
}

/**
 * HEAD is also written when a second has passed, so that a fast run makes a few calls less than the
 * one that was counted: a run that ends before it is killed is tried again.
 */
export async function untilKilled(run: () => Promise<Traced>): Promise<Traced> {
  let traced = await run();
  for (let attempt = 2; attempt <= 3 && traced.signal !== 'SIGKILL'; attempt += 1) {
    traced = await run();
  }
  return traced;
}
