import { parseDate, parseTime } from './civil-time.js';
import { canonicalObject, parseObject } from './canonical-json.js';
import { FieldError } from './errors.js';
import type { DetailField, DetailFields, Field, ObjectField } from './schema.js';
import { utf8Length } from './utf8-text.js';

type JsonFields = Readonly<Record<string, unknown>>;

/** What stands beside the fields of an input. */
const BESIDE = ['type', 'time', 'messageId'] as const;

/** The field that takes what a JSON input holds besides its message's fields; most have none. */
function openFieldOf(
  fields: Readonly<Record<string, Field>>,
): readonly [name: string, known: DetailFields] | undefined {
  for (const [name, field] of Object.entries(fields)) {
    if (field.type === 'object' && field.known !== undefined) return [name, field.known];
  }
  return undefined;
}

/**
 * The fields of a JSON input with those that its message does not have moved into the object that
 * takes them, beside what it holds already; as given when the message takes no others.
 * @throws FieldError for a name that is given twice, or is a known one written otherwise
 */
export function gatherDetails(
  given: JsonFields,
  fields: Readonly<Record<string, Field>>,
): JsonFields {
  const open = openFieldOf(fields);
  if (open === undefined) return given;
  const [place, known] = open;
  const isOwn = (name: string): boolean => Object.hasOwn(fields, name) || name === 'type';
  const entries = Object.entries(given);
  const others = entries.filter(([name]) => !isOwn(name));
  if (others.length === 0) return given;
  const there = objectOf(given[place] === undefined ? {} : given[place], place);
  const names = [...BESIDE, ...Object.keys(fields), ...Object.keys(known)];
  const spelling = new Map(names.map((name) => [name.toLowerCase(), name]));
  for (const [name, value] of others) {
    // A misspelt field would be kept as an unknown one, and not be obeyed.
    const meant = spelling.get(name.toLowerCase());
    if (meant !== undefined && meant !== name) {
      throw new FieldError(name, value, `is written ${meant}`);
    }
    if (Object.hasOwn(there, name)) throw new FieldError(name, value, 'is given twice');
    checkDetail(name, value, known);
    canonicalObject(Object.fromEntries([[name, value]]), ''); // errors name the path as given
  }
  const own = entries.filter(([name]) => isOwn(name) && name !== place);
  const all = Object.fromEntries([...Object.entries(there), ...others]);
  return Object.fromEntries([...own, [place, all]]);
}

/**
 * Reads the object of an object field: its canonical text, '' when it is empty.
 * @throws FieldError
 */
export function readObject(value: unknown, path: string, field: ObjectField): string {
  const given = objectOf(value, path);
  checkDetails(given, `${path}.`, field.known ?? {});
  const text = canonicalObject(given, path);
  if (utf8Length(text) <= field.maxBytes) return text;
  const rule = `must be at most ${String(field.maxBytes)} bytes of canonical JSON`;
  throw new FieldError(path, value, rule);
}

/** The UTI that details give (canonical text, or '' for none); '' when they give none. */
export function utiOf(details: string): string {
  const { uti } = parseObject(details);
  return typeof uti === 'string' ? uti : '';
}

function checkDetails(given: JsonFields, path: string, known: DetailFields): void {
  for (const [name, value] of Object.entries(given)) checkDetail(path + name, value, known, name);
}

/** A value under a known name is of its type and length; any other is left as it is. */
function checkDetail(path: string, value: unknown, known: DetailFields, name = path): void {
  const field = Object.hasOwn(known, name) ? known[name] : undefined;
  if (field === undefined) return;
  if (field.type !== 'object') {
    const rule = brokenRule(field, value);
    if (rule !== undefined) throw new FieldError(path, value, rule);
    return;
  }
  checkDetails(objectOf(value, path), `${path}.`, field.fields);
}

function objectOf(value: unknown, path: string): JsonFields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as JsonFields;
  }
  throw new FieldError(path, value, 'must be an object');
}

/** The rule that a value breaks; undefined when it breaks none. */
function brokenRule(
  field: Exclude<DetailField, { type: 'object' }>,
  value: unknown,
): string | undefined {
  if (typeof value !== 'string') return 'must be a string';
  switch (field.type) {
    case 'text':
      if (value !== '' && utf8Length(value) <= field.maxBytes) return undefined;
      return `must be 1 to ${String(field.maxBytes)} bytes of UTF-8`;
    case 'enum':
      if (field.values.includes(value)) return undefined;
      return `must be one of ${field.values.join(', ')}`;
    case 'date':
      return parseDate(value) === undefined ? 'must be a date such as 2021-05-19' : undefined;
    case 'time':
      if (parseTime(value) !== undefined) return undefined;
      return 'must be an RFC 3339 time such as 2021-05-19T12:58:00.000000Z';
  }
}
