import 'reflect-metadata';
import { parentPort, workerData } from 'node:worker_threads';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { TokenFile } from '#libs/access';
import { type ReaderData, type ReadModel, runReader } from '#libs/runtime';
import { invariant } from '#libs/units';
import { ApiModule } from './api.module.js';
import { attachStreams } from './streams/attach-streams.js';

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
  const tokens = TokenFile.open(String(data.settings['tokenFile']));
  const streams = attachStreams(app.getHttpServer(), { model, tokens });
  await app.listen(port, '127.0.0.1');
  const close = async (): Promise<void> => {
    await streams.close();
    await app.close();
  };
  return { http: await app.getUrl(), close };
}
