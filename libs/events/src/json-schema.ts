import { catalogue, type MessageName } from './catalogue/index.js';
import { isOptional, mayBeNone } from './json-reader.js';
import type { InputName } from './messages.js';
import type { DetailField, DetailFields, Field, MessageDefinition } from './schema.js';

/** A JSON Schema of draft 2020-12, as plain data. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
}

const decimalInteger = `^(0|-?(${positiveUpTo(String(Number.MAX_SAFE_INTEGER))}))$`;
const sequence = { type: 'string', pattern: '^(0|[1-9][0-9]{0,15})$' };
const time = {
  type: 'string',
  format: 'date-time',
  pattern:
    '^(168[4-9]|169[0-9]|1[789][0-9]{2}|2[01][0-9]{2}|22[0-4][0-9]|225[0-5])-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?Z$',
  // Zero says none: it is left out.
  not: { pattern: '^1970-01-01T00:00:00([.]0+)?Z$' },
};
const date = {
  type: 'string',
  format: 'date',
  pattern: '^(19[7-9][0-9]|20[0-9]{2}|21[0-4][0-9])-[0-9]{2}-[0-9]{2}$',
  not: { const: '1970-01-01' },
};
const base64 = '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$';

const envelope: Readonly<Record<string, JsonSchema>> = {
  sequence: { ...sequence, description: 'Dense number of the event, from 1.' },
  frame: { ...sequence, description: 'The frame in which it is stored, from 1.' },
  time: { ...time, description: 'Log time of the frame.' },
  cause: {
    ...sequence,
    description: 'Sequence of the event that caused it; its own for an input.',
  },
};

/**
 * JSON Schema of a message as it is written: in the envelope for what takes an event sequence;
 * bare for log records, and for TradeReported, which is never recorded. What a schema cannot say is
 * left to the reader: the last moment of a time, bytes of a text, which names are known.
 */
export function jsonSchemaOf(name: MessageName): JsonSchema {
  const definition: MessageDefinition = catalogue[name];
  const recorded = definition.kind === 'input' || definition.kind === 'decision';
  const { type, fields, required } = objectParts(definition, false);
  const version = { const: definition.version };
  const { sequence: number, frame, time: at, cause } = envelope;
  const around = { sequence: number, frame, time: at, type, version, cause };
  return document(definition, recorded ? 'event' : 'message', {
    properties: recorded ? { ...around, ...fields } : { type, ...fields },
    required: recorded ? [...Object.keys(around), ...required] : ['type', ...required],
  });
}

/**
 * JSON Schema of what an outsider sends: no envelope, fields that have a default may be absent,
 * and a 64-bit number may be a JSON number when that is exact.
 */
export function inputJsonSchemaOf(name: InputName): JsonSchema {
  const definition: MessageDefinition = catalogue[name];
  const { type, fields, required } = objectParts(definition, true);
  const known = knownDetailsOf(definition);
  return document(definition, 'input', {
    properties: { type, ...fields, ...(known === undefined ? {} : detailProperties(known)) },
    required: ['type', ...required],
    ...(known === undefined ? {} : { additionalProperties: true }),
  });
}

/** The known names of an open message; undefined when it takes no others. */
function knownDetailsOf({ fields }: MessageDefinition): DetailFields | undefined {
  for (const field of Object.values(fields)) {
    if (field.type === 'object' && field.known !== undefined) return field.known;
  }
  return undefined;
}

function detailProperties(known: DetailFields): Record<string, JsonSchema> {
  return Object.fromEntries(Object.entries(known).map(([n, field]) => [n, detailSchema(field)]));
}

function detailsSchema(known: DetailFields): JsonSchema {
  return { properties: detailProperties(known) };
}

