import 'reflect-metadata';
import { Validator } from '@seriousme/openapi-schema-validator';
import { pino } from 'pino';
import { OpenApiSchemas } from '../../../../test/support/openapi-schemas.js';
import { createApi } from '../http/api-server.js';
import type { NodeParts } from '../node-parts.js';
import { operations } from '../operations/index.js';
import { openApiDocument } from './openapi-document.js';

const document = openApiDocument() as {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { operationId: string }>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
};

/** `GET /v1/accounts/:account` for every route that the router has. */
async function routesOfRouter(): Promise<string[]> {
  const routes: string[] = [];
  const parts = { model: {}, log: pino({ level: 'silent' }) } as unknown as NodeParts;
  const app = await createApi(parts, { bodyBytesMax: 1024 }, (fastify) => {
    fastify.addHook('onRoute', ({ method, url }) => {
      routes.push(...[method].flat().map((one) => `${one} ${url}`));
    });
  });
  await app.init();
  await app.close();
  return routes.sort();
}

describe('the OpenAPI document', () => {
  it('is valid by the meta schema of OpenAPI 3.1', async () => {
    const result = await new Validator().validate(openApiDocument());
    expect(result).toEqual({ valid: true });
  });

  it('describes every route of the router, and no other', async () => {
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map(
        (method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ':$1')}`,
      ),
    );
    expect(described.sort()).toEqual(await routesOfRouter());
  });

  it('gives every operation an id of its own', () => {
    const ids = operations.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has schemas that compile', () => {
    const schemas = new OpenApiSchemas(document);
    for (const name of Object.keys(document.components.schemas)) {
      expect(schemas.faultsOf(name, null)).not.toEqual([]);
    }
  });
});
