import { invariant } from '#libs/units';
import { formatBase64 } from './base64-text.js';
import { parseObject } from './canonical-json.js';
import { catalogue } from './catalogue/index.js';
import { formatDate, formatTime } from './civil-time.js';
import type { Directory } from './directory.js';
import { layouts } from './layout.js';
import type { Message } from './messages.js';
import type { Field, MessageDefinition } from './schema.js';

export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  [name: string]: JsonValue;
}

/** What stands around an event in the log. */
export interface Envelope {
  readonly sequence: number;
  readonly frame: number;
  /** Log time of the frame, microseconds since 1970. */
  readonly timeUs: number;
  /** Sequence of the event that caused it; its own for an input. */
  readonly cause: number;
}

type NamedField = readonly [name: string, field: Field];

const definitions: readonly MessageDefinition[] = Object.values(catalogue);
const fieldsByMessage: ReadonlyMap<string, readonly NamedField[]> = new Map(
  definitions.map(({ name, fields }) => [name, Object.entries(fields)]),
);

/**
 * The JSON form, `{type, ...fields}`: 64-bit numbers as decimal strings, smaller ones as numbers,
 * ids as names, times as RFC 3339 text; a reference, time or date of 0 and an
 * empty object are left out. An id without a
 * name in the directory (a refused input may hold one) is written as `#id`.
 */
export function toJson(message: Message, directory: Directory): JsonObject {
  const json: JsonObject = { type: message.type };
  writeFields(json, message, fieldsByMessage.get(message.type) ?? [], directory);
  return json;
}

/** The form in which events are exported and streamed: the envelope, then the fields. */
export function envelopeToJson(
  envelope: Envelope,
  message: Message,
  directory: Directory,
): JsonObject {
  const { version, kind } = layouts[message.type];
  invariant(kind !== 'log' && kind !== 'trade', 'only events have an envelope', () => message.type);
  invariant(envelope.sequence >= 1, 'sequences count from 1');
  invariant(envelope.cause <= envelope.sequence, 'a cause comes before its effect');
  const json: JsonObject = {
    sequence: String(envelope.sequence),
    frame: String(envelope.frame),
    time: formatTime(envelope.timeUs),
    type: message.type,
    version,
    cause: String(envelope.cause),
  };
  writeFields(json, message, fieldsByMessage.get(message.type) ?? [], directory);
  return json;
}

function writeFields(
  json: JsonObject,
  source: object,
  fields: readonly NamedField[],
  directory: Directory,
): void {
  const values = source as Readonly<Record<string, unknown>>;
  for (const [name, field] of fields) {
    const value = valueToJson(field, values[name], directory);
    if (value !== undefined) json[name] = value;
  }
}

function valueToJson(field: Field, value: unknown, directory: Directory): JsonValue | undefined {
  switch (field.type) {
    case 'u8':
    case 'u16':
    case 'u32':
      return value as number;
    case 'i64':
      return String(value);
    case 'time':
      return value === 0 ? undefined : formatTime(value as number);
    case 'date':
      return value === 0 ? undefined : formatDate(value as number);
    case 'ref':
      if (value === 0) return undefined;
      return directory.nameOf(field.to, value as number) ?? `#${String(value)}`;
    case 'enum': {
      const text = field.values[value as number];
      invariant(text !== undefined, 'an enum value is in its list', () => String(value));
      return text;
    }
    case 'text':
      return value as string;
    case 'object':
      return value === '' ? undefined : (parseObject(value as string) as JsonObject);
    case 'bytes':
      return formatBase64(value as Uint8Array);
    case 'group': {
      const fields = Object.entries(field.fields);
      return (value as readonly object[]).map((item) => {
        const json: JsonObject = {};
        writeFields(json, item, fields, directory);
        return json;
      });
    }
  }
}
