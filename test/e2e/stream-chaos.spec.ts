import { readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { recordLengthOf, writeRecord } from '#libs/events';
import { Publisher } from '#libs/sdk';
import { inFirstVersion } from '../support/first-version.js';
import { SESSIONS, tradeOf } from '../support/stream-world.js';
import { CutProxy } from '../support/cut-proxy.js';
import { ensureBuilt, run, TemporaryDirectory } from './demo-process.js';
import { forEachInput } from './log-inputs.js';
import { hasPython, publishTrades } from './python-client.js';
import { StreamNode } from './stream-node.js';

const isFull = process.env['NOVATE_CHAOS'] === 'full';
const [TRADES, KILLS, CUTS] = isFull ? [1_000_000, 20, 100] : [20_000, 3, 10];
const PYTHON_PER_SECOND = isFull ? 15_000 : 4_000;
const MINUTES_MAX = 30;
/** Longest time after which something happens to a slice of trades on its way. */
const STRIKE_MS_MAX = 40;

/** What acknowledgements said, by number. */
class Told {
  readonly sequences = new Float64Array(TRADES + 1);
  readonly reasons = new Uint16Array(TRADES + 1);
  count = 0;

  take(number: number, sequence: number, reason: number): void {
    if (this.sequences[number] !== 0) throw new Error(`${String(number)} was told twice`);
    this.sequences[number] = sequence;
    this.reasons[number] = reason;
    this.count += 1;
  }
}

describe('publishers while the node is killed and connections are cut', () => {
  const directory = new TemporaryDirectory();
  let node: StreamNode;
  let proxies: CutProxy[];
  let reconnects = 0;
  beforeAll(async () => {
    ensureBuilt();
    node = await StreamNode.withWorld(directory.in('data'));
    proxies = [await CutProxy.start(() => node.address), await CutProxy.start(() => node.address)];
  });
  afterAll(async () => {
    for (const proxy of proxies) await proxy.close();
    await node.stop();
    directory.remove();
  });

  /** Kills and cuts, in a mixed order, each while a slice of trades is on its way. */
  async function strike(publisher: Publisher): Promise<void> {
    const events = KILLS + CUTS;
    for (let event = 1; event <= events; event++) {
      const isKill =
        Math.floor((event * KILLS) / events) > Math.floor(((event - 1) * KILLS) / events);
      const end = event === events ? TRADES : Math.floor((TRADES * event) / events);
      const published = (async () => {
        while (publisher.lastNumber < end)
          await publisher.publish(tradeOf(publisher.lastNumber + 1));
      })();
      while (reconnects < event - 1 || !publisher.isConnected) await wait(1);
      await wait(Math.random() * STRIKE_MS_MAX);
      if (isKill) {
        await node.kill();
        await node.launch();
      } else {
        for (const proxy of proxies) proxy.cut();
      }
      await published;
    }
    await publisher.close();
  }

  it(
    'have each trade once in the log, and only true acknowledgements',
    async () => {
      const [sdkProxy, pythonProxy] = proxies;
      const told = new Map(
        [SESSIONS.venue, SESSIONS.spare].map((id) => [id as number, new Told()]),
      );
      const publisher = await Publisher.connect({
        ...{ address: sdkProxy?.address ?? '', publisher: 'venue', token: node.tokenOf('venue') },
        onAck: ({ number, sequence, reason }) => {
          told.get(SESSIONS.venue)?.take(number, sequence, reason);
        },
        onReconnect: () => (reconnects += 1),
      });
      const acks = directory.in('acks.txt');
      const python = hasPython()
        ? publishTrades(
            ...['--address', pythonProxy?.address ?? '', '--publisher', 'spare'],
            ...['--token', node.tokenOf('spare'), '--trades', String(TRADES), '--acks', acks],
            ...['--per-second', String(PYTHON_PER_SECOND)],
          )
        : undefined;
      await Promise.all([strike(publisher), python]);
      const said = await python;
      process.stdout.write(
        `${String(TRADES)} trades each over the SDK (${String(reconnects + 1)} connections) and ` +
          `Python (${said?.trim() ?? 'not run'}); ${String(node.lives - 1)} kills\n`,
      );
      if (said !== undefined) {
        for (const line of readFileSync(acks, 'ascii').trim().split('\n')) {
          const [number = 0, sequence = 0, reason = 0] = line.split(' ').map(Number);
          told.get(SESSIONS.spare)?.take(number, sequence, reason);
        }
      } else told.delete(SESSIONS.spare);
      await node.stop(); // a reader of the files alone may be a frame behind a running node
      await expectTrue(told);
      expect(await run('verify', '--data-dir', node.dataDir)).toMatchObject({ code: 0 });
    },
    MINUTES_MAX * 60_000,
  );

  /** Every acknowledgement against the log: number, sequence, outcome and content. */
  async function expectTrue(told: ReadonlyMap<number, Told>): Promise<void> {
    const next = new Map([...told.keys()].map((publisher) => [publisher, 1]));
    const faults: string[] = [];
    const scratch = Buffer.alloc(256);
    const scratchView = new DataView(scratch.buffer, scratch.byteOffset);
    await forEachInput(node.dataDir, ({ publisher, number, sequence, reason, view }) => {
      const session = told.get(publisher);
      if (session === undefined) return;
      if (number !== next.get(publisher)) faults.push(`${String(number)} is out of turn`);
      next.set(publisher, number + 1);
      if (session.sequences[number] !== sequence) faults.push(`sequence of ${String(number)}`);
      if (session.reasons[number] !== reason) faults.push(`outcome of ${String(number)}`);
      const message = { ...tradeOf(number), publisher, publisherSequence: number } as never;
      writeRecord(scratchView, 0, message, 0);
      const sent = inFirstVersion(scratch.subarray(0, recordLengthOf(message)));
      const stored = inFirstVersion(new Uint8Array(view.buffer, view.byteOffset, sent.length));
      if (!stored.equals(sent)) faults.push(`content of ${String(number)}`);
    });
    expect(faults.slice(0, 5)).toEqual([]);
    for (const [publisher, session] of told) {
      expect([publisher, next.get(publisher), session.count]).toEqual([
        publisher,
        TRADES + 1,
        TRADES,
      ]);
    }
  }
});
