import fc from 'fast-check';
import {
  causeDistanceAt,
  layouts,
  MalformedRecord,
  offsetsOf,
  readRecord,
  RecordTooLong,
  recordLengthAt,
  recordLengthOf,
  setCauseDistance,
  templateIdAt,
  UnknownRecord,
  versionAt,
  writeRecord,
  type Message,
  type MessageNamed,
} from '../src/index.js';
import { anyMessage, messageArbitrary, messageNames } from './message-arbitraries.js';

function encode(message: Message, causeDistance = 0): Uint8Array {
  const bytes = new Uint8Array(recordLengthOf(message));
  expect(writeRecord(viewOf(bytes), 0, message, causeDistance)).toBe(bytes.length);
  return bytes;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The error that reading throws; undefined when it succeeds. */
function readingError(bytes: Uint8Array): unknown {
  try {
    readRecord(viewOf(bytes), 0);
    return undefined;
  } catch (error) {
    return error;
  }
}

const price: MessageNamed<'PriceObserved'> = {
  type: 'PriceObserved',
  publisherSequence: 7,
  publisher: 2,
  instrument: 3,
  priceTicks: 4_211_111,
  observedAt: 1_621_425_480_000_000,
  confidencePpm: 999_999,
};

describe('a record', () => {
  it('has the bytes that the layout promises', () => {
    const expected = [
      '34000000 05000000 2400 2800 0100 0200', // 52 bytes, cause 5 back, block 36, template 40, v2
      '0700000000000000 02000000 03000000', // publisherSequence, publisher, instrument
      'a741400000000000 00e2c389adc20500 3f420f00', // priceTicks, observedAt, confidencePpm
    ];
    expect(Buffer.from(encode(price, 5)).toString('hex')).toBe(
      expected.join('').replaceAll(' ', ''),
    );
  });

  it('carries its header', () => {
    const view = viewOf(encode(price, 5));
    expect([recordLengthAt(view, 0), templateIdAt(view, 0), versionAt(view, 0)]).toEqual([
      52, 40, 2,
    ]);
    setCauseDistance(view, 0, 0xffffffff);
    expect(causeDistanceAt(view, 0)).toBe(0xffffffff);
    expect(() => setCauseDistance(view, 0, -1)).toThrow('u32');
  });

  it('of an older version gets the defaults of the fields it did not have', () => {
    const old = encode(price).slice(0, 48);
    const view = viewOf(old);
    view.setUint32(0, 48, true);
    view.setUint16(8, 32, true);
    view.setUint16(14, 1, true);
    expect(readRecord(view, 0)).toEqual({ ...price, confidencePpm: 1_000_000 });
  });

  it.each(messageNames)('%s is read back as it was written, anywhere in a buffer', (name) => {
    const property = fc.property(
      messageArbitrary(name),
      fc.nat(40),
      fc.nat(0xffffffff),
      (message, at, causeDistance) => {
        const length = recordLengthOf(message);
        const buffer = new Uint8Array(length + at + 13).fill(0xee);
        const view = new DataView(buffer.buffer, 7, length + at);
        expect(writeRecord(view, at, message, causeDistance)).toBe(length);
        expect(readRecord(view, at)).toEqual(message);
        expect(causeDistanceAt(view, at)).toBe(causeDistance);
        expect(length).toBeLessThanOrEqual(layouts[name].recordBytesMax);
        expect(buffer.subarray(0, 7 + at).every((byte) => byte === 0xee)).toBe(true);
        expect(buffer.subarray(7 + at + length).every((byte) => byte === 0xee)).toBe(true);
      },
    );
    fc.assert(property, { numRuns: 60 });
  });
});

describe('writing', () => {
  it('refuses what does not fit and leaves the buffer as it was', () => {
    const length = recordLengthOf(price);
    const buffer = new Uint8Array(length + 3);
    expect(() => writeRecord(viewOf(buffer), 4, price, 0)).toThrow(RecordTooLong);
    expect(buffer.every((byte) => byte === 0)).toBe(true);
  });

  it('counts bytes, not characters, of a text', () => {
    const currency = (name: string): Message => ({
      type: 'CurrencyListed',
      publisherSequence: 0,
      publisher: 1,
      minorDigits: 2,
      name,
    });
    expect(recordLengthOf(currency('€'.repeat(5)))).toBe(16 + 13 + 2 + 15);
    expect(() => recordLengthOf(currency('€'.repeat(6)))).toThrow('name is 18 long, at most 16');
    expect(() => recordLengthOf(currency('\ud800'))).toThrow('well-formed');
  });

  it('takes a group up to its maximum and no further', () => {
    const queued = (count: number): Message => ({
      type: 'BreachQueued',
      from: 0,
      accounts: Array.from({ length: count }, (_, i) => ({ account: i + 1 })),
    });
    const full = queued(1000);
    expect(readRecord(viewOf(encode(full)), 0)).toEqual(full);
    expect(() => recordLengthOf(queued(1001))).toThrow(RecordTooLong);
  });

  it.each([
    ['confidencePpm', -1],
    ['confidencePpm', 2 ** 32],
    ['priceTicks', 2 ** 53],
    ['priceTicks', -(2 ** 53)],
    ['priceTicks', 1.5],
    ['priceTicks', Number.NaN],
    ['instrument', Number.POSITIVE_INFINITY],
    ['instrument', undefined],
  ])('refuses %s = %p', (field, value) => {
    const message = { ...price, [field]: value } as Message;
    const view = new DataView(new ArrayBuffer(100));
    expect(() => writeRecord(view, 0, message, 0)).toThrow('range of its field');
  });

  it('refuses an enum value beyond its list', () => {
    const state: Message = {
      type: 'MarketStateSet',
      publisherSequence: 0,
      publisher: 1,
      instrument: 1,
      marketState: 2,
    };
    const view = new DataView(new ArrayBuffer(100));
    expect(() => writeRecord(view, 0, state, 0)).toThrow('range of its field');
  });
});

describe('reading bytes that are not a record', () => {
  it.each([
    [10, 0],
    [10, 5],
    [10, 65_535],
    [12, 0],
    [12, 2],
    [14, 0],
    [14, 3],
  ])('halts at a foreign template, schema or version (u16 at %i = %i)', (at, value) => {
    const bytes = encode(price);
    viewOf(bytes).setUint16(at, value, true);
    expect(readingError(bytes)).toBeInstanceOf(UnknownRecord);
  });

  it('finds every record that is cut off, with its own length or a matching one', () => {
    const property = fc.property(anyMessage, (message) => {
      const whole = encode(message);
      // Bytes follow the view: a reader that looked past its end would find them.
      const buffer = new Uint8Array([...whole, ...whole]);
      for (let length = 0; length < whole.length; length += 1) {
        expect(readingError(buffer.subarray(0, length))).toBeInstanceOf(MalformedRecord);
        if (length < 16) continue;
        const shortened = buffer.slice();
        viewOf(shortened).setUint32(0, length, true);
        expect(readingError(shortened)).toBeInstanceOf(MalformedRecord);
      }
    });
    fc.assert(property, { numRuns: 120 });
  });

  /** A record with one u16 or u32 in it changed. */
  function changed(message: Message, change: (view: DataView) => void): Uint8Array {
    const bytes = encode(message);
    change(viewOf(bytes));
    return bytes;
  }

  it('finds a 64-bit number that no double holds exactly', () => {
    const high = offsetsOf('PriceObserved').priceTicks + 4;
    const low = (word: number): Message => ({ ...price, priceTicks: word });
    const withHigh = (word: number, message: Message): unknown =>
      readingError(changed(message, (view) => view.setInt32(high, word, true)));
    expect(withHigh(0x1fffff, low(0xffffffff))).toBeUndefined();
    expect(withHigh(0x200000, low(0))).toBeInstanceOf(MalformedRecord);
    expect(withHigh(-0x200000, low(1))).toBeUndefined();
    expect(withHigh(-0x200000, low(0))).toBeInstanceOf(MalformedRecord);
    expect(withHigh(-0x200001, low(1))).toBeInstanceOf(MalformedRecord);
  });

  it('finds a text or a group that is longer than it may be, or than its record', () => {
    const name = 'x'.repeat(16);
    const currency: Message = {
      type: 'CurrencyListed',
      publisherSequence: 0,
      publisher: 1,
      minorDigits: 2,
      name,
    };
    const longer = new Uint8Array([...encode(currency), 0x78]);
    viewOf(longer).setUint32(0, longer.length, true);
    viewOf(longer).setUint16(16 + 13, 17, true);
    expect(readingError(longer)).toEqual(new MalformedRecord(29, 'name is cut off or too long'));
    const short = changed({ ...currency, name: 'x' }, (view) => view.setUint16(29, 16, true));
    expect(readingError(short)).toEqual(new MalformedRecord(29, 'name is cut off or too long'));

    const accounts = Array.from({ length: 1000 }, () => ({ account: 1 }));
    const full = encode({ type: 'BreachQueued', from: 0, accounts });
    const fuller = new Uint8Array([...full, 1, 0, 0, 0]);
    viewOf(fuller).setUint32(0, fuller.length, true);
    viewOf(fuller).setUint16(22, 1001, true);
    expect(readingError(fuller)).toMatchObject({ at: 20, name: 'MalformedRecord' });
    const queued: Message = { type: 'BreachQueued', from: 0, accounts: [{ account: 1 }] };
    const cut = changed(queued, (view) => view.setUint16(22, 1000, true));
    expect(readingError(cut)).toMatchObject({ at: 20, name: 'MalformedRecord' });
    const otherItems = changed(queued, (view) => view.setUint16(20, 8, true));
    expect(readingError(otherItems)).toMatchObject({ at: 20, name: 'MalformedRecord' });
  });

  it('shares no memory with what it has read', () => {
    const root: Message = {
      type: 'RootRecorded',
      sequence: 1,
      stateRoot: new Uint8Array(32).fill(1),
      businessRoot: new Uint8Array(32).fill(2),
    };
    const bytes = encode(root);
    const read = readRecord(viewOf(bytes), 0);
    bytes.fill(0xff);
    expect(read).toEqual(root);
  });

  it('throws nothing but its two errors for random and damaged bytes, and accepts one encoding', () => {
    const random = fc.uint8Array({ maxLength: 120 });
    const headed = fc.tuple(fc.constantFrom(...messageNames), random).map(([name, tail]) => {
      const { blockLength, templateId, version } = layouts[name];
      const bytes = new Uint8Array(16 + tail.length);
      bytes.set(tail, 16);
      const view = viewOf(bytes);
      view.setUint32(0, bytes.length, true);
      [blockLength, templateId, 1, version].forEach((x, i) => view.setUint16(8 + 2 * i, x, true));
      return bytes;
    });
    const damaged = fc.tuple(anyMessage, fc.nat(), fc.nat(254)).map(([message, at, change]) => {
      const bytes = encode(message);
      const place = at % bytes.length;
      bytes[place] = ((bytes[place] ?? 0) + change + 1) & 0xff;
      return bytes;
    });
    const property = fc.property(fc.oneof(random, headed, damaged), (bytes) => {
      const error = readingError(bytes);
      if (error !== undefined) {
        expect(error instanceof MalformedRecord || error instanceof UnknownRecord).toBe(true);
        return;
      }
      const view = viewOf(bytes);
      const message = readRecord(view, 0);
      if (versionAt(view, 0) !== layouts[message.type].version) return;
      const length = recordLengthAt(view, 0);
      expect(encode(message, causeDistanceAt(view, 0))).toEqual(bytes.slice(0, length));
    });
    fc.assert(property, { numRuns: 4000 });
  });
});

describe('offsetsOf', () => {
  it('names the place of every fixed field', () => {
    const at = offsetsOf('PriceObserved');
    const view = viewOf(encode(price));
    expect(view.getUint32(at.instrument, true)).toBe(3);
    expect(view.getUint32(at.confidencePpm, true)).toBe(999_999);
    expect(Object.isFrozen(at)).toBe(true);
    // @ts-expect-error a text has no fixed place
    expect(offsetsOf('CurrencyListed').name).toBeUndefined();
  });
});
