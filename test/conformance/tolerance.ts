import type { Json } from './json.js';

/** How far a computed figure may be from the printed one. */
export interface Tolerance {
  readonly kind: 'exact' | 'relative' | 'absolute';
  readonly size: number;
  /** What may be off in any case: the noise of the doubles that the printed figures came from. */
  readonly noise?: number;
}

export const EXACT: Tolerance = { kind: 'exact', size: 0 };

/** For files that say nothing themselves: the table in the README.md beside the published vectors. */
const byFile: Readonly<Record<string, Tolerance>> = {
  'derive_pmrm1.json': { kind: 'relative', size: 1e-6 },
  'derive_pmrm2.json': { kind: 'relative', size: 1e-6 },
  'derive_srm.json': { kind: 'relative', size: 1e-6 },
  'derive_auction.json': { kind: 'absolute', size: 1e-9 },
  'simm.json': { kind: 'absolute', size: 1 },
};

/** Upstream's figures are sums of doubles of up to 10^7: what should be 0 is printed as 3.6e-12. */
const noiseByFile: Readonly<Record<string, number>> = {
  'derive_pmrm1.json': 1e-8,
  'derive_pmrm2.json': 1e-8,
};

/**
 * Files whose bare numbers are shares of the printed figure: in this one a price printed as 5718.57 is said
 * to be reproduced to 1e-6 by a rule that gives 5718.5714.
 */
const relativeNumbers: ReadonlySet<string> = new Set(['venue_examples.json']);

const number = String.raw`\d+(?:\.\d+)?(?:e[-+]?\d+)?`;

/**
 * A stated tolerance: a number is absolute, but for the files above; text says `1e-10 relative` (the last one counts, where a
 * sentence names the source's own first), `rounded to 1` (half of it), or begins with an absolute one.
 */
export function toleranceOf(stated: Json | undefined, file: string): Tolerance {
  if (typeof stated === 'number') {
    return { kind: relativeNumbers.has(file) ? 'relative' : 'absolute', size: stated };
  }
  if (typeof stated === 'string') {
    const relative = [...stated.matchAll(new RegExp(`(${number}) relative`, 'gi'))].at(-1)?.[1];
    if (relative !== undefined) {
      const noise = noiseByFile[file];
      return {
        kind: 'relative',
        size: Number(relative),
        ...(noise === undefined ? {} : { noise }),
      };
    }
    const rounded = new RegExp(`rounded to (${number})`, 'i').exec(stated)?.[1];
    if (rounded !== undefined) return { kind: 'absolute', size: Number(rounded) / 2 };
    const absolute = new RegExp(`^\\s*(${number})`, 'i').exec(stated)?.[1];
    if (absolute !== undefined) return { kind: 'absolute', size: Number(absolute) };
  }
  return byFile[file] ?? EXACT;
}

export function toleranceText({ kind, size }: Tolerance): string {
  return kind === 'exact' ? kind : `${String(size)} ${kind}`;
}

const whole = /^-?\d+$/;

/**
 * Whether a figure is near enough to the printed one. Exact means equal, for whole figures digit by
 * digit; a figure with decimals may differ by half of its last printed one or by 1e-9 of itself, which
 * is the rounding of doubles and hides no rounding to whole units. Relative to zero is absolute.
 */
export function isNear(
  actual: number | string,
  expected: number | string,
  { kind, size, noise }: Tolerance,
): boolean {
  const [left, right] = [String(actual), String(expected)];
  if (left === right) return true;
  const [a, e] = [Number(actual), Number(expected)];
  if (!Number.isFinite(a) || !Number.isFinite(e)) return false;
  const gap = Math.abs(a - e);
  if (noise !== undefined && gap <= noise) return true;
  if (kind === 'absolute') return gap <= size * (1 + 1e-12);
  if (kind === 'relative') return gap <= size * (e === 0 ? 1 : Math.abs(e));
  if (whole.test(left) && whole.test(right)) return BigInt(left) === BigInt(right);
  const rounding = Math.min(1e-9 * Math.abs(e), 1e-3);
  const decimals = /\.(\d+)$/.exec(right)?.[1]?.length;
  return gap <= Math.max(rounding, decimals === undefined ? 0 : 0.5 * 10 ** -decimals);
}
