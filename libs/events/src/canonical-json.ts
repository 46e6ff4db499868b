import { FieldError } from './errors.js';
import { utf8Length } from './utf8-text.js';

/** Objects and lists inside one another, the outermost counted. */
const DEPTH_MAX = 4;
/** The one name that objects of JavaScript do not hold like any other. */
const PROTOTYPE = '__proto__';

/**
 * The canonical JSON text of a value, as RFC 8785 has it: names ascending by UTF-16 code units, no
 * spaces, numbers in the shortest form that reads back. So equal content is equal text, and bytes.
 * Numbers are doubles: whole ones beyond 2^53 are refused rather than changed.
 * @throws FieldError with the path of what cannot be kept
 */
export function canonicalJson(value: unknown, path: string, depth = 1): string {
  switch (typeof value) {
    case 'string':
      if (utf8Length(value) >= 0) return JSON.stringify(value);
      throw new FieldError(path, value, 'must be well-formed Unicode');
    case 'boolean':
      return String(value);
    case 'number':
      if (Number.isFinite(value) && (Number.isSafeInteger(value) || !Number.isInteger(value))) {
        return JSON.stringify(value);
      }
      throw new FieldError(path, value, 'is a number beyond 2^53: write it as a string');
    case 'object':
      if (value === null) return 'null';
      return compositeText(value, path, depth);
    default:
      throw new FieldError(path, value, 'must be a JSON value');
  }
}

function compositeText(value: object, path: string, depth: number): string {
  if (depth > DEPTH_MAX) {
    throw new FieldError(path, value, `must be at most ${String(DEPTH_MAX)} levels deep`);
  }
  if (Array.isArray(value)) {
    const items = value.map((item: unknown, index) =>
      canonicalJson(item, `${path}[${String(index)}]`, depth + 1),
    );
    return `[${items.join(',')}]`;
  }
  const members = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]: [string, unknown]) => {
      const at = path === '' ? name : `${path}.${name}`;
      if (name === PROTOTYPE) throw new FieldError(at, member, 'is a name that is not kept');
      return `${canonicalJson(name, at)}:${canonicalJson(member, at, depth + 1)}`;
    });
  return `{${members.join(',')}}`;
}

/** The canonical text of an object; '' of an empty one, which stands for none. */
export function canonicalObject(value: object, path: string): string {
  const text = canonicalJson(value, path);
  return text === '{}' ? '' : text;
}

/** The object that a canonical text stands for; '' stands for an empty one. */
export function parseObject(text: string): Readonly<Record<string, unknown>> {
  return text === '' ? {} : (JSON.parse(text) as Readonly<Record<string, unknown>>);
}

/** Whether a text that is not empty is what `canonicalObject` gives of some object. */
export function isCanonicalObject(text: string): boolean {
  if (!text.startsWith('{')) return false;
  try {
    return canonicalObject(parseObject(text), '') === text;
  } catch {
    return false; // no JSON, or nothing that can be kept
  }
}
