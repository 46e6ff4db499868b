import { readlinkSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { basename } from 'node:path';

/** How much a thread steps back, in steps of nice: a tenth of a core that two want. */
const STEPS_BACK = 10;
/** The highest that nice knows: nearly all of a core that two want. */
const STEPS_AHEAD = -20;

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
  setNice(STEPS_BACK);
}

/**
 * The calling thread, and those that it starts from now on, take a core before everybody else's: every
 * acknowledgement waits for it. Needs CAP_SYS_NICE, or a limit on nice that allows it (docs/operations.md); says
 * whether it was allowed. Linux only, as above.
 */
export function comeFirst(): boolean {
  return setNice(STEPS_AHEAD);
}

/** Undoes `comeFirst`. */
export function takeTurns(): boolean {
  return setNice(0);
}

function setNice(steps: number): boolean {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), steps);
    return true;
  } catch {
    return false; // It takes its turns like the others then.
  }
}
