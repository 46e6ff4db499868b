import type { FastifyReply, FastifyRequest } from 'fastify';
import { TokenFileError } from '#libs/access';
import { LineError } from '#libs/wire';
import { PROBLEM_JSON } from './media-types.js';
import { Problem, unavailable } from './problem.js';

/** Answers with a problem; the only way in which an error leaves the API. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: unknown): void {
  const problem = problemOf(error);
  if (problem.status >= 500 && problem.status !== 503) {
    request.log.error({ requestId: request.id, err: error }, 'a request failed');
  }
  void reply
    .code(problem.status)
    .headers({ ...problem.headers, 'content-type': PROBLEM_JSON })
    .send(JSON.stringify(problem.body(request.id)));
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof LineError) return problemOfLine(error);
  if (error instanceof TokenFileError) {
    return unavailable('tokens-unavailable', 'The token file cannot be used.');
  }
  const { statusCode, code } = error as { statusCode?: unknown; code?: unknown };
  if (typeof statusCode === 'number' && typeof code === 'string') {
    const known = frameworkProblem(statusCode, code);
    if (known !== undefined) return known;
  }
  return new Problem(500, 'internal', 'The node failed to answer; it has logged why.');
}

/** What Fastify refuses by itself. */
function frameworkProblem(status: number, code: string): Problem | undefined {
  switch (status) {
    case 413:
      return new Problem(413, 'too-large', 'The body is larger than this node takes.');
    case 414:
      return new Problem(414, 'too-long', 'The address is longer than this node takes.');
    case 415:
      return new Problem(
        415,
        'media-type',
        'The body must be application/json or, for a batch of inputs, application/x-ndjson.',
      );
    case 503:
      return unavailable('stopping', 'The node is stopping.');
    default:
      if (status >= 400 && status < 500) {
        return new Problem(status, 'bad-request', `The request is malformed (${code}).`);
      }
      return undefined;
  }
}

/** Rules that no schema can say: the request is well-formed, and what it holds does not fit. */
const BEYOND_BOUNDS = /^(must be at most \d+ bytes|cannot be taken)/;

/** What is said of an input that cannot be taken. */
export function problemOfLine({ message, fault }: LineError): Problem {
  const { field, value, rule, unknown } = fault;
  const details = {
    ...(field === undefined ? {} : { field }),
    ...(value === undefined ? {} : { value }),
    rule,
  };
  if (unknown === undefined) {
    const status = BEYOND_BOUNDS.test(rule) ? 422 : 400;
    return new Problem(status, 'malformed-input', message, details);
  }
  const remedy = 'Correct the name, or create it first. Nothing was recorded.';
  return new Problem(422, 'unknown-name', message, { ...details, remedy });
}
