import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { operationAt } from '../operations/index.js';
import type { NodeParts } from '../node-parts.js';
import { authenticate } from './authentication.js';

/** Nothing of an answer may be kept, framed, sniffed or read by another site. */
const SECURITY_HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** What happens to every request, before its body is read and after its answer was sent. */
export function registerHooks(fastify: FastifyInstance, parts: NodeParts): void {
  fastify.decorateRequest('grant', undefined);
  fastify.decorateRequest('operation', undefined);
  fastify.addHook('onRequest', (request, reply, done) => {
    void reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id });
    const operation = operationAt(request.method, request.routeOptions.url ?? '');
    request.operation = operation;
    if (operation !== undefined && operation.roles !== 'anyone') {
      request.grant = authenticate(request, parts.tokens);
      void reply.headers(parts.limit.take(request.grant.name));
    }
    done();
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    noteAnswer(parts, request, reply);
    done();
  });
}

/** One line and one count for each answer. The token never comes here, only the name of its grant. */
function noteAnswer(parts: NodeParts, request: FastifyRequest, reply: FastifyReply): void {
  const { method, id: requestId, operation, grant } = request;
  const route = operation?.path ?? 'none';
  const ms = reply.elapsedTime;
  const { statusCode: status } = reply;
  parts.metrics.request(method, route, status, ms);
  const line = { requestId, method, route, status, ms: Math.round(ms * 1000) / 1000 };
  const told = grant === undefined ? line : { ...line, grant: grant.name };
  if (status >= 500) parts.log.warn(told, 'request');
  else parts.log.info(told, 'request');
}
