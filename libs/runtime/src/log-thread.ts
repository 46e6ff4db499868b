import { parentPort, workerData } from 'node:worker_threads';
import { invariant } from '#libs/units';
import { type LogTarget, type OpenedLog, openLog } from './log-location.js';
import { nameThread } from './this-thread.js';
import type { LogCall, LogReply } from './threaded-log.js';

/**
 * The log thread: seals (hashes), writes and syncs frames, so that the core thread never waits for
 * the disk. Frames arrive as views on shared memory; nothing is copied between the threads.
 */
const port = parentPort;
invariant(port !== null, 'the log thread is started by a ThreadedEventLog');

async function main(): Promise<void> {
  nameThread('novate-log');
  const log = await openLog(workerData as LogTarget);
  post({
    id: 0,
    value: { durability: log.durability, engine: log.engine, notices: log.notices },
  });
  port?.on('message', (call: LogCall) => void answer(log, call));
}

async function answer(log: OpenedLog, call: LogCall): Promise<void> {
  try {
    post({ id: call.id, value: await perform(log, call) });
    if (call.method === 'close') port?.close();
  } catch (error) {
    post({ id: call.id, error: error instanceof Error ? error.message : String(error) });
  }
}

function perform(log: OpenedLog, call: LogCall): Promise<unknown> {
  switch (call.method) {
    case 'append':
      return log.append(call.frame, call.expectedHead);
    case 'appendLogRecords':
      return log.appendLogRecords(call.records, call.epoch);
    case 'resolve':
      return log.resolve(call.frame);
    case 'claim':
      return log.claim();
    case 'head':
      return log.head();
    case 'close':
      return log.close();
  }
}

function post(reply: LogReply): void {
  port?.postMessage(reply);
}

main().catch((error: unknown) => {
  const isError = error instanceof Error;
  post({ id: 0, error: isError ? error.message : String(error), name: isError ? error.name : '' });
});
