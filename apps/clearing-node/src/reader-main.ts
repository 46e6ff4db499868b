import 'reflect-metadata';
import { parentPort, workerData } from 'node:worker_threads';
import { type ReaderContext, type ReaderData, type ReaderServer, runReader } from '#libs/runtime';
import { invariant } from '#libs/units';
import { serveApi } from './http/api-server.js';
import { nodeLog } from './node-log.js';
import { type ApiSettings, nodeParts } from './node-parts.js';

/** The reader thread of the node: read model, snapshots, roots, and the HTTP API over it. */
invariant(parentPort !== null, 'the reader thread is started by a Reader');
const data = workerData as ReaderData;
await runReader(data, parentPort, serve);

async function serve(context: ReaderContext): Promise<ReaderServer> {
  const settings = data.settings as unknown as ApiSettings & { readonly logLevel: string };
  const log = nodeLog(settings.logLevel, 'reader');
  return serveApi(await nodeParts(context, settings, log), settings);
}
