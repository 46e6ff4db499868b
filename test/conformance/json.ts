/** JSON as it is read, and its figures by name: a mapper's only way to its inputs. */
export type Json =
  null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = Readonly<Record<string, Json>>;

export function isObject(json: Json | undefined): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

/** @throws RangeError naming the key, unless its value is a number or the text of one */
export function numberOf(object: JsonObject, key: string): number {
  const value = object[key];
  if (typeof value === 'number') return value;
  if (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value))) {
    return Number(value);
  }
  throw new RangeError(`${key} is ${JSON.stringify(value)}; it should be a number`);
}

/** @throws RangeError naming the key, unless its value is text */
export function textOf(object: JsonObject, key: string): string {
  const value = object[key];
  if (typeof value === 'string') return value;
  throw new RangeError(`${key} is ${JSON.stringify(value)}; it should be text`);
}

/** @throws RangeError naming the key, unless its value is an object */
export function objectOf(object: JsonObject, key: string): JsonObject {
  const value = object[key];
  if (isObject(value)) return value;
  throw new RangeError(`${key} is ${JSON.stringify(value)}; it should be an object`);
}

/** @throws RangeError naming the key, unless its value is a list */
export function listOf(object: JsonObject, key: string): readonly Json[] {
  const value = object[key];
  if (Array.isArray(value)) return value as readonly Json[];
  throw new RangeError(`${key} is ${JSON.stringify(value)}; it should be a list`);
}
