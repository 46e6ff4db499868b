import { isObject, type Json, type JsonObject } from './json.js';

/** One published example as a mapper sees it: without what it should give. */
export interface Vector {
  readonly id: string;
  /** '' in a file whose cases have none. */
  readonly group: string;
  /** The case's `inputs`; in a file that has none, the case itself. */
  readonly inputs: JsonObject;
  /** The case, and the file around its cases (parameter sets, markets), without any answer. */
  readonly case: JsonObject;
  readonly document: JsonObject;
}

export interface ReadCase {
  readonly vector: Vector;
  /** undefined where the file does not say. */
  readonly expected: Json | undefined;
  readonly tolerance: Json | undefined;
}

/** What stands beside `expected` and would give an answer away. */
const answers = new Set(['expected', 'derivedByUs', 'recheck', 'reproduced']);

function without(object: JsonObject, keys: ReadonlySet<string>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.has(key)));
}

function isCaseList(json: Json | undefined): json is readonly JsonObject[] {
  return Array.isArray(json) && json.some((one: Json) => isObject(one) && 'id' in one);
}

/**
 * The cases of a vectors file: the list `vectors` or `cases`, or the first list whose members have an id.
 *
 * @throws RangeError if there is none
 */
export function readVectors(text: string): ReadCase[] {
  const file = JSON.parse(text) as Json;
  const document: JsonObject = isObject(file) ? file : { vectors: file };
  const names = ['vectors', 'cases', ...Object.keys(document)];
  const name = names.find((candidate) => isCaseList(document[candidate]));
  if (name === undefined) throw new RangeError('it has no list of cases with an id');
  const rest = without(document, new Set([name]));
  return (document[name] as readonly JsonObject[]).map((one) => readCase(one, rest));
}

function readCase(one: JsonObject, document: JsonObject): ReadCase {
  const bare = without(one, answers);
  const conventions = document['conventions'];
  const common = isObject(conventions) ? conventions['tolerance'] : undefined;
  return {
    vector: {
      id: typeof one['id'] === 'string' ? one['id'] : JSON.stringify(one['id'] ?? null),
      group: typeof one['group'] === 'string' ? one['group'] : '',
      inputs: isObject(one['inputs']) ? one['inputs'] : bare,
      case: bare,
      document,
    },
    expected: one['expected'] ?? undefined,
    tolerance: one['tolerance'] ?? common ?? undefined,
  };
}