function detailSchema(field: DetailField): JsonSchema {
  const description = field.doc;
  switch (field.type) {
    case 'text':
      return { description, type: 'string', minLength: 1, maxLength: field.maxBytes };
    case 'enum':
      return { description, enum: field.values };
    case 'date':
      return { description, type: 'string', format: 'date' };
    case 'time':
      return { description, ...time };
    case 'object':
      return { description, type: 'object', ...detailsSchema(field.fields) };
  }
}

function document(definition: MessageDefinition, form: string, parts: JsonSchema): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: `urn:novate:${form}:${definition.name}:${String(definition.version)}`,
    title: definition.name,
    description: definition.doc,
    type: 'object',
    additionalProperties: false,
    ...parts,
  };
}

function objectParts(
  definition: MessageDefinition,
  asInput: boolean,
): { type: JsonSchema; fields: Record<string, JsonSchema>; required: string[] } {
  const names = Object.entries(definition.fields);
  return {
    type: { const: definition.name },
    fields: Object.fromEntries(names.map(([name, field]) => [name, fieldSchema(field, asInput)])),
    required: names.filter(([n, f]) => isRequired(n, f, asInput)).map(([name]) => name),
  };
}

/** What is written leaves out only what is none. */
function isRequired(name: string, field: Field, asInput: boolean): boolean {
  return asInput ? !isOptional(name, field) : !mayBeNone(field);
}

function fieldSchema(field: Field, asInput: boolean): JsonSchema {
  const description = field.doc;
  switch (field.type) {
    case 'u8':
      return { description, type: 'integer', minimum: 0, maximum: 0xff };
    case 'u16':
      return { description, type: 'integer', minimum: 0, maximum: 0xffff };
    case 'u32':
      return { description, type: 'integer', minimum: 0, maximum: 0xffffffff };
    case 'i64':
      return { description, ...int64Schema(asInput) };
    case 'time':
      return { description, ...time };
    case 'date':
      return { description, ...date };
    case 'ref':
      return {
        description: `${description} The name of the ${field.to}.`,
        type: 'string',
        minLength: 1,
      };
    case 'enum':
      return { description, enum: field.values };
    case 'text':
      return { description, type: 'string', maxLength: field.maxBytes };
    case 'object':
      return { description, type: 'object', ...(asInput ? detailsSchema(field.known ?? {}) : {}) };
    case 'bytes': {
      const maxLength = Math.ceil(field.maxBytes / 3) * 4;
      return { description, type: 'string', contentEncoding: 'base64', pattern: base64, maxLength };
    }
    case 'group':
      return {
        description,
        type: 'array',
        maxItems: field.maxItems,
        items: itemSchema(field.fields, asInput),
      };
  }
}

function int64Schema(asInput: boolean): JsonSchema {
  const text = { type: 'string', pattern: decimalInteger };
  const { MIN_SAFE_INTEGER: minimum, MAX_SAFE_INTEGER: maximum } = Number;
  return asInput ? { anyOf: [text, { type: 'integer', minimum, maximum }] } : text;
}

function itemSchema(fields: Readonly<Record<string, Field>>, asInput: boolean): JsonSchema {
  const names = Object.entries(fields);
  return {
    type: 'object',
    additionalProperties: false,
    properties: Object.fromEntries(names.map(([n, f]) => [n, fieldSchema(f, asInput)])),
    required: names.filter(([n, f]) => isRequired(n, f, asInput)).map(([name]) => name),
  };
}

/** Pattern of the whole numbers from 1 to `max`: fewer digits, or as many and smaller at one. */
function positiveUpTo(max: string): string {
  const fewer = `[1-9][0-9]{0,${String(max.length - 2)}}`;
  const smaller = Array.from(max).flatMap((digit, k) => {
    const least = k === 0 ? 1 : 0;
    const below = Number(digit) - 1;
    if (below < least) return [];
    const rest = max.length - k - 1;
    return [`${max.slice(0, k)}[${String(least)}-${String(below)}][0-9]{${String(rest)}}`];
  });
  return [fewer, ...smaller, max].join('|');
}
