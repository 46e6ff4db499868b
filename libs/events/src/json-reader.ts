import { parseBase64 } from './base64-text.js';
import { catalogue, type MessageName } from './catalogue/index.js';
import { parseDate, parseTime } from './civil-time.js';
import type { Directory } from './directory.js';
import { FieldError } from './errors.js';
import { gatherDetails, readObject } from './json-details.js';
import { isFixed } from './layout.js';
import type { InputMessage, Message } from './messages.js';
import type { Field, GroupField, MessageDefinition, RefTarget } from './schema.js';
import { utf8Length } from './utf8-text.js';

type Fields = Readonly<Record<string, Field>>;
type JsonFields = Readonly<Record<string, unknown>>;

/**
 * The message of a JSON form as `toJson` writes it. Throws FieldError for the first thing wrong:
 * the type, a field the message does not have, then the fields in their declared order. What may be
 * absent: references, times, dates and objects (none), `publisherSequence` (0), fields with a default,
 * groups that a later version added (empty).
 * A 64-bit number may be given as a JSON number when that is exact. A message that is open (its
 * object field says so) takes other fields too.
 */
export function fromJson(json: unknown, directory: Directory): Message {
  const given = objectOf(json, '');
  return readMessage(given, definitionOf(given), directory);
}

/** As `fromJson`, and only what an outsider may propose: that is judged before the fields. */
export function inputFromJson(json: unknown, directory: Directory): InputMessage {
  const given = objectOf(json, '');
  const definition = definitionOf(given);
  const { kind, name } = definition;
  if (kind !== 'input' && kind !== 'trade') {
    throw new FieldError('type', name, 'is not an input: the clearing house writes it');
  }
  return readMessage(given, definition, directory) as InputMessage;
}

function definitionOf({ type }: JsonFields): MessageDefinition {
  if (type === undefined) throw new FieldError('type', type, 'is missing');
  if (typeof type !== 'string' || !Object.hasOwn(catalogue, type)) {
    throw new FieldError('type', type, 'is not the name of a message');
  }
  return catalogue[type as MessageName];
}

function readMessage(
  given: JsonFields,
  { name, fields }: MessageDefinition,
  directory: Directory,
): Message {
  const message: Record<string, unknown> = { type: name };
  readFields({ given: gatherDetails(given, fields), fields, path: '', directory }, message);
  return message as unknown as Message;
}

/** Whether the field has a value that stands for none, which JSON leaves out. */
export function mayBeNone({ type }: Field): boolean {
  return type === 'ref' || type === 'time' || type === 'date' || type === 'object';
}

/** Whether a JSON input may leave the field out. */
export function isOptional(name: string, field: Field): boolean {
  if (mayBeNone(field)) return true;
  if (field.type === 'group') return (field.since ?? 1) > 1;
  return name === 'publisherSequence' || (isFixed(field) && field.default !== undefined);
}

interface Source {
  readonly given: JsonFields;
  readonly fields: Fields;
  readonly path: string;
  readonly directory: Directory;
}

function readFields(source: Source, target: Record<string, unknown>): void {
  const { given, fields, path, directory } = source;
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(fields, name) || (name === 'type' && path === '')) continue;
    throw new FieldError(path + name, given[name], 'is not a field of this message');
  }
  for (const [name, field] of Object.entries(fields)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value !== undefined) target[name] = readValue(field, value, path + name, directory);
    else if (isOptional(name, field)) target[name] = absentValue(field);
    else throw new FieldError(path + name, value, 'is missing');
  }
}

/** What an input that leaves an optional field out stands for. */
function absentValue(field: Field): unknown {
  if (field.type === 'group') return [];
  return isFixed(field) ? (field.default ?? 0) : '';
}

function readValue(field: Field, value: unknown, path: string, directory: Directory): unknown {
  switch (field.type) {
    case 'u8':
      return readCount(value, path, 0xff);
    case 'u16':
      return readCount(value, path, 0xffff);
    case 'u32':
      return readCount(value, path, 0xffffffff);
    case 'i64':
      return readInt64(value, path);
    case 'time':
      return readTime(textOf(value, path), path);
    case 'date':
      return readDate(textOf(value, path), path);
    case 'ref': {
      const id = idOf(directory, field.to, textOf(value, path));
      if (id !== undefined) return id;
      throw new FieldError(path, value, `is not a known ${field.to}`, field.to);
    }
    case 'enum': {
      const index = field.values.indexOf(textOf(value, path));
      if (index >= 0) return index;
      throw new FieldError(path, value, `must be one of ${field.values.join(', ')}`);
    }
    case 'text':
      return readText(textOf(value, path), path, field.maxBytes);
    case 'object':
      return readObject(value, path, field);
    case 'bytes':
      return readBytes(textOf(value, path), path, field.maxBytes);
    case 'group':
      return readGroup(field, value, path, directory);
  }
}

