import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Grant, TokenFile } from '#libs/access';
import { STREAM_PATH } from '#libs/wire';
import type { StreamLimits } from './limits.js';
import type { StreamHub } from './stream-hub.js';

const REFUSALS = {
  400: 'Bad Request',
  401: 'Unauthorized',
  404: 'Not Found',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
} as const;

/** An upgrade is not possible; answered over HTTP. */
interface Refusal {
  readonly status: keyof typeof REFUSALS;
  readonly detail: string;
}

/** What decides whether a connection is taken. */
export interface Admission {
  readonly hub: StreamHub;
  readonly limits: StreamLimits;
  readonly find: (token: string) => Grant | undefined;
  /** Open connections of a token. */
  readonly openOf: (token: string) => number;
}

/** Why a connection is not taken; undefined when it is. */
export function refusalOf(
  request: IncomingMessage,
  token: string | undefined,
  { hub, limits, find, openOf }: Admission,
): Refusal | undefined {
  const [path, query] = (request.url ?? '').split('?');
  if (path !== STREAM_PATH) return { status: 404, detail: `streams are at ${STREAM_PATH}` };
  if (query !== undefined) {
    return { status: 400, detail: 'no query: a token goes into Authorization or a message' };
  }
  if (hub.connections.size >= limits.connections) {
    return { status: 503, detail: 'the node has as many stream connections as it may' };
  }
  if (request.headers.authorization === undefined) return undefined;
  if (token === undefined || find(token) === undefined) {
    return { status: 401, detail: 'the token is not valid' };
  }
  if (openOf(token) >= limits.connectionsPerToken) {
    return { status: 429, detail: 'the token has as many stream connections as it may' };
  }
  return undefined;
}

/** The token of an upgrade request, in the one place where it may stand. */
export function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer ([\w-]{16,256})$/i.exec(headers.authorization ?? '')?.[1];
}

/** The grant of a token. A token file that cannot be used now lets nobody in. */
export function findGrant(tokens: TokenFile, token: string): Grant | undefined {
  try {
    return tokens.find(token);
  } catch {
    return undefined;
  }
}

/** Answers an upgrade request over HTTP, and ends it. */
export function refuse(socket: Duplex, { status, detail }: Refusal): void {
  const title = REFUSALS[status];
  const body = JSON.stringify({ type: 'about:blank', title, status, detail });
  socket.on('error', () => socket.destroy());
  socket.end(
    [
      `HTTP/1.1 ${status} ${title}`,
      'Content-Type: application/problem+json',
      `Content-Length: ${Buffer.byteLength(body)}`,
      ...(status === 401 ? ['WWW-Authenticate: Bearer'] : []),
      ...(status === 503 || status === 429 ? ['Retry-After: 5'] : []),
      'Connection: close',
      '',
      body,
    ].join('\r\n'),
  );
}
