import { clearedUtis, HOUSE_PREFIX } from './cleared-utis.js';

/** ISO 7064 mod 97-10 of letters as 10 to 35: 1 when the check digits are right. */
function remainder(lei: string): number {
  const digits = lei.replace(/[A-Z]/g, (letter) => String(parseInt(letter, 36)));
  return Number(BigInt(digits) % 97n);
}

describe('the UTIs of a cleared trade', () => {
  it('are two, one a leg, and name the one they replace', () => {
    expect(clearedUtis(42, 'XNOV1')).toEqual({
      buyerUti: 'NOVATE0000CLEARING940000000000000042B',
      sellerUti: 'NOVATE0000CLEARING940000000000000042S',
      previousUti: 'XNOV1',
    });
    expect(clearedUtis(42)).not.toHaveProperty('previousUti');
  });

  it('are what ISO 23897 allows, for any sequence, and never alike', () => {
    const sequences = [1, 9, 10, 99, 2 ** 31, Number.MAX_SAFE_INTEGER];
    const utis = sequences.flatMap((sequence) => {
      const { buyerUti, sellerUti } = clearedUtis(sequence);
      return [buyerUti, sellerUti];
    });
    expect(new Set(utis).size).toBe(2 * sequences.length);
    for (const uti of utis) expect(uti).toMatch(/^[A-Z0-9]{21,52}$/);
  });

  it('begin with a prefix of the form of an LEI, or with the one that a house has', () => {
    expect(remainder(HOUSE_PREFIX)).toBe(1);
    expect(clearedUtis(1, '', '529900T8BM49AURSDO55').buyerUti).toMatch(/^529900T8BM49AURSDO55/);
    expect(() => clearedUtis(1, '', 'SHORT')).toThrow('as long as an LEI');
    expect(() => clearedUtis(0)).toThrow('a trade has a sequence');
  });
});