function objectOf(value: unknown, path: string): JsonFields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as JsonFields;
  }
  throw new FieldError(
    path,
    value,
    path === '' ? 'a JSON object is expected' : 'must be an object',
  );
}

function textOf(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  throw new FieldError(path, value, 'must be a string');
}

/** A count of the given size: a JSON number, as it is written. */
function readCount(value: unknown, path: string, max: number): number {
  if (typeof value !== 'number') throw new FieldError(path, value, 'must be a number');
  if (!Number.isInteger(value)) throw new FieldError(path, value, 'must be a whole number');
  if (value < 0 || value > max) {
    throw new FieldError(path, value, `must be between 0 and ${String(max)}`);
  }
  return value + 0; // -0 becomes 0
}

const decimalInteger = /^(?:0|-?[1-9][0-9]*)$/;

function readInt64(value: unknown, path: string): number {
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw new FieldError(path, value, 'must be a whole number as a decimal string');
  }
  const whole = typeof value === 'string' ? decimalInteger.test(value) : Number.isInteger(value);
  if (!whole) throw new FieldError(path, value, 'must be a whole number as a decimal string');
  const number = Number(value);
  if (!Number.isSafeInteger(number)) {
    throw new FieldError(path, value, 'must be between -(2^53 - 1) and 2^53 - 1');
  }
  return number + 0;
}

function readTime(text: string, path: string): number {
  const timeUs = parseTime(text);
  if (timeUs === undefined) {
    throw new FieldError(
      path,
      text,
      'must be an RFC 3339 time such as 2021-05-19T12:58:00.000000Z',
    );
  }
  if (timeUs === 0) throw new FieldError(path, text, 'must be left out to say none');
  return timeUs;
}

function readDate(text: string, path: string): number {
  const days = parseDate(text);
  if (days === undefined) throw new FieldError(path, text, 'must be a date such as 2021-05-19');
  if (days < 1 || days > 0xffff) {
    throw new FieldError(path, text, 'must be between 1970-01-02 and 2149-06-06');
  }
  return days;
}

function readText(text: string, path: string, maxBytes: number): string {
  const length = utf8Length(text);
  if (length < 0) throw new FieldError(path, text, 'must be well-formed Unicode');
  if (length <= maxBytes) return text;
  throw new FieldError(path, text, `must be at most ${String(maxBytes)} bytes of UTF-8`);
}

function readBytes(text: string, path: string, maxBytes: number): Uint8Array {
  const bytes = parseBase64(text);
  if (bytes === undefined) throw new FieldError(path, text, 'must be base64 with padding');
  if (bytes.length <= maxBytes) return bytes;
  throw new FieldError(path, text, `must be at most ${String(maxBytes)} bytes`);
}

function readGroup(
  field: GroupField,
  value: unknown,
  path: string,
  directory: Directory,
): Record<string, unknown>[] {
  if (!Array.isArray(value)) throw new FieldError(path, value, 'must be an array');
  if (value.length > field.maxItems) {
    throw new FieldError(path, value, `must have at most ${String(field.maxItems)} items`);
  }
  return value.map((item: unknown, index) => {
    const target: Record<string, unknown> = {};
    const itemPath = `${path}[${String(index)}]`;
    const given = objectOf(item, itemPath);
    readFields({ given, fields: field.fields, path: `${itemPath}.`, directory }, target);
    return target;
  });
}

/** By name; or `#id`, which is how an id without a name is written. */
function idOf(directory: Directory, target: RefTarget, name: string): number | undefined {
  const id = directory.idOf(target, name);
  if (id !== undefined) return id;
  const match = /^#([1-9][0-9]{0,9})$/.exec(name);
  const number = match === null ? 0 : Number(match[1]);
  return number >= 1 && number <= 0xffffffff ? number : undefined;
}
