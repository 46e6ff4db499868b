/**
 * The subscribers' process of the streams benchmark: `HTTP TOKEN`. Connects as it is told, counts what
 * comes, and measures how long after its log time an acknowledgement arrives.
 */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { type InputsAcknowledged, type ServerMessage, STREAM_PATH } from '#libs/wire';
import { setTimeout as wait } from 'node:timers/promises';

export interface SubscribersOrder {
  readonly kind: 'connect' | 'leave' | 'end';
  readonly subscribers: number;
  readonly stalled: number;
  /** leave: when the acknowledgement of this number of the venue has come. */
  readonly lastSequence: number;
}

export interface SubscribersReply {
  readonly kind: 'ready' | 'left';
  readonly messages: number;
  readonly dropped: number;
  /** From log time to arrival of each acknowledgement summary, milliseconds. */
  readonly lagsMs: readonly number[];
  readonly cpuSeconds: number;
  /** From the venue's last acknowledgement to that on the stream. */
  readonly behindMs: number;
}

const [http = '', token = ''] = process.argv.slice(2);
let sockets: WebSocket[] = [];
let messages = 0;
let dropped = 0;
let lagsMs: number[] = [];
let acknowledgedSequence = 0;
let cpuBefore = process.cpuUsage();

async function open(channels: readonly string[], onMessage: (text: Buffer) => void) {
  const socket = new WebSocket(`${http.replace('http', 'ws')}${STREAM_PATH}`, {
    headers: { Authorization: `Bearer ${token}` },
    perMessageDeflate: false,
  });
  socket.on('error', () => undefined);
  socket.on('close', (code) => (dropped += code === 1000 ? 0 : 1));
  socket.on('message', onMessage);
  await once(socket, 'open');
  for (const channel of channels) {
    socket.send(JSON.stringify({ op: 'subscribe', channel, from: 'head' }));
  }
  sockets.push(socket);
  return socket;
}

function acknowledged(text: Buffer): void {
  messages += 1;
  const message = JSON.parse(text.toString('utf8')) as ServerMessage;
  if (message.op !== 'events') return;
  const now = performance.timeOrigin + performance.now();
  for (const event of message.events as readonly InputsAcknowledged[]) {
    lagsMs.push(now - Date.parse(event.time));
    if (event.publisher !== 'venue') continue;
    for (const [first, , count] of event.runs) acknowledgedSequence = Number(first) + count - 1;
  }
}

async function connect({ subscribers, stalled }: SubscribersOrder): Promise<void> {
  messages = 0;
  dropped = 0;
  lagsMs = [];
  for (let k = 0; k < subscribers; k++) {
    const socket = await open(['liquidations', 'calls'], () => (messages += 1));
    if (k < stalled) socket.pause();
  }
  await open(['acks'], acknowledged);
  cpuBefore = process.cpuUsage();
}

function reply(kind: SubscribersReply['kind'], behindMs: number): void {
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuSeconds = (user + system) / 1e6;
  process.send?.({
    kind,
    messages,
    dropped,
    lagsMs,
    cpuSeconds,
    behindMs,
  } satisfies SubscribersReply);
}

async function leave({ lastSequence }: SubscribersOrder): Promise<void> {
  const from = performance.now();
  while (acknowledgedSequence < lastSequence) await wait(1);
  reply('left', performance.now() - from);
  for (const socket of sockets) socket.terminate();
  sockets = [];
}

process.on('message', (order: SubscribersOrder) => {
  if (order.kind === 'end') process.exit(0);
  if (order.kind === 'connect') void connect(order).then(() => reply('ready', 0));
  else void leave(order);
});
