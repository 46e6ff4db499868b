/** Bytes of the memory that the threads share: i64 sequence, i32 generation. */
const SHARED_BYTES = 16;
const GENERATION = 2;

/**
 * The durable head, told by the thread that releases frames to threads that read the log. A reader
 * of the files alone learns of the last frame late: only a later frame, or HEAD, proves it durable.
 */
export class DurableHead {
  private readonly sequences: BigInt64Array;
  private readonly words: Int32Array;

  constructor(readonly memory = new SharedArrayBuffer(SHARED_BYTES)) {
    this.sequences = new BigInt64Array(memory, 0, 1);
    this.words = new Int32Array(memory);
  }

  /** Last sequence that is certainly durable. */
  sequence(): number {
    return Number(Atomics.load(this.sequences, 0));
  }

  /** Tells every thread that waits. */
  advance(sequence: number): void {
    Atomics.store(this.sequences, 0, BigInt(sequence));
    Atomics.add(this.words, GENERATION, 1);
    Atomics.notify(this.words, GENERATION);
  }

  /** Resolves when it is beyond `since`, when `signal` aborts, or after `patienceMs`. */
  async changed(since: number, patienceMs: number, signal: AbortSignal): Promise<void> {
    const generation = Atomics.load(this.words, GENERATION);
    if (this.sequence() > since || signal.aborted) return;
    const waiting = Atomics.waitAsync(this.words, GENERATION, generation, patienceMs);
    if (!waiting.async) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        signal.removeEventListener('abort', done);
        resolve();
      };
      signal.addEventListener('abort', done, { once: true });
      void waiting.value.then(done);
    });
  }
}
