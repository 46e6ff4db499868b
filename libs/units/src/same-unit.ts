import type { Unit } from './brands.js';

/*
 * Sums, differences and the like of two figures of one unit, which keep it; with + and - the result
 * is a bare number. Not checked: what is stored is checked where it is stored (docs/numbers.md, 2).
 */

export function plus<U extends Unit>(a: U, b: NoInfer<U>): U {
  return (a + b) as U;
}

export function minus<U extends Unit>(a: U, b: NoInfer<U>): U {
  return (a - b) as U;
}

/** The figure with the other sign; never minus zero. */
export function negated<U extends Unit>(a: U): U {
  return (0 - a) as U;
}

/** The figure without its sign. */
export function sizeOf<U extends Unit>(a: U): U {
  return Math.abs(a) as U;
}

export function lesser<U extends Unit>(a: U, b: NoInfer<U>): U {
  return Math.min(a, b) as U;
}

export function greater<U extends Unit>(a: U, b: NoInfer<U>): U {
  return Math.max(a, b) as U;
}
