import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { type EventEnvelope, type ServerMessage, STREAM_PATH } from '#libs/wire';

type Op = ServerMessage['op'];
type MessageOf<O extends Op> = Extract<ServerMessage, { op: O }>;

/** A WebSocket to the streams without a client's help: keeps everything that it was told. */
export class RawStream {
  readonly messages: ServerMessage[] = [];
  closeCode = 0;
  closeReason = '';
  private answers = 0;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data: Buffer) => {
      this.messages.push(JSON.parse(data.toString('utf8')) as ServerMessage);
    });
    socket.on('error', () => undefined);
    socket.on('close', (code, reason) => {
      // A refused upgrade has its status already.
      if (this.closeCode === 0) this.closeCode = code;
      this.closeReason = reason.toString('utf8');
    });
  }

  /** Resolves when it is open, or was refused: then `closeCode` is the HTTP status. */
  static async open(http: string, token?: string, path: string = STREAM_PATH): Promise<RawStream> {
    const url = `${http.replace('http', 'ws')}${path}`;
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    const socket = new WebSocket(url, { headers, perMessageDeflate: false });
    const stream = new RawStream(socket);
    await new Promise<void>((resolve) => {
      socket.on('open', () => resolve());
      socket.on('close', () => resolve());
      socket.on('unexpected-response', (_, response) => {
        stream.closeCode = response.statusCode ?? 0;
        socket.terminate();
        resolve();
      });
    });
    if (token !== undefined && stream.closeCode === 0) await stream.take('welcome');
    return stream;
  }

  say(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The next message of a kind that was not taken yet. */
  async take<O extends Op>(op: O): Promise<MessageOf<O>> {
    for (let k = 0; k < 2000; k++) {
      const place = this.messages.findIndex((one) => one.op === op);
      if (place >= 0) return this.messages.splice(place, 1)[0] as MessageOf<O>;
      if (this.closeCode !== 0) throw new Error(`closed: ${String(this.closeCode)}`);
      await wait(5);
    }
    throw new Error(`no ${op} came`);
  }

  /** Subscribes, and answers what the node said: `subscribed`, or the code of the error. */
  async subscribe(message: object): Promise<MessageOf<'subscribed'> | string> {
    const request = `q${String((this.answers += 1))}`;
    this.say({ op: 'subscribe', request, ...message });
    for (let k = 0; k < 2000; k++) {
      for (const one of this.messages) {
        if (one.op === 'subscribed' && one.request === request) return one;
        if (one.op === 'error' && one.request === request) return one.code;
      }
      await wait(5);
    }
    throw new Error('no answer came');
  }

  /** Events of a subscription so far, after checking that their numbers are dense. */
  events(subscription: number): EventEnvelope[] {
    const events: EventEnvelope[] = [];
    for (const one of this.messages) {
      if (one.op !== 'events' || one.subscription !== subscription) continue;
      if (one.number !== events.length + 1) throw new Error(`number ${String(one.number)}`);
      events.push(...one.events);
    }
    return events;
  }

  async untilClosed(): Promise<number> {
    for (let k = 0; k < 4000 && this.closeCode === 0; k++) await wait(5);
    return this.closeCode;
  }

  close(): void {
    this.socket.terminate();
  }
}
