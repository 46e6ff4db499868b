/** The wire of the bare ingest loop: what its publisher and its core agree on. Little endian. */

export const ACCOUNTS = 100_000;
export const INSTRUMENTS = 20;

/** A record: instrument u32, buyer u32, seller u32, -, sequence i64, price i64, lots i64, padding. */
export const RECORD = {
  instrument: 0,
  buyer: 4,
  seller: 8,
  sequence: 16,
  priceTicks: 24,
  lots: 32,
  bytes: 64,
} as const;

/** An event: the record, then the buyer's and the seller's new lots, both i64, and padding. */
export const EVENT = { buyerLots: 64, sellerLots: 72, bytes: 96 } as const;

/** An acknowledgement: the highest durable sequence, i64. */
export const ACK_BYTES = 8;
