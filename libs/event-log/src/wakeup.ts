/**
 * Lets one follower sleep until something was appended or its signal aborts. A wake between two
 * waits is not lost.
 */
export class Wakeup {
  #woken = false;
  #resume: (() => void) | undefined;

  constructor(readonly signal: AbortSignal) {
    signal.addEventListener('abort', () => this.wake(), { once: true });
  }

  isAborted(): boolean {
    return this.signal.aborted;
  }

  wake(): void {
    this.#woken = true;
    this.#resume?.();
  }

  /** Resolves at once when woken since the last wait. */
  async wait(): Promise<void> {
    if (!this.#woken && !this.isAborted()) {
      await new Promise<void>((resolve) => {
        this.#resume = resolve;
      });
      this.#resume = undefined;
    }
    this.#woken = false;
  }
}
