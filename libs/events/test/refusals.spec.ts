import {
  FieldError,
  layouts,
  MalformedRecord,
  readRecord,
  RecordTooLong,
  recordLengthOf,
  UnknownRecord,
  writeHeader,
  writeRecord,
  type Message,
} from '../src/index.js';
import { layoutOf } from '../src/layout.js';
import { putUtf8, utf8Length } from '../src/utf8-text.js';

const queued = (count: number): Message => ({
  type: 'BreachQueued',
  from: 0,
  accounts: Array.from({ length: count }, (_, i) => ({ account: i + 1 })),
});
const declared: Message = { type: 'EngineDeclared', durability: 3, engine: 'file 1' };
const root: Message = {
  type: 'RootRecorded',
  sequence: 1,
  stateRoot: new Uint8Array(32).fill(1),
  businessRoot: new Uint8Array(32).fill(2),
};

function encoded(message: Message): DataView {
  const view = new DataView(new ArrayBuffer(recordLengthOf(message)));
  writeRecord(view, 0, message, 0);
  return view;
}

/** The error of reading a record in which something was changed. */
function errorOf(message: Message, change: (view: DataView) => void, at = 0): unknown {
  const view = encoded(message);
  change(view);
  try {
    return readRecord(view, at);
  } catch (error) {
    return error;
  }
}

describe('bytes that are no record', () => {
  it.each<[string, Message, (view: DataView) => void]>([
    ['the record length points outside', declared, (view) => view.setUint32(0, 15, true)],
    ['the record length points outside', declared, (view) => view.setUint32(0, 26, true)],
    ['a block of EngineDeclared is 1 bytes', declared, (view) => view.setUint16(8, 2, true)],
    ['a block of EngineDeclared is 1 bytes', declared, (view) => view.setUint32(0, 16, true)],
    ['engine is cut off', declared, (view) => view.setUint32(0, 18, true)],
    ['engine is cut off or too long', declared, (view) => view.setUint32(0, 20, true)],
    ['text is not UTF-8', declared, (view) => view.setUint8(19, 0xff)],
    ['durability has no such value', declared, (view) => view.setUint8(16, 5)],
    ['EngineDeclared is followed by other bytes', declared, (view) => view.setUint16(17, 5, true)],
    ['accounts is cut off', queued(1), (view) => view.setUint32(0, 23, true)],
    [
      'accounts is cut off, too long or of another block length',
      queued(1),
      (view) => view.setUint16(22, 2, true),
    ],
  ])('say what is wrong: %s', (rule, message, change) => {
    const error = errorOf(message, change);
    expect(error).toBeInstanceOf(MalformedRecord);
    expect((error as MalformedRecord).rule).toBe(rule);
    expect((error as MalformedRecord).message).toMatch(/^malformed record at byte \d+: /);
  });

  it('are cut off before a header, and a record starts at no fraction of a byte', () => {
    const error = errorOf(declared, () => undefined, 10);
    expect(error).toEqual(new MalformedRecord(10, 'the header is cut off'));
    expect(errorOf(declared, () => undefined, -1)).toMatchObject({ at: -1 });
    expect(errorOf(declared, () => undefined, 0.5)).toMatchObject({ name: 'InvariantViolation' });
  });

  it('are named when nobody knows them', () => {
    const error = errorOf(declared, (view) => view.setUint16(10, 999, true));
    expect(error).toBeInstanceOf(UnknownRecord);
    expect(error).toMatchObject({ schemaId: 1, templateId: 999, version: 1, at: 0 });
    expect((error as Error).message).toBe(
      'unknown record at byte 0: schema 1, template 999, version 1',
    );
  });
});

