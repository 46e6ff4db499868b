import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '#libs/units';
import { type ReaderData, runReader } from './reader.js';

/** The reader thread of a node without an API: the read model, snapshots and roots. */
invariant(parentPort !== null, 'the reader thread is started by a Reader');
await runReader(workerData as ReaderData, parentPort);
