import { readFileSync } from 'node:fs';
import * as pricing from '#libs/pricing';
import { digitsOf, doubleOf, recomputed } from './kernel-lines.mjs';

/**
 * The bits of the kernels, as first computed: a margin on the log may depend on each. Never edited;
 * new lines are added with their inputs alone, and `node scripts/kernel-bits.mjs --write` completes them.
 */
const golden = readFileSync(new URL('./bits.txt', import.meta.url), 'utf8');

describe('the golden bits of the kernels', () => {
  it('are computed again', () => {
    expect(recomputed(pricing, golden)).toBe(golden);
  });

  it('cover every kernel', () => {
    const names = new Set(golden.split('\n').map((line) => line.split(' ')[0]));
    names.delete('');
    expect(names.size).toBe(11);
    expect(golden.split('\n').length).toBeGreaterThan(700);
  });

  it('see a change of one bit', () => {
    const shifted = { ...pricing, exp: (x: number) => pricing.exp(x) * (1 + 2 ** -52) };
    expect(recomputed(shifted, golden)).not.toBe(golden);
  });

  it('are written as the digits of a double', () => {
    expect(digitsOf(1)).toBe('3ff0000000000000');
    expect(Object.is(doubleOf('8000000000000000'), -0)).toBe(true);
    for (const x of [5e-324, -1.5, Infinity]) expect(doubleOf(digitsOf(x))).toBe(x);
  });
});