describe('what does not fit', () => {
  it('is said of the part that is too long, with its size and the most', () => {
    const attempts: readonly (() => unknown)[] = [
      () => writeRecord(new DataView(new ArrayBuffer(20)), 4, declared, 0),
      () => writeRecord(new DataView(new ArrayBuffer(20)), 30, declared, 0),
      () => recordLengthOf(queued(1_001)),
      () => recordLengthOf({ ...declared, engine: 'x'.repeat(65) }),
      () => recordLengthOf({ ...root, stateRoot: new Uint8Array(33) }),
    ];
    const errors = attempts.map((attempt) => {
      try {
        return attempt();
      } catch (error) {
        return (error as Error).message;
      }
    });
    expect(errors).toEqual([
      'EngineDeclared.record is 25 long, at most 16 fit',
      'EngineDeclared.record is 25 long, at most 0 fit',
      'BreachQueued.accounts is 1001 long, at most 1000 fit',
      'EngineDeclared.engine is 65 long, at most 64 fit',
      'RootRecorded.stateRoot is 33 long, at most 32 fit',
    ]);
    const error = new RecordTooLong('M', 'p', 2, 1);
    expect(error).toMatchObject({ messageName: 'M', part: 'p', size: 2, sizeMax: 1 });
    expect([
      error.name,
      new UnknownRecord(1, 2, 3, 4).name,
      new FieldError('', 1, '').name,
    ]).toEqual(['RecordTooLong', 'UnknownRecord', 'FieldError']);
  });

  it('fills the buffer to its last byte', () => {
    const view = new DataView(new ArrayBuffer(29));
    expect(writeRecord(view, 4, declared, 7)).toBe(25);
    expect(readRecord(view, 4)).toEqual(declared);
  });

  it('is said with the range of a field', () => {
    const wrong = { ...declared, durability: 5 } as Message;
    const act = (): number => writeRecord(new DataView(new ArrayBuffer(99)), 0, wrong, 0);
    expect(act).toThrow('a value is within the range of its field: durability = 5, 0 .. 4');
  });
});

describe('a header', () => {
  const good = {
    recordLength: 20,
    causeDistance: 3,
    blockLength: 4,
    templateId: 5,
    schemaId: 1,
    version: 1,
  };

  it('is written field by field', () => {
    const bytes = Buffer.alloc(24, 0xee);
    writeHeader(new DataView(bytes.buffer, bytes.byteOffset, 24), 2, good);
    expect(bytes.toString('hex')).toBe('eeee14000000030000000400050001000100eeeeeeeeeeee');
  });

  it.each<[string, Partial<typeof good>]>([
    ['a block length is a u16', { blockLength: -1 }],
    ['a block length is a u16', { blockLength: 0x10000, recordLength: 0x20000 }],
    ['a record holds its header and its block', { recordLength: 19 }],
    ['a record fits where it is written', { recordLength: 25 }],
    ['versions count from 1', { version: 0 }],
    ['versions count from 1', { version: 0x10000 }],
    ['a cause distance is a u32: 4294967296', { causeDistance: 2 ** 32 }],
    ['a cause distance is a u32: 0.5', { causeDistance: 0.5 }],
    ['a cause distance is a u32: -1', { causeDistance: -1 }],
  ])('is not when it breaks a rule: %s', (sentence, change) => {
    const view = new DataView(new ArrayBuffer(24));
    expect(() => writeHeader(view, 0, { ...good, ...change })).toThrow(sentence);
  });
});

