/** A JSON Schema, as far as these forms use it. */
export type Schema = Readonly<Record<string, unknown>>;

/** Decimal text: exact at any size, where a JSON number is a double. */
export const decimal = (description: string): Schema => ({
  type: 'string',
  pattern: '^-?[0-9]+(\\.[0-9]+)?$',
  description,
});

export const whole = (
  description: string,
  { minimum = 0, maximum = 1_000_000_000 }: { minimum?: number; maximum?: number } = {},
): Schema => ({ type: 'integer', minimum, maximum, description });

export const text = (description: string): Schema => ({
  type: 'string',
  minLength: 1,
  description,
});

export const flag = (description: string): Schema => ({ type: 'boolean', description });

export const choice = (values: readonly string[], description: string): Schema => ({
  enum: values,
  description,
});

export const list = (items: Schema, description: string, minItems = 0): Schema => ({
  type: 'array',
  items,
  minItems,
  description,
});

/** An object with these properties and no others. */
export function record(
  properties: Readonly<Record<string, Schema>>,
  required: readonly string[],
  description: string,
): Schema {
  return { type: 'object', properties, required, additionalProperties: false, description };
}

/** A form as a document of its own. */
export function documentOf(title: string, schema: Schema): Schema {
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...schema };
}
