import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  catalogue,
  layoutByTemplate,
  layouts,
  offsetsOf,
  type FixedLayout,
  type MessageDefinition,
} from '../src/index.js';
import { layoutOf } from '../src/layout.js';

const definitions: readonly MessageDefinition[] = Object.values(catalogue);
const idsFile = fileURLToPath(new URL('../../../test/golden/template-ids.json', import.meta.url));

/** Names and ids once given, also those of messages that no longer exist. */
function givenIds(): Record<string, number> {
  return existsSync(idsFile)
    ? (JSON.parse(readFileSync(idsFile, 'utf8')) as Record<string, number>)
    : {};
}

describe('the catalogue', () => {
  it('is keyed by the names of its messages', () => {
    expect(Object.keys(catalogue)).toEqual(definitions.map((definition) => definition.name));
  });

  it('gives every message a template id of its own', () => {
    const ids = definitions.map((definition) => definition.templateId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { name, templateId } of definitions) {
      expect(layoutByTemplate(templateId)).toBe(layouts[name as keyof typeof layouts]);
    }
    expect(layoutByTemplate(0)).toBeUndefined();
    expect(layoutByTemplate(65_535)).toBeUndefined();
  });

  it('never reuses a name or an id (WRITE_GOLDEN=1 adds new ones to template-ids.json)', () => {
    const given = givenIds();
    if (process.env['WRITE_GOLDEN'] === '1') {
      for (const { name, templateId } of definitions) given[name] ??= templateId;
      const sorted = Object.entries(given).sort((a, b) => a[1] - b[1]);
      writeFileSync(idsFile, `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`);
    }
    const nameOfId = new Map(Object.entries(given).map(([name, id]) => [id, name]));
    expect(nameOfId.size).toBe(Object.keys(given).length);
    for (const { name, templateId } of definitions) {
      expect([name, given[name]]).toEqual([name, templateId]);
      expect([templateId, nameOfId.get(templateId)]).toEqual([templateId, name]);
    }
  });

  it('keeps the names of the envelope free in what is enveloped', () => {
    const taken = ['type', 'sequence', 'frame', 'time', 'version', 'cause'];
    for (const { kind, fields } of definitions) {
      const names = kind === 'log' ? ['type'] : taken;
      expect(names.filter((name) => Object.hasOwn(fields, name))).toEqual([]);
    }
  });

  it('repeats the block of TradeReported in TradeNovated and TradeRejected', () => {
    const place = ({ name, offset, size }: FixedLayout): unknown => ({ name, offset, size });
    // All of version 1; a later field says how long the offer holds and is not part of the trade.
    const first = layouts.TradeReported.fields.filter(({ since }) => since === 1);
    const reported = first.map(place);
    expect(reported).toHaveLength(16);
    expect(layouts.TradeNovated.fields.slice(0, 16).map(place)).toEqual(reported);
    expect(layouts.TradeRejected.fields.slice(0, 16).map(place)).toEqual(reported);
    const offsets = first.map(({ name, offset }) => [name, offset]);
    expect(offsetsOf('TradeNovated')).toMatchObject(Object.fromEntries(offsets));
  });

  it('keeps a novated trade within 124 bytes', () => {
    expect(layouts.TradeNovated.recordBytesFixed).toBeLessThanOrEqual(124);
    expect(layouts.TradeNovated.recordBytesMax).toBe(layouts.TradeNovated.recordBytesFixed);
  });

  it('can repeat any refused input in InputRejected', () => {
    const { maxBytes } = catalogue.InputRejected.fields.input;
    const inputs = Object.values(layouts).filter((layout) => layout.kind === 'input');
    expect(inputs.length).toBeGreaterThan(20);
    for (const { name, recordBytesMax } of inputs) {
      expect([name, recordBytesMax <= maxBytes]).toEqual([name, true]);
    }
  });

  it('has no block or record beyond what its u16 and the smallest frame allow', () => {
    for (const layout of Object.values(layouts)) {
      expect(layout.blockLength).toBeLessThanOrEqual(0xffff);
      expect(layout.recordBytesMax).toBeLessThan(65_536);
    }
  });
});

describe('layoutOf', () => {
  const base = { name: 'Sample', templateId: 999, version: 2, kind: 'input', doc: '.' } as const;
  const newer = { type: 'u8', since: 2, default: 3, doc: '.' } as const;
  const old = { type: 'u16', doc: '.' } as const;

  it('packs the fixed fields in declared order and knows the block of every version', () => {
    const layout = layoutOf({ ...base, fields: { old, newer } });
    expect(layout.blockLengths).toEqual([0, 2, 3]);
    expect(layout.fields.map((field) => field.offset)).toEqual([16, 18]);
  });

  it('refuses a later field that does not come last', () => {
    expect(() => layoutOf({ ...base, fields: { newer, old } })).toThrow('come last');
  });

  it('refuses a later field without a default', () => {
    const bare = { type: 'u8', since: 2, doc: '.' } as const;
    expect(() => layoutOf({ ...base, fields: { old, bare } })).toThrow('has a default');
  });

  it('refuses a field newer than its message', () => {
    const future = { ...newer, since: 3 };
    expect(() => layoutOf({ ...base, fields: { old, future } })).toThrow('newer than its message');
  });
});
