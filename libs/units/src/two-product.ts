/** 2^27 + 1: Veltkamp's factor, which splits a 53-bit significand into 26 + 26 bits and a sign. */
const SPLITTER = 134217729;

/**
 * The rounding error of a product: `a * b - product` exactly, where `product` is the rounded
 * double `a * b`.
 *
 * Dekker's algorithm (A floating-point technique for extending the available precision, Numer.
 * Math. 18, 1971; proof in Muller et al., Handbook of Floating-Point Arithmetic, 2nd ed., 4.4):
 * exact in round-to-nearest binary64 if nothing over- or underflows, and |a|, |b| <= 2^53 keep
 * every term an integer below 2^108. The result is an integer with |result| <= 2^52, half the
 * spacing of doubles below 2^106.
 */
export function productError(a: number, b: number, product: number): number {
  const aScaled = a * SPLITTER;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = b * SPLITTER;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow;
}
