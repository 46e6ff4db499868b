import { catalogue, inputJsonSchemaOf, type InputName, type JsonSchema } from '#libs/events';

/** Every type of input, in the order of the catalogue. */
export const inputNames = Object.values(catalogue)
  .filter(({ kind }) => kind === 'input' || kind === 'trade')
  .map(({ name }) => name as InputName);

const messageId = {
  type: 'string',
  pattern: '^[!-~]{1,36}$',
  description:
    'Unique for the publisher, ascending, as UUIDv7 is: the same again is answered again.',
};
const ignoredTime = {
  type: 'string',
  format: 'date-time',
  pattern:
    '^(19[89][0-9]|2[01][0-9]{2})-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?Z$',
  description: "Ignored: log time is the node's own.",
};

/** Schema of an input as it is sent over HTTP, on a route that says its type. */
export function httpInputSchema(name: InputName): JsonSchema {
  const schema = without(inputJsonSchemaOf(name), '$schema', '$id');
  const properties = without(schema['properties'] as JsonSchema, 'publisherSequence');
  const required = (schema['required'] as string[]).filter(
    (field) => field !== 'publisher' && field !== 'type',
  );
  return {
    ...schema,
    properties: { messageId, ...properties, time: ignoredTime },
    required: ['messageId', ...required],
  };
}

function without(schema: JsonSchema, ...keys: readonly string[]): JsonSchema {
  return Object.fromEntries(Object.entries(schema).filter(([key]) => !keys.includes(key)));
}
