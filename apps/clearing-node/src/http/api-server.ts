import { setTimeout as wait } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { ReaderServer } from '#libs/runtime';
import { ApiModule } from '../api.module.js';
import type { ApiSettings, NodeParts } from '../node-parts.js';
import { attachStreams } from '../streams/attach-streams.js';
import { registerBodyParsers } from './body-parsers.js';
import { ProblemAdapter } from './problem-adapter.js';
import { registerHooks } from './request-hooks.js';

const LOOK_MS = 5;

/** The application, with everything on it and not yet listening. */
export async function createApi(
  parts: NodeParts,
  settings: Pick<ApiSettings, 'bodyBytesMax'>,
  prepare: (fastify: FastifyInstance) => void = () => undefined,
): Promise<NestFastifyApplication> {
  const adapter = new ProblemAdapter(settings.bodyBytesMax, parts.log);
  const { fastify } = adapter;
  prepare(fastify);
  registerBodyParsers(fastify, settings.bodyBytesMax);
  registerHooks(fastify, parts);
  return NestFactory.create<NestFastifyApplication>(ApiModule.over(parts), adapter, {
    // Its own lines would stand, coloured, among lines of JSON.
    logger: {
      log: () => undefined,
      warn: (message: unknown) => parts.log.warn(String(message)),
      error: (message: unknown) => parts.log.error(String(message)),
    },
    bodyParser: false,
  });
}

/** Serves the API of a reader thread. */
export async function serveApi(parts: NodeParts, settings: ApiSettings): Promise<ReaderServer> {
  let openRequests = 0;
  const app = await createApi(parts, settings, (fastify) => {
    fastify.addHook('onRequest', (_request, _reply, done) => {
      openRequests += 1;
      done();
    });
    fastify.addHook('onResponse', (_request, _reply, done) => {
      openRequests -= 1;
      done();
    });
  });
  const streams = attachStreams(app.getHttpServer(), parts);
  await app.listen(settings.port, settings.host);
  return {
    http: await app.getUrl(),
    drain: async () => {
      parts.readiness.drain();
      parts.intake.close();
      const endsAtMs = performance.now() + settings.drainMs;
      while (openRequests > 0 && performance.now() < endsAtMs) await wait(LOOK_MS);
    },
    close: async () => {
      await streams.close();
      await app.close();
      await parts.close();
    },
  };
}
