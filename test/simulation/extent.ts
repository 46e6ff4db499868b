/** Seeds of the full run, and the most that a planted bug may need to be found. */
const FULL_SEEDS = 2_000;
const SAMPLE_SEEDS = 7;
export const SEEDS_FOR_A_BUG = 500;

export interface Extent {
  readonly firstSeed: number;
  readonly lastSeed: number;
  /** Whether planted bugs are looked for from the first seed on. */
  readonly isFull: boolean;
  /** Whether figures are printed. */
  readonly isTold: boolean;
}

/** Reads NOVATE_SIMULATION: `full`, one seed, or `FIRST-LAST`; a short sample without it. */
export function extentOf(flag: string | undefined): Extent {
  if (flag === undefined || flag === '') {
    return { firstSeed: 1, lastSeed: SAMPLE_SEEDS, isFull: false, isTold: false };
  }
  if (flag === 'full') return { firstSeed: 1, lastSeed: FULL_SEEDS, isFull: true, isTold: true };
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(flag) ?? [];
  if (first === undefined || Number(last) < Number(first)) {
    throw new Error(`NOVATE_SIMULATION is 'full', a seed or FIRST-LAST, not '${flag}'`);
  }
  return { firstSeed: Number(first), lastSeed: Number(last), isFull: false, isTold: true };
}
