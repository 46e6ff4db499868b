import { isObject, type Json } from './json.js';
import { isNear, type Tolerance } from './tolerance.js';

/** What of `actual` the case asks for: the keys that `expected` has, on every level. */
export function askedFor(actual: Json, expected: Json): Json {
  if (!isObject(actual) || !isObject(expected)) return actual;
  const entries = Object.keys(expected).flatMap((key): [string, Json][] =>
    actual[key] === undefined ? [] : [[key, askedFor(actual[key], expected[key] ?? null)]],
  );
  return Object.fromEntries(entries);
}

function isFigure(json: Json): json is number | string {
  if (typeof json === 'number') return true;
  return typeof json === 'string' && json.trim() !== '' && Number.isFinite(Number(json));
}

/** The first figure that is not as printed, as a sentence; undefined where all are. */
export function firstDifference(
  actual: Json | undefined,
  expected: Json,
  tolerance: Tolerance,
  place = '',
): string | undefined {
  const name = place === '' ? 'the answer' : place;
  if (actual === undefined) return `${name} is not computed`;
  if (isFigure(expected) && isFigure(actual)) {
    if (isNear(actual, expected, tolerance)) return undefined;
    return `${name} is ${String(actual)}, printed ${String(expected)}`;
  }
  if (Array.isArray(expected) && Array.isArray(actual)) {
    const [computed, printed] = [actual as readonly Json[], expected as readonly Json[]];
    if (computed.length !== printed.length) {
      return `${name} has ${computed.length} members, printed ${printed.length}`;
    }
    return firstOf(printed, (one, at) =>
      firstDifference(computed[at], one, tolerance, `${place}[${at}]`),
    );
  }
  if (isObject(expected) && isObject(actual)) {
    return firstOf(Object.entries(expected), ([key, value]) =>
      firstDifference(actual[key], value, tolerance, place === '' ? key : `${place}.${key}`),
    );
  }
  if (actual === expected) return undefined;
  return `${name} is ${JSON.stringify(actual)}, printed ${JSON.stringify(expected)}`;
}

function firstOf<T>(
  list: readonly T[],
  differenceOf: (member: T, at: number) => string | undefined,
): string | undefined {
  for (const [at, member] of list.entries()) {
    const difference = differenceOf(member, at);
    if (difference !== undefined) return difference;
  }
  return undefined;
}
