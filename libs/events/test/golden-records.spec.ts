import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  canonicalObject,
  catalogue,
  fromJson,
  readRecord,
  recordLengthOf,
  toJson,
  versionAt,
  writeRecord,
  type Directory,
  type Field,
  type Message,
  type MessageDefinition,
} from '../src/index.js';

/**
 * One sample of every version of every message ever written: `.hex` is the record, `.json` what it
 * means today. Samples are never edited; `WRITE_GOLDEN=1 npm test -- golden-records` writes those
 * that are missing, of present versions only: an older one cannot be made any more.
 */
const folder = fileURLToPath(new URL('../../../test/golden/records/', import.meta.url));
const definitions: readonly MessageDefinition[] = Object.values(catalogue);
const samples = definitions.flatMap(({ name, version }) =>
  Array.from({ length: version }, (_, i) => ({ name, version: i + 1, current: i + 1 === version })),
);

const directory: Directory = {
  nameOf: (target, id) => `${target}-${String(id)}`,
  idOf: (target, name) =>
    name.startsWith(`${target}-`) ? Number(name.slice(target.length + 1)) : undefined,
};

/** A value that tells its field from its neighbours: `place` differs for each of them. */
function sampleValue(field: Field, place: number): unknown {
  switch (field.type) {
    case 'i64':
      return place % 3 === 2 ? -(place * 1_000_003_000_007) : place * 1_000_003_000_007;
    case 'time':
      return 1_621_425_480_000_000 + place;
    case 'date':
      return 18_766 + place;
    case 'enum':
      return place % field.values.length;
    case 'text':
      return `Größe-${String(place)}`;
    case 'object':
      return canonicalObject({ uti: `UTI${String(place)}`, 'x-Größe': [place, null, true] }, '');
    case 'bytes':
      return Uint8Array.from({ length: Math.min(field.maxBytes, 32) }, (_, i) => place + i);
    case 'group':
      return [1, 2, 3]
        .slice(0, field.maxItems)
        .map((item) => sampleFields(field.fields, place + 10 * item));
    case 'u8':
    case 'u16':
    case 'u32':
    case 'ref':
      return 100 + place;
  }
}

function sampleFields(fields: Readonly<Record<string, Field>>, from: number): object {
  const entries = Object.entries(fields);
  return Object.fromEntries(entries.map(([n, f], i) => [n, sampleValue(f, from + i)]));
}

function encode(message: Message): Uint8Array {
  const bytes = new Uint8Array(recordLengthOf(message));
  writeRecord(new DataView(bytes.buffer), 0, message, 0);
  return bytes;
}

function fileOf(name: string, version: number, extension: string): string {
  return `${folder}${name}.v${String(version)}.${extension}`;
}

if (process.env['WRITE_GOLDEN'] === '1') {
  for (const { name, fields, version } of definitions) {
    if (existsSync(fileOf(name, version, 'hex'))) continue;
    const message = { type: name, ...sampleFields(fields, 1) } as unknown as Message;
    const json = JSON.stringify(toJson(message, directory), null, 2);
    writeFileSync(fileOf(name, version, 'json'), `${json}\n`);
    writeFileSync(
      fileOf(name, version, 'hex'),
      `${Buffer.from(encode(message)).toString('hex')}\n`,
    );
  }
}

describe('golden records', () => {
  it('there is a sample of every version, and no other file', () => {
    const files = samples.flatMap(({ name, version }) =>
      ['hex', 'json'].map((extension) => `${name}.v${String(version)}.${extension}`),
    );
    expect(readdirSync(folder).sort()).toEqual(files.sort());
  });

  it.each(samples)('$name.v$version.hex is what its .json says', ({ name, version, current }) => {
    const hex = readFileSync(fileOf(name, version, 'hex'), 'utf8').trim();
    const json: unknown = JSON.parse(readFileSync(fileOf(name, version, 'json'), 'utf8'));
    const bytes = new Uint8Array(Buffer.from(hex, 'hex'));
    const view = new DataView(bytes.buffer);
    expect(versionAt(view, 0)).toBe(version);
    const message = readRecord(view, 0);
    expect(toJson(message, directory)).toEqual(json);
    expect(fromJson(json, directory)).toEqual(message);
    if (current) expect(Buffer.from(encode(message)).toString('hex')).toBe(hex);
  });

  it('gives a price of version 1 full confidence', () => {
    const hex = readFileSync(fileOf('PriceObserved', 1, 'hex'), 'utf8').trim();
    const bytes = new Uint8Array(Buffer.from(hex, 'hex'));
    expect(bytes).toHaveLength(48);
    expect(readRecord(new DataView(bytes.buffer), 0)).toEqual({
      type: 'PriceObserved',
      publisherSequence: 12,
      publisher: 2,
      instrument: 1,
      priceTicks: 3_812_345,
      observedAt: 1_621_425_480_000_000,
      confidencePpm: 1_000_000,
    });
  });
});