describe('a definition', () => {
  const field = { type: 'u8', doc: '.' } as const;
  const text = { type: 'text', doc: '.', maxBytes: 10 } as const;
  const group = { type: 'group', doc: '.', maxItems: 3, fields: { a: field } } as const;
  const base = { name: 'S', templateId: 9, version: 1, kind: 'input', doc: '.' } as const;
  type Fields = Parameters<typeof layoutOf>[0]['fields'];

  it('has the longest record that its parts can make', () => {
    const { recordBytesFixed, recordBytesMax, blockLength, groups, variables } = layoutOf({
      ...base,
      fields: { field, group, text },
    });
    expect([recordBytesFixed, recordBytesMax, blockLength]).toEqual([17, 17 + 7 + 12, 1]);
    expect(groups.map(({ name, since, blockLengths }) => [name, since, blockLengths])).toEqual([
      ['group', 1, [0, 1]],
    ]);
    expect(variables.map(({ name, since }) => [name, since])).toEqual([['text', 1]]);
  });

  it.each<[string, object, Fields]>([
    ['a template id is a u16, not 0: S', { templateId: 0 }, {}],
    ['a template id is a u16, not 0: S', { templateId: 0x10000 }, {}],
    ['versions count from 1: S', { version: 0 }, {}],
    ['versions count from 1: S', { version: 0x10000 }, {}],
    ['fields of later versions come last: S.b', { version: 2 }, later('a', 'b')],
    ['has a default: S.a', { version: 2 }, { a: { ...field, since: 2 } }],
    ['a default is in range: a', {}, { a: { ...field, default: 256 } }],
    ['a default is in range: a', {}, { a: { ...field, default: -1 } }],
    ['a default is in range: a', {}, { a: { type: 'enum', values: ['x'], doc: '.', default: 1 } }],
    ['a field is not newer than its message: S', {}, { a: { ...text, since: 2 } }],
    ['an item of a group has fields: S.a', {}, { a: { ...group, fields: {} } }],
    ['items are counted in a u16: S', {}, { a: { ...group, maxItems: 0x10000 } }],
    ['bytes are counted in a u16: S', {}, { a: { ...text, maxBytes: 0x10000 } }],
    [
      'has a default: S.a.b',
      { version: 2 },
      { a: { ...group, fields: { b: { ...field, since: 2 } } } },
    ],
  ])('is refused: %s', (sentence, change, fields) => {
    expect(() => layoutOf({ ...base, ...change, fields })).toThrow(sentence);
  });

  it('may use its numbers to their ends', () => {
    const most = { ...base, templateId: 0xffff, version: 0xffff };
    const fields = {
      a: { ...field, default: 255 },
      b: { ...text, maxBytes: 0xffff },
      c: { ...group, maxItems: 0xffff },
    };
    expect(layoutOf({ ...most, fields }).recordBytesMax).toBe(17 + 2 + 0xffff + 4 + 0xffff);
  });

  function later(first: string, second: string): Fields {
    return { [first]: { ...field, since: 2, default: 0 }, [second]: field };
  }

  it('gives a message of each kind its bounds', () => {
    const bounds = layouts.PriceObserved.fields.map(({ name, min, max }) => [name, min, max]);
    const { MIN_SAFE_INTEGER: min, MAX_SAFE_INTEGER: max } = Number;
    expect(bounds).toEqual([
      ['publisherSequence', min, max],
      ['publisher', 0, 0xffffffff],
      ['instrument', 0, 0xffffffff],
      ['priceTicks', min, max],
      ['observedAt', min, max],
      ['confidencePpm', 0, 0xffffffff],
    ]);
  });
});

describe('text that is written', () => {
  it.each<[string, number]>([
    ['', 0],
    ['\u007f', 1],
    ['\u0080', 2],
    ['\u07ff', 2],
    ['\u0800', 3],
    ['\ud7ff', 3],
    ['\ue000', 3],
    ['\uffff', 3],
    ['\u{10000}', 4],
    ['\u{10ffff}', 4],
    ['\ud800', -1],
    ['\udbff', -1],
    ['\udc00', -1],
    ['\udfff', -1],
    ['\ud800a', -1],
    ['\ud800\ud800', -1],
    ['a\udc00\ud800', -1],
  ])('%j has %i bytes', (text, bytes) => {
    expect(utf8Length(text)).toBe(bytes);
    const view = new DataView(new ArrayBuffer(8));
    if (bytes < 0) {
      expect(() => putUtf8(view, 1, text)).toThrow('written text was measured');
      return;
    }
    expect(putUtf8(view, 1, text)).toBe(bytes);
    const written = Buffer.from(view.buffer);
    expect(written.subarray(1, 1 + bytes).toString('utf8')).toBe(text);
    expect(written.subarray(1 + bytes).every((byte) => byte === 0)).toBe(true);
  });
});
