import { readlinkSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';

/** How much the calling thread steps back, in steps of nice: a tenth of a core that two want. */
const STEPS_BACK = 10;

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

/**
 * The calling thread takes a core only while no other thread of the node wants it: whoever asks must
 * not hold up whoever trades. Linux only, where a priority is a thread's own.
 */
export function giveWay(): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), STEPS_BACK);
  } catch {
    // It takes its turns like the others then.
  }
}
