import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  catalogue,
  type MessageNamed,
  oldestRecordOf,
  readRecord,
  recordLengthAt,
  recordLengthOf,
  versionAt,
  writeRecord,
} from '../src/index.js';

const folder = fileURLToPath(new URL('../../../test/golden/records/', import.meta.url));
const newest = catalogue.RulebookPublished.version;
const versions = Array.from({ length: newest }, (_, k) => k + 1);

function golden(version: number): Uint8Array {
  const file = `${folder}RulebookPublished.v${String(version)}.hex`;
  return new Uint8Array(Buffer.from(readFileSync(file, 'utf8').trim(), 'hex'));
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset);

function rulebookOf(bytes: Uint8Array): MessageNamed<'RulebookPublished'> {
  const message = readRecord(viewOf(bytes), 0);
  if (message.type !== 'RulebookPublished') throw new Error('it is a rulebook');
  return message;
}

describe('the oldest record of a message', () => {
  it.each(versions)('of what a version %i says is that record, byte for byte', (version) => {
    const bytes = golden(version);
    expect(Buffer.from(oldestRecordOf(rulebookOf(bytes))).toString('hex')).toBe(
      Buffer.from(bytes).toString('hex'),
    );
  });

  it('is not that of the present version where nothing of it is said', () => {
    const message = rulebookOf(golden(1));
    const present = new Uint8Array(recordLengthOf(message));
    writeRecord(viewOf(present), 0, message, 0);
    expect(versionAt(viewOf(present), 0)).toBe(newest);
    const oldest = oldestRecordOf(message);
    expect(versionAt(viewOf(oldest), 0)).toBe(1);
    expect(oldest.length).toBeLessThan(present.length);
    expect(recordLengthAt(viewOf(oldest), 0)).toBe(oldest.length);
    expect(rulebookOf(oldest)).toEqual(message);
  });

  it('is as young as the youngest field that is not at its default', () => {
    const message = rulebookOf(golden(1));
    const versionOf = (change: Partial<MessageNamed<'RulebookPublished'>>): number =>
      versionAt(viewOf(oldestRecordOf({ ...message, ...change })), 0);
    expect(versionOf({})).toBe(1);
    expect(versionOf({ shortPutMaintenancePpm: 1 })).toBe(2);
    expect(versionOf({ model: 1 })).toBe(3);
    expect(versionOf({ model: 1, shortPutMaintenancePpm: 1 })).toBe(3);
  });

  it('knows a group by its entries, and their fields by their own versions', () => {
    const message = rulebookOf(golden(3));
    const [terms] = message.scenarioTerms;
    const versionOf = (change: object): number => {
      const scenarioTerms = [{ ...terms!, ...change }];
      const bytes = oldestRecordOf({ ...message, scenarioTerms });
      expect(rulebookOf(bytes).scenarioTerms).toEqual(scenarioTerms);
      return versionAt(viewOf(bytes), 0);
    };
    expect(versionOf({})).toBe(3);
    expect(versionOf({ indexConfidence: 1 })).toBe(4);
    expect(versionOf({ pegFactorPpb: -1 })).toBe(4);
    const bare = { ...message, model: 0, scenarioTerms: [], scenarios: [], scenarioOffsets: [] };
    expect(versionAt(viewOf(oldestRecordOf(bare)), 0)).toBe(2);
  });

  it('is made of messages without text alone', () => {
    const named = { type: 'VenueConnected', publisherSequence: 0, publisher: 1 } as const;
    expect(() => oldestRecordOf({ ...named, acceptance: 0, name: 'X' })).toThrow('has no text');
  });
});
