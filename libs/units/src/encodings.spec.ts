import fc from 'fast-check';

import {
  InvalidDecimal,
  MIX48_SEED,
  SAFE_LIMIT,
  formatDecimal,
  getInt64,
  hash48,
  mix48,
  parseDecimal,
  putInt64,
} from './index.js';

const safe = fc.oneof(
  fc.maxSafeInteger(),
  fc.constantFrom(0, -1, 1, 2 ** 31, 2 ** 32, -(2 ** 31), -(2 ** 32), SAFE_LIMIT, -SAFE_LIMIT),
  fc.integer(),
);

describe('int64 fields', () => {
  const view = new DataView(new ArrayBuffer(24));

  it('are the bytes of a BigInt64, and read back', () => {
    fc.assert(
      fc.property(safe, fc.integer({ min: 0, max: 16 }), (x, at) => {
        putInt64(view, at, x);
        expect(view.getBigInt64(at, true)).toBe(BigInt(x));
        expect(getInt64(view, at)).toBe(x);
      }),
      { numRuns: 5_000 },
    );
  });

  it('refuse what is beyond 2^53, also where it would round into range', () => {
    const wide = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const edge = fc.bigInt({ min: -3n, max: 3n });
    const limit = BigInt(SAFE_LIMIT);
    const near = edge.map((x) => (x < 0n ? x - limit : x + limit));
    fc.assert(
      fc.property(fc.oneof(wide, near), (x) => {
        view.setBigInt64(0, x, true);
        if (x >= -limit && x <= limit) expect(getInt64(view, 0)).toBe(Number(x));
        else expect(() => getInt64(view, 0)).toThrow('within 2^53');
      }),
      { numRuns: 5_000 },
    );
    for (const x of [0.5, Number.NaN, Infinity, 2 ** 54]) {
      expect(() => putInt64(view, 0, x)).toThrow('within 2^53');
    }
    expect(() => putInt64(view, 17, 1)).toThrow(RangeError);
  });

  it('write no minus zero', () => {
    putInt64(view, 0, -0);
    expect(view.getBigInt64(0, true)).toBe(0n);
    expect(getInt64(view, 0)).toBe(0);
  });
});

describe('48-bit hashes', () => {
  /** The same mixing, written with BigInt and masks instead of 32-bit operators. */
  function twin(hash: bigint, x: bigint): bigint {
    const word = (y: bigint): bigint => BigInt.asUintN(32, y);
    const cut = (y: bigint): bigint => BigInt.asUintN(24, y);
    const scramble = (y: bigint): bigint => {
      let z = word((y ^ (y >> 16n)) * 0x85ebca6bn);
      z = word((z ^ (z >> 13n)) * 0xc2b2ae35n);
      return z ^ (z >> 16n);
    };
    const xLow = scramble(word(x));
    const xHigh = scramble(word(x >> 32n) ^ 0x9e3779b9n);
    const first = word(xLow + xHigh * 5n);
    const second = scramble(first ^ xHigh);
    let low = cut((cut(hash) ^ cut(first)) * 0x9e3779n);
    let high = (hash >> 24n) ^ cut(second) ^ (first >> 24n);
    low ^= low >> 11n;
    high = cut(high + low * 0x85ebcbn);
    high ^= high >> 13n;
    low = cut(low + high * 0xc2b2afn);
    low ^= low >> 12n;
    high = cut(high + low * 0x27d4ebn);
    return (high << 24n) | low;
  }

  it('agree with BigInt', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 - 1 }), safe, (hash, x) => {
        expect(BigInt(mix48(hash, x))).toBe(twin(BigInt(hash), BigInt(x)));
      }),
      { numRuns: 5_000 },
    );
  });

  it('are pinned: they are part of the state of every log', () => {
    const values = [0, 1, -1, 42, SAFE_LIMIT, -SAFE_LIMIT].map((x) => mix48(MIX48_SEED, x));
    const bytes = new TextEncoder().encode('the buyer to every seller');
    expect([...values, hash48(bytes, 0, bytes.length)]).toEqual([
      245767493796549, 30121434880441, 235684399043928, 182401109998607, 73719581295435,
      12058018752540, 156528580245081,
    ]);
  });

  it('do not collide over 200,000 neighbours, and move half of the bits', () => {
    const seen = new Set<number>();
    let flipped = 0;
    for (let x = 0; x < 200_000; x += 1) {
      const hash = mix48(MIX48_SEED, x);
      seen.add(hash);
      if (x < 10_000)
        flipped += bitsOf(BigInt(hash) ^ BigInt(mix48(MIX48_SEED, x ^ (1 << (x % 31)))));
    }
    expect(seen.size).toBe(200_000);
    expect(flipped / 10_000).toBeGreaterThan(23);
    expect(flipped / 10_000).toBeLessThan(25);
  });

  it('tell high words, order, length and range apart', () => {
    expect(mix48(MIX48_SEED, 2 ** 32)).not.toBe(mix48(MIX48_SEED, 0));
    expect(mix48(mix48(MIX48_SEED, 1), 2)).not.toBe(mix48(mix48(MIX48_SEED, 2), 1));
    const bytes = Uint8Array.from([1, 2, 3, 4, 5, 6, 0, 0]);
    const hashes = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((to) => hash48(bytes, 0, to));
    expect(new Set(hashes).size).toBe(9);
    expect(hash48(bytes, 2, 6)).toBe(hash48(bytes.slice(2, 6), 0, 4));
  });

  it('tell one changed byte apart', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.nat(), (bytes, where) => {
        const other = Uint8Array.from(bytes);
        other[where % bytes.length] = (other[where % bytes.length] ?? 0) ^ 1;
        expect(hash48(other, 0, other.length)).not.toBe(hash48(bytes, 0, bytes.length));
      }),
      { numRuns: 2_000 },
    );
  });
});

