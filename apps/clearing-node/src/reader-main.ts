import 'reflect-metadata';
import { parentPort, workerData } from 'node:worker_threads';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { type ReaderData, type ReadModel, runReader } from '#libs/runtime';
import { invariant } from '#libs/units';
import { ApiModule } from './api.module.js';

/** Largest body and slowest request that the API takes. */
const BODY_BYTES_MAX = 1 << 20;
const REQUEST_MS_MAX = 10_000;

/** The reader thread of the node: read model, snapshots, roots, and the HTTP API over it. */
invariant(parentPort !== null, 'the reader thread is started by a Reader');
const data = workerData as ReaderData;
await runReader(data, parentPort, ({ model }) => serve(model, Number(data.settings['port'])));

async function serve(
  model: ReadModel,
  port: number,
): Promise<{ readonly http: string; close(): Promise<void> }> {
  const adapter = new FastifyAdapter({
    bodyLimit: BODY_BYTES_MAX,
    requestTimeout: REQUEST_MS_MAX,
  });
  const app = await NestFactory.create<NestFastifyApplication>(ApiModule.over(model), adapter, {
    logger: ['error', 'warn'],
  });
  await app.listen(port, '127.0.0.1');
  return { http: await app.getUrl(), close: () => app.close() };
}
