import type { JsonSchema } from '#libs/events';
import { NDJSON, PROBLEM_JSON } from '../http/media-types.js';
import { type Operation, operations, type QueryParameter } from '../operations/index.js';
import { pathParameters } from '../operations/operation.js';
import { answerSchemas } from './answer-schemas.js';
import { httpInputSchema, inputNames } from './input-schemas.js';
import { refer } from './schema-words.js';

type Json = Record<string, unknown>;

const problems: Readonly<Record<number, string>> = {
  400: 'It is malformed; the field, its value and the rule are named.',
  401: 'There is no token, or it is not known.',
  403: 'The role of the token may not do this.',
  404: 'There is no such thing, or it is not yours to see.',
  409: 'The id or name was used for something else.',
  413: 'It is larger than the node takes.',
  415: 'The media type is not taken.',
  422: 'It is well-formed and was refused; with `reason` the refusal is recorded.',
  429: 'The token has used up its requests of this second.',
  503: 'Not now: overloaded, suspended or stopping. Nothing was done; send it again later.',
};

/** The OpenAPI 3.1 document, from the table of operations and the catalogue of events. */
export function openApiDocument(): Json {
  const paths: Record<string, Json> = {};
  for (const operation of operations) {
    const path = operation.path.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(operation) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Novate clearing node',
      version: '1',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      description:
        'Amounts, prices and quantities are decimal strings in minor units, ticks and lots. Every ' +
        'answer names the sequence that it was given at. Things are added here, never renamed.',
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: { ...inputComponents(), ...answerSchemas },
    },
  };
}

let served: string | undefined;

/** The document as it is served. */
export function openApiText(): string {
  served ??= JSON.stringify(openApiDocument());
  return served;
}

function inputComponents(): Record<string, JsonSchema> {
  const schemas: [string, JsonSchema][] = inputNames.map((name) => [name, httpInputSchema(name)]);
  const types = inputNames.map((name) => ({
    type: 'object',
    ...refer(name),
    required: ['type'],
  }));
  return { ...Object.fromEntries(schemas), AnyInput: { anyOf: types } };
}

function describe(operation: Operation): Json {
  const { id, summary, roles, forMembers } = operation;
  const open = roles === 'anyone';
  const who = open ? 'Anyone, without a token.' : `Roles: ${roles.join(', ')}.`;
  const less = forMembers === undefined ? '' : ` A member is shown: ${forMembers}.`;
  const parameters = [...pathParametersOf(operation), ...(operation.query ?? []).map(parameterOf)];
  const body = bodyOf(operation);
  return {
    operationId: id,
    summary,
    description: `${who}${less}`,
    ...(open ? { security: [] } : {}),
    ...(operation.input === undefined ? {} : { 'x-input': operation.input }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: body } }),
    responses: responsesOf(operation),
  };
}

function pathParametersOf({ path }: Operation): Json[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    description: pathParameters[name],
    schema: { type: 'string', minLength: 1 },
  }));
}

function parameterOf({ name, doc, kind, min, max, default: preset, values }: QueryParameter): Json {
  const schema = {
    count: { type: 'integer', minimum: min, maximum: max, default: preset },
    name: { type: 'string', minLength: 1 },
    choice: { enum: values },
  }[kind];
  return { name, in: 'query', description: doc, schema };
}

function bodyOf({ input, body }: Operation): Json | undefined {
  if (body !== undefined) return { 'application/json': { schema: refer(body) } };
  if (input === undefined) return undefined;
  const lines = 'One input a line; answered with one line each, in order.';
  return {
    'application/json': { schema: refer(input === 'any' ? 'AnyInput' : input) },
    [NDJSON]: { schema: { type: 'string', description: lines } },
  };
}

function responsesOf(operation: Operation): Json {
  const { id, roles, status = 200, problems: own = [] } = operation;
  const common = roles === 'anyone' ? [] : [400, 401, 403, 429, 503];
  const refused = [...new Set([...common, ...own])].sort((a, b) => a - b);
  const responses = Object.fromEntries(
    refused.map((code) => [
      String(code),
      { description: problems[code], content: { [PROBLEM_JSON]: { schema: refer('Problem') } } },
    ]),
  );
  const readiness = { description: 'It does not serve.', content: contentOf(operation) };
  return {
    [String(status)]: { description: 'Done.', ...withContent(operation) },
    ...responses,
    ...(id === 'getReadiness' ? { 503: readiness } : {}),
  };
}

function withContent(operation: Operation): Json {
  const content = contentOf(operation);
  return content === undefined ? {} : { content };
}

function contentOf({ answer, media, input, id }: Operation): Json | undefined {
  if (media !== undefined) return { [media]: { schema: { type: 'string' } } };
  if (answer === undefined) return undefined;
  const hasLines = input !== undefined || id === 'listEvents';
  return {
    'application/json': { schema: refer(answer) },
    ...(hasLines ? { [NDJSON]: { schema: { type: 'string' } } } : {}),
  };
}
