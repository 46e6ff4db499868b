/**
 * Bounds how many inputs are not acknowledged. Whoever wants to send one more waits for its turn, in
 * the order in which they asked.
 */
export class Window {
  private taken = 0;
  private waiting: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = [];
  private failure: Error | undefined;

  constructor(private readonly size: number) {}

  /** Takes a place; resolves at once while there is one. Rejects when the session has failed. */
  take(): Promise<void> | undefined {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (this.waiting.length === 0 && this.taken < this.size) {
      this.taken += 1;
      return undefined;
    }
    return new Promise((resolve, reject) => this.waiting.push({ resolve, reject }));
  }

  /** Gives places back, and hands them to who waits. */
  give(count: number): void {
    this.taken -= count;
    const free = Math.max(0, this.size - this.taken);
    for (const { resolve } of this.waiting.splice(0, free)) {
      this.taken += 1;
      resolve();
    }
  }

  /** Nobody gets a place any more. */
  fail(error: Error): void {
    this.failure = error;
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}
