import fc from 'fast-check';
import {
  canonicalObject,
  catalogue,
  type Directory,
  type Field,
  type Message,
  type MessageDefinition,
  type MessageName,
  type MessageNamed,
  type RefTarget,
} from '../src/index.js';

/** Arbitrary messages for property tests of this and other libraries. Not part of the product. */
export function messageArbitrary<N extends MessageName>(name: N): fc.Arbitrary<MessageNamed<N>> {
  const definition: MessageDefinition = catalogue[name];
  const fields = Object.entries(definition.fields).map(
    ([fieldName, field]) => [fieldName, valueArbitrary(field)] as const,
  );
  return fc.record({ type: fc.constant(name), ...Object.fromEntries(fields) }) as never;
}

export const messageNames = Object.keys(catalogue) as MessageName[];

export const anyMessage: fc.Arbitrary<Message> = fc
  .constantFrom(...messageNames)
  .chain((name) => messageArbitrary(name));

/** Well-formed Unicode of at most `maxBytes` bytes. */
function textArbitrary(maxBytes: number): fc.Arbitrary<string> {
  return fc
    .string({
      unit: fc.oneof(fc.constantFrom('a', 'Z', '0', '-', '\ufeff'), anyCharacter),
      maxLength: maxBytes,
    })
    .map((text) => {
      let kept = '';
      for (const character of text) {
        if (Buffer.byteLength(kept + character) <= maxBytes) kept += character;
      }
      return kept;
    });
}

/** Canonical text of objects: names that nobody knows, a few known ones, and none at all. */
const objectArbitrary: fc.Arbitrary<string> = fc
  .record(
    {
      uti: fc.constantFrom('X1', '529900T8BM49AURSDO55ABC'),
      buySide: fc.record({
        trader: fc.constantFrom('t', 'Größe'),
        other: fc.constantFrom(1, null),
      }),
      more: fc.dictionary(
        fc.string({ maxLength: 6 }).map((name) => `x-${name}`),
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 12 }),
          fc.maxSafeInteger(),
          fc.double({ min: -1, max: 1, noNaN: true }),
          fc.boolean(),
          fc.constant(null),
          fc.array(fc.nat(), { maxLength: 3 }),
        ),
        { maxKeys: 4 },
      ),
    },
    { requiredKeys: [] },
  )
  .map((value) => canonicalObject(value, 'details'));

const anyCharacter = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 });

function edges(min: number, max: number): fc.Arbitrary<number> {
  return fc.oneof(fc.integer({ min, max }), fc.constantFrom(min, max, 0, Math.min(max, 1)));
}

function valueArbitrary(field: Field): fc.Arbitrary<unknown> {
  switch (field.type) {
    case 'u8':
      return edges(0, 0xff);
    case 'u16':
    case 'date':
      return edges(0, 0xffff);
    case 'u32':
    case 'ref':
      return edges(0, 0xffffffff);
    case 'i64':
    case 'time':
      return edges(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
    case 'enum':
      return fc.nat(field.values.length - 1);
    case 'text':
      return textArbitrary(field.maxBytes);
    case 'object':
      return objectArbitrary;
    case 'bytes':
      return fc.uint8Array({ maxLength: Math.min(field.maxBytes, 100) });
    case 'group': {
      const item = Object.entries(field.fields).map(([n, f]) => [n, valueArbitrary(f)] as const);
      const maxLength = Math.min(field.maxItems, 12);
      return fc.array(fc.record(Object.fromEntries(item)), { maxLength });
    }
  }
}

/** Names every odd id `target-id` and no even one, so that both forms of a reference occur. */
export const oddDirectory: Directory = {
  nameOf: (target: RefTarget, id: number) => (id % 2 === 1 ? `${target}-${String(id)}` : undefined),
  idOf(target: RefTarget, name: string) {
    if (!name.startsWith(`${target}-`)) return undefined;
    const id = Number(name.slice(target.length + 1));
    return id % 2 === 1 ? id : undefined;
  },
};
