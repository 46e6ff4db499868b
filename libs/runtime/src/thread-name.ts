import { writeFileSync } from 'node:fs';

/**
 * Names the calling thread for `top -H` and the like, at most 15 characters. Linux only; elsewhere,
 * and where it may not, it does nothing.
 */
export function nameThread(name: string): void {
  try {
    writeFileSync('/proc/thread-self/comm', name);
  } catch {
    // A thread without a name works as well.
  }
}
