import { FastifyAdapter } from '@nestjs/platform-fastify';
import {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import type { Logger } from 'pino';
import { operations } from '../operations/index.js';
import { Problem } from './problem.js';
import { sendProblem } from './problem-sending.js';

/** Longest name in a path, percent-encoded. */
const PARAMETER_CHARACTERS_MAX = 128;
const REQUEST_MS_MAX = 30_000;
const CONNECTIONS_MAX = 4_096;

/** Fastify, with every refusal of its own as a problem too. */
export class ProblemAdapter extends FastifyAdapter {
  constructor(bodyBytesMax: number, log: Logger) {
    super({
      loggerInstance: log,
      logController: new LogController({ disableRequestLogging: true }),
      bodyLimit: bodyBytesMax,
      requestTimeout: REQUEST_MS_MAX,
      forceCloseConnections: 'idle',
      exposeHeadRoutes: false,
      routerOptions: { maxParamLength: PARAMETER_CHARACTERS_MAX },
      frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
        sendProblem(request, reply, error);
      },
    });
    this.fastify.server.maxConnections = CONNECTIONS_MAX;
  }

  get fastify(): FastifyInstance {
    return this.getInstance<FastifyInstance>();
  }

  override setErrorHandler() {
    return this.getInstance().setErrorHandler((error, request, reply) => {
      // What has no route needs no content type either.
      const isMissing = (error as { code?: string }).code === 'FST_ERR_ROUTE_MISSING_CONTENT_TYPE';
      sendProblem(request, reply, isMissing ? missing(request) : error);
    });
  }

  override setNotFoundHandler() {
    return this.getInstance().setNotFoundHandler((request, reply) => {
      sendProblem(request, reply, missing(request));
    });
  }
}

/** 404 where nothing is served at the path, 405 where it is with other methods. */
function missing({ method, url }: FastifyRequest): Problem {
  const [path = ''] = url.split('?');
  const allowed = operations.filter((one) => matches(one.path, path)).map((one) => one.method);
  if (allowed.length === 0) {
    const detail = 'Nothing is served at this path; GET /v1/openapi.json says what is.';
    return new Problem(404, 'not-found', detail);
  }
  const allow = [...new Set(allowed)].join(', ');
  const detail = `This path is not served with ${method}; it is with ${allow}.`;
  return new Problem(405, 'method', detail, {}, { allow });
}

function matches(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const given = path.split('/');
  return (
    wanted.length === given.length &&
    wanted.every((part, k) => (part.startsWith(':') ? given[k] !== '' : part === given[k]))
  );
}
