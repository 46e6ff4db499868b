/** At least this many repeats count, whatever is asked for. */
export const MIN_REPEATS = 5;

/** Runs `once` unrecorded `warmUps` times, then `repeats` times; gives what the latter returned. */
export async function repeat<T>(
  repeats: number,
  warmUps: number,
  once: () => T | Promise<T>,
): Promise<T[]> {
  for (let i = 0; i < warmUps; i += 1) await once();
  const samples: T[] = [];
  for (let i = 0; i < Math.max(MIN_REPEATS, repeats); i += 1) samples.push(await once());
  return samples;
}

/** Seconds that `work` takes. */
export function seconds(work: () => void): number {
  const start = performance.now();
  work();
  return (performance.now() - start) / 1000;
}

let sink = 0;

/** Keeps a computed number alive, so that the compiler cannot drop the work behind it. */
export function consume(x: number): void {
  sink = x;
  if (Number.isNaN(sink)) throw new Error('a benchmark computed NaN');
}

/** A deterministic 32-bit generator (Marsaglia's xorshift): next value in 0..2^32 - 1. */
export class Xorshift32 {
  #state: number;
  constructor(seed: number) {
    this.#state = seed | 0 || 1;
  }
  next(): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return x >>> 0;
  }
  /** The next integer in 0..bound - 1. */
  below(bound: number): number {
    return this.next() % bound;
  }
}
