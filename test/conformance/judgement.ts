import { askedFor, firstDifference } from './comparison.js';
import type { Json } from './json.js';
import { type FileMapper, Unsupported } from './mapper.js';
import { mappers } from './mappers.js';
import { type Tolerance, toleranceOf, toleranceText } from './tolerance.js';
import { type ReadCase, readVectors, type Vector } from './vector-file.js';

export type Status = 'pass' | 'fail' | 'unsupported' | 'computed';

/** One case of the report; null where there is nothing. */
export interface Result {
  readonly file: string;
  readonly id: string;
  readonly status: Status;
  readonly expected: Json;
  readonly actual: Json;
  readonly tolerance: string;
  readonly reason: string | null;
}

type Answer = { readonly actual: Json } | { readonly refusal: Status; readonly reason: string };

function answerTo(vector: Vector, file: string, mapper: FileMapper | undefined): Answer {
  if (mapper === undefined) return { refusal: 'unsupported', reason: `no mapper for ${file}` };
  const compute = Object.hasOwn(mapper, vector.group) ? mapper[vector.group] : undefined;
  if (compute === undefined) {
    const group = vector.group === '' ? 'cases without a group' : `group ${vector.group}`;
    return { refusal: 'unsupported', reason: `no mapper for ${group} of ${file}` };
  }
  try {
    return { actual: compute(vector) };
  } catch (error) {
    // What the product refuses is a result like any other; the cases after it are run.
    const reason = error instanceof Error ? error.message : String(error);
    return { refusal: error instanceof Unsupported ? 'unsupported' : 'fail', reason };
  }
}

function judged(read: ReadCase, answer: Answer, tolerance: Tolerance): Omit<Result, 'file' | 'id'> {
  const { expected } = read;
  const common = { expected: expected ?? null, tolerance: toleranceText(tolerance) };
  if ('refusal' in answer) {
    // Without an expected figure there is nothing to fail.
    const status = expected === undefined ? 'unsupported' : answer.refusal;
    return { status, ...common, actual: null, reason: answer.reason };
  }
  if (expected === undefined) {
    return { status: 'computed', ...common, actual: answer.actual, reason: null };
  }
  const actual = askedFor(answer.actual, expected);
  const reason = firstDifference(actual, expected, tolerance) ?? null;
  return { status: reason === null ? 'pass' : 'fail', ...common, actual, reason };
}

/**
 * Every case of one vectors file, judged.
 *
 * @param file its name, which chooses the mapper
 * @throws RangeError or SyntaxError if it is no vectors file
 */
export function judgeFile(
  file: string,
  text: string,
  table: Readonly<Record<string, FileMapper>> = mappers,
): Result[] {
  const mapper = Object.hasOwn(table, file) ? table[file] : undefined;
  return readVectors(text).map((read) => {
    const answer = answerTo(read.vector, file, mapper);
    const tolerance = toleranceOf(read.tolerance, file);
    const { status, expected, actual, ...rest } = judged(read, answer, tolerance);
    return { file, id: read.vector.id, status, expected, actual, ...rest };
  });
}

export type Counts = Readonly<Record<Status, number>>;

export function countsOf(results: readonly Result[]): Counts {
  const count = (status: Status) => results.filter((one) => one.status === status).length;
  return {
    pass: count('pass'),
    fail: count('fail'),
    unsupported: count('unsupported'),
    computed: count('computed'),
  };
}