function bitsOf(x: bigint): number {
  return x.toString(2).replaceAll('0', '').length;
}

describe('decimal text', () => {
  it('comes back from its own text', () => {
    fc.assert(
      fc.property(safe, fc.integer({ min: 0, max: 15 }), (x, digits) => {
        const text = formatDecimal(x, digits);
        expect(parseDecimal(text, digits)).toBe(x + 0);
        expect(text).toMatch(digits === 0 ? /^-?\d+$/ : /^-?\d+\.\d+$/);
      }),
      { numRuns: 5_000 },
    );
  });

  it('is read as BigInt reads its digits', () => {
    const part = fc.stringMatching(/^[0-9]{1,18}$/);
    fc.assert(
      fc.property(part, part, fc.integer({ min: 0, max: 15 }), (whole, fraction, digits) => {
        const needed = fraction.replace(/0+$/, '');
        const value = BigInt(whole + needed.padEnd(digits, '0'));
        const read = (): number => parseDecimal(`${whole}.${fraction}`, digits);
        if (needed.length > digits) expect(read).toThrow('digits after the point');
        else if (value > BigInt(SAFE_LIMIT)) expect(read).toThrow('beyond 2^53');
        else expect(BigInt(read())).toBe(value);
      }),
      { numRuns: 5_000 },
    );
  });

  it.each([
    ['1.5', 2, 150],
    ['-0.05', 2, -5],
    ['007', 0, 7],
    ['1.500', 1, 15],
    ['-0', 3, 0],
    ['9007199254740992', 0, SAFE_LIMIT],
    ['-90071992547409.92', 2, -SAFE_LIMIT],
  ])('%s with %i digits is %i', (text, digits, value) => {
    expect(parseDecimal(text, digits)).toBe(value);
  });

  it.each([
    ['', 2, '"" is not a decimal number such as -12.5'],
    ['1e3', 2, 'is not a decimal number'],
    ['+1', 2, 'is not a decimal number'],
    ['.5', 2, 'is not a decimal number'],
    ['5.', 2, 'is not a decimal number'],
    [' 5', 2, 'is not a decimal number'],
    ['5\n', 2, 'is not a decimal number'],
    ['٣', 2, 'is not a decimal number'],
    ['1.001', 2, '"1.001" has more than 2 digits after the point'],
    ['9007199254740993', 0, '"9007199254740993" is beyond 2^53 in units of 10^-0'],
    ['90071992547409.93', 2, 'is beyond 2^53'],
    ['9'.repeat(400), 0, `"${'9'.repeat(40)}..." is beyond 2^53`],
  ])('%j with %i digits is refused', (text, digits, message) => {
    expect(() => parseDecimal(text, digits)).toThrow(InvalidDecimal);
    expect(() => parseDecimal(text, digits)).toThrow(message);
  });

  it('is not made from a fraction or with absurd digits', () => {
    expect(() => formatDecimal(0.5, 2)).toThrow('within 2^53: 0.5');
    expect(() => formatDecimal(1, 16)).toThrow('0 to 15 digits');
    expect(() => parseDecimal('1', -1)).toThrow('0 to 15 digits');
  });
});
