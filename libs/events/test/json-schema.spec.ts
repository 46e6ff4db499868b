import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import fc from 'fast-check';
import {
  catalogue,
  envelopeToJson,
  fromJson,
  inputJsonSchemaOf,
  jsonSchemaOf,
  toJson,
  type Field,
  type InputName,
  type JsonObject,
  type Message,
  type MessageDefinition,
  type MessageName,
} from '../src/index.js';
import { messageArbitrary, messageNames, oddDirectory } from './message-arbitraries.js';

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
addFormats.default(ajv);

const definitionOf = (name: MessageName): MessageDefinition => catalogue[name];
const isEvent = (name: MessageName): boolean => {
  const { kind } = definitionOf(name);
  return kind === 'input' || kind === 'decision';
};
const inputNames = messageNames.filter((name): name is InputName => {
  const { kind } = definitionOf(name);
  return kind === 'input' || kind === 'trade';
});

/** The message as it leaves the house, as text parsed again. */
function written(message: Message): JsonObject {
  const envelope = { sequence: 9, frame: 2, timeUs: 1_621_429_080_000_000, cause: 8 };
  const json = isEvent(message.type)
    ? envelopeToJson(envelope, message, oddDirectory)
    : toJson(message, oddDirectory);
  return JSON.parse(JSON.stringify(json)) as JsonObject;
}

/** Values that a field of this type must not have. */
function wrongValues(field: Field): unknown[] {
  switch (field.type) {
    case 'u8':
      return ['1', 1.5, -1, 256, null];
    case 'u16':
      return ['1', 1.5, -1, 65_536, null];
    case 'u32':
      return ['1', 1.5, -1, 4_294_967_296, null];
    case 'i64':
      return ['1.5', '01', '-0', '', ' 1', '1e3', 1.5, '12345678901234567', null];
    case 'time':
      return ['2021-05-19', '2021-02-29T00:00:00Z', '2021-05-19T12:58:00+01:00', 0, null];
    case 'date':
      return ['2021-02-29', '19.05.2021', 1, null];
    case 'ref':
      return ['', 1, null];
    case 'enum':
      return ['no-such-value', 0, null];
    case 'text':
      return ['x'.repeat(field.maxBytes + 1), 1, null];
    case 'object':
      return ['{}', [], 7, null];
    case 'bytes':
      return ['A', 'A===', '????', Buffer.alloc(field.maxBytes + 3).toString('base64'), 1, null];
    case 'group':
      return [
        {},
        [7],
        [{ extra: 1 }],
        Array.from({ length: field.maxItems + 1 }, () => ({})),
        null,
      ];
  }
}

function expectValid(validate: ValidateFunction, json: unknown): void {
  if (!validate(json))
    throw new Error(`${JSON.stringify(validate.errors)} of ${JSON.stringify(json)}`);
}

function sampleOf(name: MessageName, asInput: boolean): JsonObject {
  const [message] = fc.sample(messageArbitrary(name), { numRuns: 1, seed: 7 });
  if (message === undefined) throw new Error('no sample');
  return asInput ? toJson(message, oddDirectory) : written(message);
}

describe('the JSON Schema of what is written', () => {
  it.each(messageNames)('%s: accepts every message', (name) => {
    const validate = ajv.compile(jsonSchemaOf(name));
    const property = fc.property(messageArbitrary(name), (message) => {
      expectValid(validate, written(message));
    });
    fc.assert(property, { numRuns: 20 });
  });

  it.each(messageNames)('%s: refuses each wrong, missing and foreign field', (name) => {
    const validate = ajv.compile({ ...jsonSchemaOf(name), $id: `urn:test:${name}` });
    const json = sampleOf(name, false);
    expectValid(validate, json);
    for (const [fieldName, field] of Object.entries(definitionOf(name).fields)) {
      for (const wrong of wrongValues(field)) {
        expect([fieldName, wrong, validate({ ...json, [fieldName]: wrong })]).toEqual([
          fieldName,
          wrong,
          false,
        ]);
      }
    }
    const mayBeAbsent = new Set(
      Object.entries(definitionOf(name).fields)
        .filter(([, field]) => ['ref', 'time', 'date', 'object'].includes(field.type))
        .map(([fieldName]) => fieldName),
    );
    for (const present of Object.keys(json)) {
      const { [present]: gone, ...rest } = json;
      expect([present, gone, validate(rest)]).toEqual([present, gone, mayBeAbsent.has(present)]);
    }
    expect(validate({ ...json, extra: 1 })).toBe(false);
    expect(validate({ ...json, type: 'Other' })).toBe(false);
  });
});

describe('the JSON Schema of an input', () => {
  it.each(inputNames)('%s: agrees with the reader', (name) => {
    const validate = ajv.compile(inputJsonSchemaOf(name));
    const json = sampleOf(name, true);
    expectValid(validate, json);
    for (const [fieldName, field] of Object.entries(definitionOf(name).fields)) {
      for (const wrong of wrongValues(field)) {
        const changed = { ...json, [fieldName]: wrong };
        expect([fieldName, wrong, validate(changed)]).toEqual([fieldName, wrong, false]);
        expect(() => fromJson(changed, oddDirectory)).toThrow(fieldName);
      }
      const { [fieldName]: gone, ...rest } = json;
      let readable = true;
      try {
        fromJson(rest, oddDirectory);
      } catch {
        readable = false;
      }
      expect([fieldName, gone, validate(rest)]).toEqual([fieldName, gone, readable]);
      if (field.type === 'i64') expect(validate({ ...json, [fieldName]: 42 })).toBe(true);
    }
    const takesOthers = definitionOf(name).kind === 'trade';
    const changed = { ...json, extra: 1 };
    expect(validate(changed)).toBe(takesOthers);
    if (takesOthers) fromJson(changed, oddDirectory);
    else expect(() => fromJson(changed, oddDirectory)).toThrow('extra');
  });
});
