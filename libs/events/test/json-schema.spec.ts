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

describe('a JSON Schema for people', () => {
  const int64 = {
    type: 'string',
    pattern: expect.stringMatching(/^\^\(0\|-\?\(\[1-9\]\[0-9\]\{0,14\}\|.*\)\)\$$/) as string,
  };
  const safe = { minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };

  it('names what it describes, and says what each part is', () => {
    const { doc, fields } = catalogue.WarningCleared;
    const number = { type: 'string', pattern: '^(0|[1-9][0-9]{0,15})$' };
    const time = jsonSchemaOf('WarningCleared')['properties'] as Record<string, object>;
    expect(jsonSchemaOf('WarningCleared')).toEqual({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: 'urn:novate:event:WarningCleared:1',
      title: 'WarningCleared',
      description: doc,
      type: 'object',
      additionalProperties: false,
      properties: {
        sequence: { ...number, description: 'Dense number of the event, from 1.' },
        frame: { ...number, description: 'The frame in which it is stored, from 1.' },
        time: time['time'],
        type: { const: 'WarningCleared' },
        version: { const: 1 },
        cause: {
          ...number,
          description: 'Sequence of the event that caused it; its own for an input.',
        },
        account: {
          description: `${fields.account.doc} The name of the account.`,
          type: 'string',
          minLength: 1,
        },
        equityMinor: { description: fields.equityMinor.doc, ...int64 },
        maintenanceMinor: { description: fields.maintenanceMinor.doc, ...int64 },
        initialMinor: { description: fields.initialMinor.doc, ...int64 },
      },
      required: [
        ...['sequence', 'frame', 'time', 'type', 'version', 'cause'],
        ...['equityMinor', 'maintenanceMinor', 'initialMinor'],
      ],
    });
    expect(time['time']).toMatchObject({
      type: 'string',
      format: 'date-time',
      description: 'Log time of the frame.',
    });
  });

  it('of an input has no envelope, and takes a 64-bit number either way', () => {
    const { doc, fields } = catalogue.OrderCancellationAnswered;
    const schema = inputJsonSchemaOf('OrderCancellationAnswered');
    expect(schema).toMatchObject({
      $id: 'urn:novate:input:OrderCancellationAnswered:1',
      description: doc,
      required: ['type', 'cancellation', 'venueSequence', 'left'],
    });
    const properties = schema['properties'] as Record<string, object>;
    const either = { anyOf: [int64, { type: 'integer', ...safe }] };
    expect(properties['cancellation']).toEqual({
      description: fields.cancellation.doc,
      ...either,
    });
    expect(properties['left']).toEqual({
      description: fields.left.doc,
      type: 'array',
      maxItems: fields.left.maxItems,
      items: {
        type: 'object',
        additionalProperties: false,
        properties: {
          instrument: {
            description: `${fields.left.fields.instrument.doc} The name of the instrument.`,
            type: 'string',
            minLength: 1,
          },
          buyLots: { description: fields.left.fields.buyLots.doc, ...either },
          sellLots: { description: fields.left.fields.sellLots.doc, ...either },
        },
        required: ['buyLots', 'sellLots'],
      },
    });
  });

  it('bounds bytes by the text that they become', () => {
    const properties = jsonSchemaOf('InputRejected')['properties'] as Record<string, object>;
    const { input, messageId } = catalogue.InputRejected.fields;
    expect(properties['input']).toMatchObject({
      description: input.doc,
      type: 'string',
      contentEncoding: 'base64',
      maxLength: Buffer.alloc(input.maxBytes).toString('base64').length,
    });
    expect(properties['messageId']).toEqual({
      description: messageId.doc,
      type: 'string',
      maxLength: messageId.maxBytes,
    });
  });

  it('of a trade report describes the optional fields, wherever they stand', () => {
    const properties = inputJsonSchemaOf('TradeReported')['properties'] as Record<string, object>;
    const { details } = catalogue.TradeReported.fields;
    expect(properties['details']).toMatchObject({ description: details.doc, type: 'object' });
    const inside = (properties['details'] as { properties: object }).properties;
    for (const [name, field] of Object.entries(details.known)) {
      expect(properties[name]).toMatchObject({ description: field.doc });
      expect(inside).toHaveProperty(name, properties[name]);
    }
    expect(properties['uti']).toEqual({
      description: details.known.uti.doc,
      type: 'string',
      minLength: 1,
      maxLength: 52,
    });
    expect(properties['action']).toEqual({ description: details.known.action.doc, enum: ['new'] });
    expect(properties['originalTradeDate']).toMatchObject({ type: 'string', format: 'date' });
    expect(properties['submittedAt']).toMatchObject({ type: 'string', format: 'date-time' });
    const written = jsonSchemaOf('TradeReported')['properties'] as Record<string, object>;
    expect(written['details']).toEqual({ description: details.doc, type: 'object' });
    expect(written).not.toHaveProperty('uti');
  });
});
