import { invariant } from './invariant.js';

const MASK_24 = 0xffffff;
const TWO_24 = 16777216;
const TWO_32 = 4294967296;
const TWO_48 = 281474976710656;

/** The value a running 48-bit hash starts from: the first 48 bits of the fraction of pi. */
export const MIX48_SEED = 0x243f6a8885a3;

/** MurmurHash3's 32-bit finaliser, a bijection in which every bit of x reaches every bit. */
function scramble32(x: number): number {
  let y = x ^ (x >>> 16);
  y = Math.imul(y, 0x85ebca6b);
  y ^= y >>> 13;
  y = Math.imul(y, 0xc2b2ae35);
  return y ^ (y >>> 16);
}

/**
 * Mixes the integer x (|x| <= 2^53) into a running hash and returns the new one, 0..2^48 - 1.
 * Start from MIX48_SEED. The order of the values counts. It is deterministic everywhere (32-bit
 * integer operations only) and for fingerprints among honest inputs: it resists no attacker.
 *
 * For every x it is a bijection of the hash, so a long chain loses none of the 48 bits.
 */
export function mix48(hash: number, x: number): number {
  invariant(hash >= 0 && hash < TWO_48, 'a running hash has 48 bits');
  const xLow = scramble32(x | 0);
  const xHigh = scramble32((Math.floor(x / TWO_32) | 0) ^ 0x9e3779b9);
  const first = xLow + Math.imul(xHigh, 5);
  const second = scramble32(first ^ xHigh);
  let low = (hash ^ first) & MASK_24;
  let high = (Math.floor(hash / TWO_24) ^ second ^ (first >>> 24)) & MASK_24;
  low = Math.imul(low, 0x9e3779) & MASK_24;
  low ^= low >>> 11;
  high = (high + Math.imul(low, 0x85ebcb)) & MASK_24;
  high ^= high >>> 13;
  low = (low + Math.imul(high, 0xc2b2af)) & MASK_24;
  low ^= low >>> 12;
  high = (high + Math.imul(low, 0x27d4eb)) & MASK_24;
  return high * TWO_24 + low;
}

/**
 * The 48-bit hash of bytes[from..to): six bytes at a time through `mix48`, after the length, so
 * that trailing zeros count. Not cryptographic.
 */
export function hash48(bytes: Uint8Array, from: number, to: number): number {
  invariant(from >= 0 && from <= to && to <= bytes.length, 'hashed bytes are inside the array');
  let hash = mix48(MIX48_SEED, to - from);
  for (let at = from; at < to; at += 6) {
    let word = 0;
    for (let last = Math.min(at + 6, to) - 1; last >= at; last -= 1) {
      word = word * 256 + (bytes[last] ?? 0);
    }
    hash = mix48(hash, word);
  }
  return hash;
}
