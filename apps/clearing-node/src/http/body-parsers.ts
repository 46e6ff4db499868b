import type { FastifyInstance } from 'fastify';
import { NDJSON } from './media-types.js';
import { badRequest } from './problem.js';

/** A body as text; what it says is read where it is known what it should say. */
export interface Body {
  readonly kind: 'json' | 'lines';
  readonly text: string;
}

/** Largest body of one input. */
const INPUT_BYTES_MAX = 65_536;

/** Reads bodies of the two types that the API takes, and no other. */
export function registerBodyParsers(fastify: FastifyInstance, batchBytesMax: number): void {
  fastify.removeAllContentTypeParsers();
  const bound = { json: INPUT_BYTES_MAX, lines: batchBytesMax };
  const types = { json: 'application/json', lines: NDJSON };
  for (const kind of ['json', 'lines'] as const) {
    fastify.addContentTypeParser(
      types[kind],
      { parseAs: 'buffer', bodyLimit: bound[kind] },
      (_request, bytes, done) => {
        const text = textOf(bytes as Buffer);
        if (text === undefined) done(badRequest('body', '', 'must be UTF-8'));
        else done(null, { kind, text } satisfies Body);
      },
    );
  }
}

function textOf(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
