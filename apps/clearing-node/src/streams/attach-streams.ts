import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import { dirname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Grant, TokenFile } from '#libs/access';
import type { ReadModel } from '#libs/runtime';
import { bearerOf, findGrant, refusalOf, refuse } from './admission.js';
import { Anonymity } from './anonymity.js';
import { Connection } from './connection.js';
import { Conversation } from './conversation.js';
import { STREAM_LIMITS, type StreamLimits } from './limits.js';
import { StreamHub } from './stream-hub.js';

export interface StreamContext {
  readonly model: ReadModel;
  readonly tokens: TokenFile;
  readonly limits?: Partial<StreamLimits>;
}

/** The streams of a node; closed before its HTTP server. */
export interface AttachedStreams {
  close(): Promise<void>;
}

/** Serves the streams at /v1/stream of an HTTP server; all other upgrades are refused. */
export function attachStreams(server: Server, context: StreamContext): AttachedStreams {
  const { model, tokens } = context;
  const limits = { ...STREAM_LIMITS, ...context.limits };
  const find = (token: string): Grant | undefined => findGrant(tokens, token);
  const anonymity = Anonymity.open(join(dirname(tokens.path), 'anonymity.key'));
  const hub = new StreamHub(model, limits, anonymity, (token) => find(token) !== undefined);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.messageBytes,
    perMessageDeflate: false,
    clientTracking: false,
  });
  const openOf = (token: string): number =>
    [...hub.connections].filter((connection) => connection.token === token).length;
  const admission = { hub, limits, find, openOf };
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const token = bearerOf(request);
    const refusal = refusalOf(request, token, admission);
    if (refusal !== undefined) {
      refuse(socket, refusal);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      const connection: Connection = new Connection(webSocket, socket as Socket, limits, (one) =>
        hub.overflowed(one),
      );
      hub.connections.add(connection);
      new Conversation(webSocket, connection, admission).begin(token);
    });
  });
  return {
    close: async () => {
      await hub.close();
      sockets.close();
    },
  };
}
