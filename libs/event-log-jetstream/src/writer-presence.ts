import { hostname } from 'node:os';
import { NoRespondersError, RequestError, TimeoutError, type Msg } from '@nats-io/transport-node';
import { LogLocked } from '#libs/event-log';
import type { ServerConnection } from './server-connection.js';
import { writerSubject } from './stream-config.js';

const ASK_MS = 1_000;
const HOLDER_CHARACTERS_MAX = 200;

/**
 * Asks whether a writer of the stream is alive. Fencing keeps the log right in any case; this keeps
 * two nodes that were started by mistake from taking the log from each other in turn.
 *
 * @throws LogLocked when one answers. One that is silent, being gone, cut off or stopped, does not
 *   keep anybody from taking over: that is what fencing is for.
 */
export async function refuseLivingWriter(
  connection: ServerConnection,
  stream: string,
): Promise<void> {
  let answer: Msg;
  try {
    answer = await connection.nc.request(writerSubject(stream), '', { timeout: ASK_MS });
  } catch (error) {
    const isSilence = error instanceof TimeoutError || error instanceof NoRespondersError;
    if (isSilence || (error instanceof RequestError && error.isNoResponders())) return;
    throw error;
  }
  const holder = answer
    .string()
    .slice(0, HOLDER_CHARACTERS_MAX)
    .replace(/[^ -~]/g, '?');
  throw new LogLocked(
    connection.where,
    holder,
    'stop that process, choose another stream, or take the log from it with --take-over',
  );
}

/** From now on answers those who ask for the writer, until the connection is closed. */
export function answerAsWriter(connection: ServerConnection, stream: string): void {
  const holder = `process ${String(process.pid)} on ${hostname()}`;
  connection.nc.subscribe(writerSubject(stream), {
    callback: (error, message) => {
      if (error === null) message.respond(holder);
    },
  });
}
