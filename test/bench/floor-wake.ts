const SLEEPS = 2_000;
const SLEEP_MS = 1;

/**
 * How much later than it asked a sleeping thread goes on, milliseconds: what a scheduler, or a machine
 * below a virtual one, adds to every wait. No tail of a latency is below a few times this one's.
 */
export function wakeLatenessMs(): number[] {
  const nobody = new Int32Array(new SharedArrayBuffer(4));
  return Array.from({ length: SLEEPS }, () => {
    const startMs = performance.now();
    Atomics.wait(nobody, 0, 0, SLEEP_MS);
    return performance.now() - startMs - SLEEP_MS;
  });
}
