/**
 * The bare ingest loop: publisher process -> Unix socket -> checks and two row updates -> 96-byte
 * events in hash-chained frames -> write and fdatasync -> acknowledgement. No margin, no rules, no
 * idempotency beyond a counter: the upper bound of what an ingest on this machine can be.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, rmSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { BareCore } from './floor-ingest-core.js';

export interface BareIngestRun {
  readonly recordsPerSecond: number;
  readonly recordsPerFrame: number;
}

/** Runs `records` records through the loop; the rate is the publisher's, first byte to last ack. */
export async function bareIngest(directory: string, records: number): Promise<BareIngestRun> {
  const socketPath = path.join(directory, 'ingest.sock');
  const file = path.join(directory, 'ingest.bin');
  const fd = openSync(file, 'w');
  let core: BareCore | undefined;
  const server = net.createServer((socket) => {
    core = new BareCore(fd, socket);
  });
  server.listen(socketPath);
  await once(server, 'listening');
  const script = new URL('./floor-ingest-publisher.js', import.meta.url);
  const publisher = fork(script, [socketPath, String(records)]);
  const exited = once(publisher, 'exit');
  const [message] = (await Promise.race([
    once(publisher, 'message'),
    exited.then(([code]) => Promise.reject(new Error(`publisher ended with ${String(code)}`))),
  ])) as [{ seconds: number }];
  await exited;
  server.close();
  await once(server, 'close');
  closeSync(fd);
  rmSync(file);
  if (core?.durable !== records) throw new Error(`${core?.durable ?? 0} of ${records} are durable`);
  return {
    recordsPerSecond: records / message.seconds,
    recordsPerFrame: records / core.frames,
  };
}
