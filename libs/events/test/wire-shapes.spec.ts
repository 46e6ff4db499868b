import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { catalogue, type Field, type MessageDefinition } from '../src/index.js';

/**
 * What stands in a record of each version, in order, as one line a field. A sample shows one value
 * of an enum; this shows that none has changed its place. Lines of a version are never edited.
 */
const file = fileURLToPath(new URL('./wire-shapes.json', import.meta.url));
const definitions: readonly MessageDefinition[] = Object.values(catalogue);
type Shapes = Record<string, string[]>;

function fieldShapes(
  fields: Readonly<Record<string, Field>>,
  version: number,
  path = '',
): string[] {
  return Object.entries(fields)
    .filter(([, field]) => (field.since ?? 1) <= version)
    .flatMap(([name, field]) => {
      const line = `${path}${name}: ${field.type}`;
      if (field.type === 'group') {
        return [line, ...fieldShapes(field.fields, version, `${path}${name}[].`)];
      }
      if (field.type === 'ref') return [`${line} ${field.to}`];
      return field.type === 'enum' ? [`${line} ${field.values.join(' ')}`] : [line];
    });
}

/** A later version may add values to the end of an enum, and nothing else, to what was there. */
function extendsShape(present: readonly string[], committed: readonly string[]): boolean {
  return (
    present.length === committed.length &&
    committed.every((line, i) => present[i] === line || present[i]?.startsWith(`${line} `))
  );
}

function committedShapes(): Shapes {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Shapes) : {};
}

if (process.env['WRITE_GOLDEN'] === '1') {
  const shapes = committedShapes();
  for (const { name, version, fields } of definitions) {
    for (let v = 1; v <= version; v += 1) {
      shapes[`${name}.v${String(v)}`] ??= fieldShapes(fields, v);
    }
  }
  writeFileSync(file, `${JSON.stringify(shapes, null, 2)}\n`);
}

describe('the shape of a record on the wire', () => {
  const shapes = committedShapes();

  it.each(definitions)('$name is as it was written', ({ name, version, fields }) => {
    for (let v = 1; v < version; v += 1) {
      const committed = shapes[`${name}.v${String(v)}`] ?? [];
      expect([v, extendsShape(fieldShapes(fields, v), committed)]).toEqual([v, true]);
    }
    expect(fieldShapes(fields, version)).toEqual(shapes[`${name}.v${String(version)}`]);
  });

  it('may grow an enum at its end only', () => {
    expect(extendsShape(['side: enum buy sell both'], ['side: enum buy sell'])).toBe(true);
    expect(extendsShape(['side: enum sell buy'], ['side: enum buy sell'])).toBe(false);
    expect(extendsShape(['side: u16'], ['side: u8'])).toBe(false);
    expect(extendsShape(['side: u8', 'more: u8'], ['side: u8'])).toBe(false);
  });
});
