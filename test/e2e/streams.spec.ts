import { createInterface } from 'node:readline';
import { createReadStream } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { StreamClient } from '#libs/sdk';
import type { EventEnvelope } from '#libs/wire';
import { ensureBuilt, run, TemporaryDirectory } from './demo-process.js';
import { Feeder, FollowedNode } from './followed-node.js';
import { FallingMarket } from './falling-market.js';

const LIQUIDATIONS = [
  'LiquidationOpened',
  'LiquidationOrderIssued',
  'LiquidationOrderUnresolved',
  'LiquidationOrderClosed',
  'LiquidationCompleted',
  'AccountDefaulted',
  'ShortfallCovered',
  'AccountClosedOut',
  'OrderCancellationRequested',
  'OrderCancellationUnresolved',
];

const world = new FallingMarket(300);
let directory: TemporaryDirectory;
let node: FollowedNode;
let feeder: Feeder;
let client: StreamClient | undefined;
beforeAll(ensureBuilt);
beforeEach(async () => {
  directory = new TemporaryDirectory();
  node = new FollowedNode(directory.in('data'));
  await node.start();
  feeder = new Feeder(node);
  await feeder.connect();
});
afterEach(async () => {
  client?.close();
  feeder.close();
  await node.stop('SIGKILL');
  directory.remove();
});

/** The events of the log, from outside: as `novate export` writes them. */
async function exported(): Promise<EventEnvelope[]> {
  const out = directory.in('events.jsonl');
  const { code, stderr } = await run(
    ...['export', '--data-dir', node.dataDir, '--format', 'jsonl', '--out', out],
  );
  expect([code, stderr]).toEqual([0, '']);
  const events: EventEnvelope[] = [];
  for await (const line of createInterface({ input: createReadStream(out) })) {
    events.push(JSON.parse(line) as EventEnvelope);
  }
  return events;
}

async function until(isSo: () => boolean): Promise<void> {
  for (let k = 0; k < 4000 && !isSo(); k++) await wait(5);
  expect(isSo()).toBe(true);
}

it('follows liquidations through 20 broken connections and 4 killed nodes', async () => {
  const events: EventEnvelope[] = [];
  const gaps: unknown[] = [];
  client = new StreamClient({ url: node.http, token: node.token('operator') });
  const subscription = client.subscribe(
    { channel: 'liquidations', from: 1 },
    { onEvent: (event) => void events.push(event), onGap: (gap) => gaps.push(gap) },
  );
  const { port } = node;
  feeder.send(world.genesis());
  for (let step = 1; step <= 300; step++) {
    feeder.send(world.step(step));
    if (step % 15 === 0) client.reconnect();
    if (step % 60 === 0) {
      await node.stop('SIGKILL');
      await node.start(port);
      await feeder.connect();
    }
    await wait(step % 3);
  }
  await feeder.settled();
  await until(() => subscription.next > feeder.head);
  await node.stop();
  const expected = (await exported()).filter(({ type }) => LIQUIDATIONS.includes(type));
  expect(expected.length).toBeGreaterThan(300);
  expect(events).toEqual(expected);
  expect(gaps).toEqual([]);
});
