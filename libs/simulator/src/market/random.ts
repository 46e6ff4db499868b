import { invariant } from '#libs/units';

const TWO_32 = 4294967296;

/**
 * A seeded generator of 32-bit numbers: sfc32 of PractRand (Chris Doty-Humphrey), integer
 * operations only, so that a seed means the same sequence on every machine. Two streams of one seed
 * are independent: what one part of the simulation draws never shifts what another one sees.
 */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  constructor(seed: number, stream: number) {
    invariant(Number.isSafeInteger(seed), 'a seed is a whole number within 2^53');
    this.a = seed | 0;
    this.b = Math.floor(seed / TWO_32) | 0;
    this.c = stream | 0;
    for (let k = 0; k < 16; k++) this.next();
  }

  /** The next number, 0 .. 2^32 - 1. */
  next(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return sum >>> 0;
  }

  /** A whole number 0 .. bound - 1, bound up to 2^21 (its bias is then below 2^-11). */
  below(bound: number): number {
    return Math.floor((this.next() * bound) / TWO_32);
  }

  /** A number in [0, 1). */
  unit(): number {
    return this.next() / TWO_32;
  }

  /** Picks by weights in parts per thousand that add up to 1000. */
  pick<T>(table: readonly (readonly [value: T, perMille: number])[]): T {
    const whole = table.reduce((sum, [, perMille]) => sum + perMille, 0);
    invariant(whole === 1000, 'the weights of a table of choices add up to 1000');
    let rest = this.below(whole);
    const found = table.find(([, perMille]) => (rest -= perMille) < 0);
    invariant(found !== undefined, 'a table of choices is not empty');
    return found[0];
  }
}
