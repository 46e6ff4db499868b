import type { Grant } from '#libs/access';
import type { Operation } from '../operations/index.js';
import type { Body } from './body-parsers.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Of its token; undefined for an operation that needs none. */
    grant: Grant | undefined;
    operation: Operation | undefined;
  }
}

/** A request as handlers see it. */
export interface ApiRequest {
  readonly id: string;
  readonly grant: Grant;
  readonly operation: Operation;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly body: Body | undefined;
}
