import { open } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type Accepted, HttpClient } from '#libs/sdk';
import { CuttingProxy } from './cutting-proxy.js';
import { ensureBuilt, run, TemporaryDirectory } from './demo-process.js';
import { smallHouse, trade } from './http-house.js';
import { HttpNode } from './http-node.js';

const isFull = process.env['NOVATE_CHAOS'] === 'full';
/** NOVATE_CHAOS=full: the long run, some minutes. */
const { trades, kills, cuts } = isFull
  ? { trades: 100_000, kills: 20, cuts: 100 }
  : { trades: 2_000, kills: 3, cuts: 10 };
const IN_FLIGHT = 32;
const MINUTES = 60_000;

describe('a publisher over HTTP, a node that is killed, and connections that are cut', () => {
  const directory = new TemporaryDirectory();
  const dataDir = directory.in('data');
  afterAll(() => directory.remove());

  it(
    `clears each of ${String(trades)} trades once, and every acknowledgement is true`,
    async () => {
      ensureBuilt();
      let node = await HttpNode.start(dataDir, '--log-level', 'silent');
      await node.batch(smallHouse);
      const token = node.token('publisher');
      const proxy = await CuttingProxy.open(() => Number(new URL(node.ready.http).port));
      const patienceMs = 2 * MINUTES;
      const client = new HttpClient({ url: proxy.url, token, patienceMs, pauseMs: 10 });

      const acknowledged = new Map<number, Accepted>();
      let next = 1;
      const publish = async (): Promise<void> => {
        while (next <= trades) {
          const number = next++;
          // Buyer and seller take turns, so that nobody's position grows.
          const sides = number % 2 === 0 ? {} : { buyer: 'bob', seller: 'alice' };
          acknowledged.set(number, await client.send(trade(number, sides)));
        }
      };
      const publishers = Promise.all(Array.from({ length: IN_FLIGHT }, publish));

      const events = kills + cuts;
      for (let k = 1; k <= events; k++) {
        while (acknowledged.size < (trades * k) / (events + 1)) await wait(2);
        const isKill = Math.floor((k * kills) / events) > Math.floor(((k - 1) * kills) / events);
        if (isKill) {
          await node.kill();
          node = await HttpNode.start(dataDir, '--log-level', 'silent', '--accept-time-jump');
        } else proxy.cut();
      }
      await publishers;
      await proxy.close();
      expect(await node.stop()).toBe(0);
      expect(proxy.cuts).toBeGreaterThanOrEqual(cuts / 2);
      await expectEachOnce(acknowledged);
    },
    isFull ? 30 * MINUTES : 3 * MINUTES,
  );

  async function expectEachOnce(acknowledged: ReadonlyMap<number, Accepted>): Promise<void> {
    expect(acknowledged.size).toBe(trades);
    const file = directory.in('events.jsonl');
    await run('export', '--data-dir', dataDir, '--format', 'jsonl', '--out', file);
    const places = new Map<string, string[]>();
    const lines = await open(file);
    for await (const line of lines.readLines()) {
      const event = JSON.parse(line) as Record<string, string>;
      if (event['type'] !== 'TradeNovated') continue;
      const { tradeId = '', sequence = '', time = '' } = event;
      places.set(tradeId, [...(places.get(tradeId) ?? []), `${sequence}@${time}`]);
    }
    expect(places.size).toBe(trades);
    for (const [number, { sequence, clearedAt }] of acknowledged) {
      expect(places.get(String(number))).toEqual([`${sequence}@${String(clearedAt)}`]);
    }
    const { stdout } = await run('verify', '--data-dir', dataDir, '--json');
    expect(JSON.parse(stdout)).toMatchObject({ ok: true });
  }
});
