import { invariant } from '#libs/units';

/**
 * Stands where the LEI of the house stands in its UTIs: 18 characters and the check digits of ISO 17442.
 * A house that reports to a trade repository gives its own.
 */
export const HOUSE_PREFIX = 'NOVATE0000CLEARING94';
const PREFIX_LENGTH = 20;
const SEQUENCE_DIGITS = 16;

/** Trade ids (ISO 23897) of what a novation makes of one trade. */
export interface ClearedUtis {
  readonly buyerUti: string;
  readonly sellerUti: string;
  /** The venue's UTI of the trade that both legs replace; absent when it gave none. */
  readonly previousUti?: string;
}

/**
 * The UTIs of the two legs between the house and each side: prefix, sequence of the TradeNovated, side.
 * They follow from the log alone, so that anybody finds the same ones again; at most 52 characters,
 * upper-case letters and digits.
 */
export function clearedUtis(
  tradeSequence: number,
  previousUti = '',
  prefix = HOUSE_PREFIX,
): ClearedUtis {
  invariant(Number.isSafeInteger(tradeSequence) && tradeSequence > 0, 'a trade has a sequence');
  invariant(prefix.length === PREFIX_LENGTH, 'a prefix is as long as an LEI', () => prefix);
  const trade = prefix + String(tradeSequence).padStart(SEQUENCE_DIGITS, '0');
  const legs = { buyerUti: `${trade}B`, sellerUti: `${trade}S` };
  return previousUti === '' ? legs : { ...legs, previousUti };
}
