import { setTimeout as wait } from 'node:timers/promises';
import { StreamClient } from '#libs/sdk';
import type { EventEnvelope, InputsAcknowledged } from '#libs/wire';
import { ensureBuilt, TemporaryDirectory } from './demo-process.js';
import { RawStream } from './raw-stream.js';
import { Feeder, FollowedNode } from './followed-node.js';
import { FallingMarket } from './falling-market.js';

const SUBSCRIBERS = 90;
const STALLED = 10;
/** Waiting bytes of one connection (512 KiB and a message), times all of them, and room to work. */
const GROWTH_MAX = (SUBSCRIBERS + STALLED + 1) * (512 + 128) * 1024 + 192 * 1024 * 1024;

const world = new FallingMarket(400);
const directory = new TemporaryDirectory();
const node = new FollowedNode(directory.in('data'));
const feeder = new Feeder(node);
const clients: StreamClient[] = [];

beforeAll(async () => {
  ensureBuilt();
  await node.start();
  await feeder.connect();
  feeder.send(world.genesis());
  await feeder.settled();
});
afterAll(async () => {
  for (const client of clients) client.close();
  feeder.close();
  await node.stop();
  directory.remove();
});

/** Follows a channel; gives the sequences that came. */
function follow(channel: 'liquidations' | 'calls' | 'acks', from: number) {
  const client = new StreamClient({ url: node.http, token: node.token('operator') });
  const events: EventEnvelope[] = [];
  const subscription = client.subscribe(
    { channel, from },
    { onEvent: (event) => void events.push(event) },
  );
  clients.push(client);
  return { events, subscription };
}

/** Wants everything, several times over, and reads nothing. */
async function stall(): Promise<RawStream> {
  const stream = await RawStream.open(node.http, node.token('auditor'));
  stream.socket.pause();
  for (let k = 0; k < 60; k++) stream.say({ op: 'subscribe', channel: 'trades', from: '1' });
  stream.say({ op: 'subscribe', channel: 'liquidations', from: '1' });
  stream.say({ op: 'subscribe', channel: 'calls', from: '1' });
  return stream;
}

it('serves 90 subscribers and an acks stream while 10 others read nothing and are dropped', async () => {
  const from = feeder.head + 1;
  const liquidations = Array.from({ length: SUBSCRIBERS }, () => follow('liquidations', from));
  const calls = Array.from({ length: SUBSCRIBERS }, () => follow('calls', from));
  const acks = follow('acks', from);
  await wait(1000);
  const before = node.residentBytes();
  const stalled = await Promise.all(Array.from({ length: STALLED }, stall));
  let peak = before;
  for (let step = 1; step <= 400; step++) {
    feeder.send(world.step(step));
    for (let k = 0; k < 5; k++) feeder.send(world.step(step));
    await wait(10);
    peak = Math.max(peak, node.residentBytes());
  }
  await feeder.settled();
  for (let k = 0; k < 600; k++) {
    const all = [...liquidations, ...calls, acks];
    if (all.every(({ subscription }) => subscription.next > feeder.head)) break;
    await wait(50);
    peak = Math.max(peak, node.residentBytes());
  }
  expect(liquidations[0]?.events.length).toBeGreaterThan(300);
  expect(calls[0]?.events.length).toBeGreaterThan(50);
  for (const { events } of liquidations) expect(events).toEqual(liquidations[0]?.events);
  for (const { events } of calls) expect(events).toEqual(calls[0]?.events);
  const acknowledged = (acks.events as InputsAcknowledged[]).reduce((sum, { runs, rejected }) => {
    return sum + runs.reduce((count, run) => count + run[2], rejected.length);
  }, 0);
  expect(acknowledged).toBe(400 * 6 * world.step(1).length);
  expect(peak - before).toBeLessThan(GROWTH_MAX);
  for (const stream of stalled) {
    stream.socket.resume();
    const code = await stream.untilClosed();
    expect([1006, 4008]).toContain(code);
    const dropped = stream.messages.find((one) => one.op === 'dropped');
    if (code === 4008) {
      expect(stream.closeReason).toMatch(/^too slow; sent up to \d+$/);
      expect(Object.keys(dropped?.through ?? {})).toHaveLength(62);
    }
  }
  process.stdout.write(`memory grew by ${String(Math.round((peak - before) / 2 ** 20))} MiB\n`);
});
