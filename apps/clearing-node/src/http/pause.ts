/** How long the thread may work before others get their turn. */
const SLICE_MS = 2;

let sliceEndsAtMs = 0;

/** Keeps long work from holding the thread: it is cut into slices of a few milliseconds. */
export const pause = {
  /** Lets others have their turn when this slice of work has taken long enough. */
  async ifLong(): Promise<void> {
    if (performance.now() < sliceEndsAtMs) return;
    await new Promise((resolve) => setImmediate(resolve));
    sliceEndsAtMs = performance.now() + SLICE_MS;
  },
};
