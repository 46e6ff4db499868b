import type { JsonSchema } from '#libs/events';

/** The words in which the schemas of answers are written. */
export const text = { type: 'string' } as const;
export const name = { type: 'string', minLength: 1 } as const;
export const flag = { type: 'boolean' } as const;
export const count = { type: 'integer', minimum: 0 } as const;
/** An exact number: minor units, ticks, lots. */
export const decimal = { type: 'string', pattern: '^(0|-?[1-9][0-9]{0,15})$' } as const;
export const sequence = { type: 'string', pattern: '^(0|[1-9][0-9]{0,15})$' } as const;
export const time = { type: 'string', format: 'date-time' } as const;
export const date = { type: 'string', format: 'date' } as const;

export const oneOf = (...values: readonly string[]): JsonSchema => ({ enum: values });
export const list = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
export const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });
export const refer = (schema: string): JsonSchema => ({ $ref: `#/components/schemas/${schema}` });

/** An object of exactly these properties; those named in `optional` may be absent. */
export function object(
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema {
  const required = Object.keys(properties).filter((property) => !optional.includes(property));
  return { type: 'object', additionalProperties: false, properties, required };
}

/** An answer: what it says, and the point at which it was given. */
export function answer(
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema {
  const head = { sequence, asOf: time, businessDate: date };
  return object({ ...head, ...properties }, ['asOf', 'businessDate', ...optional]);
}
