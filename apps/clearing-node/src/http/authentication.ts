import type { FastifyRequest } from 'fastify';
import type { Grant, TokenFile } from '#libs/access';
import { Problem } from './problem.js';

const BEARER = /^Bearer ([A-Za-z0-9._~+/-]{1,256}=*)$/i;

/** The grant behind the token of a request. @throws Problem 401 */
export function authenticate(request: FastifyRequest, tokens: TokenFile): Grant {
  const match = BEARER.exec(request.headers.authorization ?? '');
  const grant = match?.[1] === undefined ? undefined : tokens.find(match[1]);
  if (grant !== undefined) return grant;
  const given = request.headers.authorization !== undefined;
  throw new Problem(
    401,
    'unauthenticated',
    'A token is needed: Authorization: Bearer TOKEN, from the token file or the operator.',
    {},
    { 'www-authenticate': `Bearer realm="novate"${given ? ', error="invalid_token"' : ''}` },
  );
}
