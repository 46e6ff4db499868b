/**
 * Streams of the seeded generator, one for each part of the simulation. Parts that count (symbols)
 * add their ordinal, so the bases stand apart.
 */
export const STREAM = {
  membership: 1,
  trades: 2,
  venue: 3,
  bank: 4,
  funding: 5,
  prices: 100,
  basis: 200,
} as const;
