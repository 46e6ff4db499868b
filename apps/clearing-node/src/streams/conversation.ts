import type { RawData, WebSocket } from 'ws';
import { type ClientMessage, STREAM_CLOSE } from '#libs/wire';
import type { Admission } from './admission.js';
import { readClientMessage } from './client-messages.js';
import type { Connection } from './connection.js';
import { RefusedMessage } from './stream-fault.js';

/** What a client says on its connection, one message after the other, and the answers. */
export class Conversation {
  private allowance: number;
  private countedAt = performance.now();
  private deadline: NodeJS.Timeout | undefined;

  constructor(
    private readonly socket: WebSocket,
    private readonly connection: Connection,
    private readonly admission: Admission,
  ) {
    this.allowance = admission.limits.messageBurst;
  }

  /** Takes messages from now on; `token` came with the upgrade, and was found good. */
  begin(token: string | undefined): void {
    const { socket, connection, admission } = this;
    socket.on('message', (data, isBinary) => this.hear(data, isBinary));
    socket.on('pong', () => (connection.lastHeardAt = performance.now()));
    socket.on('ping', () => this.count());
    socket.on('error', () => connection.terminate());
    socket.on('close', () => {
      clearTimeout(this.deadline);
      admission.hub.forget(connection);
    });
    if (token !== undefined) {
      this.authenticate(token);
      return;
    }
    this.deadline = setTimeout(() => {
      connection.end(STREAM_CLOSE.unauthenticated, 'no token within the deadline');
    }, admission.limits.authenticationMs);
  }

  private hear(data: RawData, isBinary: boolean): void {
    if (!this.connection.isOpen || !this.count()) return;
    try {
      if (isBinary) throw new RefusedMessage('not-text');
      this.obey(readClientMessage(textOf(data)));
    } catch (error) {
      this.refuse(error);
    }
  }

  private obey(message: ClientMessage): void {
    const { connection, admission } = this;
    if (message.op === 'authenticate') {
      if (connection.grant !== undefined) throw new RefusedMessage('already-authenticated');
      this.authenticate(message.token);
      return;
    }
    if (connection.grant === undefined) throw new RefusedMessage('not-authenticated');
    if (message.op === 'ping') {
      const { sequence } = admission.hub.head;
      const { nonce } = message;
      connection.tell({ op: 'pong', sequence, ...(nonce === undefined ? {} : { nonce }) });
    } else if (message.op === 'unsubscribe') {
      admission.hub.unsubscribe(connection, message.subscription);
    } else {
      admission.hub.subscribe(connection, message).catch((error: unknown) => this.refuse(error));
    }
  }

  private authenticate(token: string): void {
    const { connection, admission } = this;
    const grant = admission.find(token);
    if (grant === undefined) {
      connection.end(STREAM_CLOSE.unauthenticated, 'the token is not valid');
      return;
    }
    if (admission.openOf(token) >= admission.limits.connectionsPerToken) {
      connection.end(STREAM_CLOSE.full, 'the token has as many connections as it may');
      return;
    }
    clearTimeout(this.deadline);
    connection.grant = grant;
    connection.token = token;
    const { name, role } = grant;
    connection.tell({ op: 'welcome', name, role, ...admission.hub.head });
  }

  private refuse(error: unknown): void {
    const { connection } = this;
    if (!(error instanceof RefusedMessage)) {
      const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
      process.stderr.write(`novate: a stream connection failed: ${reason}\n`);
      connection.end(STREAM_CLOSE.failed, 'the node failed to answer');
      return;
    }
    const { fault, request } = error;
    connection.tell({ op: 'error', ...fault, ...(request === undefined ? {} : { request }) });
    connection.faults += 1;
    const isUnknown = connection.grant === undefined;
    if (isUnknown) connection.end(STREAM_CLOSE.unauthenticated, 'it did not authenticate');
    else if (connection.faults >= this.admission.limits.faults) {
      connection.end(STREAM_CLOSE.misuse, 'too many refused messages');
    }
  }

  /** Whether one more message may come now. */
  private count(): boolean {
    const { connection, admission } = this;
    const { messagesPerSecond, messageBurst } = admission.limits;
    const now = performance.now();
    connection.lastHeardAt = now;
    const earned = ((now - this.countedAt) / 1000) * messagesPerSecond;
    this.allowance = Math.min(messageBurst, this.allowance + earned) - 1;
    this.countedAt = now;
    if (this.allowance >= 0) return true;
    connection.end(STREAM_CLOSE.misuse, 'messages come too fast');
    return false;
  }
}

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}
