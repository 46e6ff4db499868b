/*
 * The parts of a double, read and written through typed arrays that share their bytes: exact, and
 * the same on machines of both byte orders.
 */
const value = new Float64Array(1);
const words = new Uint32Array(value.buffer);
value[0] = 1;
/** Which of the two words has the sign and the exponent. */
const HIGH = words[1] === 0x3ff00000 ? 1 : 0;
const LOW = 1 - HIGH;

/** 2^-1022: below it a double has fewer than 53 bits. */
export const SMALLEST_NORMAL = 2.2250738585072014e-308;

/** e of x = s x 2^e with s in [1, 2), for a positive x of at least SMALLEST_NORMAL. */
export function exponentOf(x: number): number {
  value[0] = x;
  return (words[HIGH]! >>> 20) - 1023;
}

/** s of x = s x 2^e with s in [1, 2), for a positive x of at least SMALLEST_NORMAL. */
export function significandOf(x: number): number {
  value[0] = x;
  words[HIGH] = (words[HIGH]! & 0x000fffff) | 0x3ff00000;
  return value[0];
}

/** 2^e for a whole e in -1022..1023. */
export function powerOfTwo(e: number): number {
  words[LOW] = 0;
  words[HIGH] = (e + 1023) << 20;
  return value[0]!;
}
