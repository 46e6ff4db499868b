import { setTimeout as wait } from 'node:timers/promises';
import type { EventEnvelope, InputsAcknowledged } from '#libs/wire';
import { ensureBuilt, TemporaryDirectory } from './demo-process.js';
import { RawStream } from './raw-stream.js';
import { Feeder, FollowedNode } from './followed-node.js';
import { FallingMarket } from './falling-market.js';

const world = new FallingMarket(40);
const directory = new TemporaryDirectory();
const node = new FollowedNode(directory.in('data'));
const feeder = new Feeder(node);
const open: RawStream[] = [];
let member = '';

async function stream(token: string): Promise<RawStream> {
  const one = await RawStream.open(node.http, token);
  open.push(one);
  return one;
}

/** All events of a channel from the first one to the present head. */
async function all(token: string, message: object): Promise<EventEnvelope[]> {
  const one = await stream(token);
  let answer = await one.subscribe({ from: '1', ...message });
  // Acknowledged is durable; whoever reads may be a moment behind, and not know the member yet.
  for (let attempt = 0; answer === 'unknown-member' && attempt < 100; attempt++) {
    await wait(50);
    answer = await one.subscribe({ from: '1', ...message });
  }
  if (typeof answer === 'string') throw new Error(answer);
  for (;;) {
    const { through } = await one.take('heartbeat');
    if (Number(through[String(answer.subscription)]) >= feeder.head) break;
  }
  return one.events(answer.subscription);
}

beforeAll(async () => {
  ensureBuilt();
  await node.start();
  member = node.addToken({ name: 'm1', role: 'member', member: 'M1' });
  await feeder.connect();
  feeder.send(world.genesis());
  for (let step = 1; step <= 45; step++) feeder.send(world.step(step));
  await feeder.settled();
});
afterAll(async () => {
  for (const one of open) one.close();
  feeder.close();
  await node.stop();
  directory.remove();
});

const isOwn = (name: unknown): boolean => world.memberOf(Number(String(name).slice(1))) === 1;

describe('a member', () => {
  it.each(['calls', 'margin', 'positions', 'trades'])(
    'sees of %s all that is its own, and nothing else',
    async (channel) => {
      const [own, full] = await Promise.all([
        all(member, { channel }),
        all(node.token('auditor'), { channel }),
      ]);
      const accountsOf = (event: EventEnvelope): unknown[] =>
        ['account', 'buyer', 'seller'].flatMap((field) => event[field] ?? []);
      const expected = full.filter((event) => {
        return event['member'] === 'M1' || accountsOf(event).some(isOwn);
      });
      expect(own.length).toBeGreaterThan(2);
      expect(own.length).toBeLessThan(full.length);
      expect(own.map(({ sequence }) => sequence)).toEqual(expected.map(({ sequence }) => sequence));
      expect(own.flatMap(accountsOf).filter((name) => !isOwn(name))).toEqual([]);
      expect(JSON.stringify(own)).not.toContain('"A0002"');
      expect(JSON.stringify(own)).not.toContain('"M2"');
    },
  );

  it('sees liquidations without names, and the same opaque id for the same account', async () => {
    const [anonymous, full] = await Promise.all([
      all(member, { channel: 'liquidations' }),
      all(node.token('executor'), { channel: 'liquidations' }),
    ]);
    expect(anonymous.length).toBe(full.length);
    expect(JSON.stringify(anonymous)).not.toMatch(/"A\d{4}"|"M[12]"/);
    const pairs = new Map<unknown, unknown>();
    for (const [k, event] of anonymous.entries()) {
      const name = full[k]?.['account'];
      expect(pairs.get(name) ?? event['account']).toBe(event['account']);
      pairs.set(name, event['account']);
    }
    expect(new Set(pairs.values()).size).toBe(pairs.size);
  });

  it('cannot ask for another account, and does not learn whether it exists', async () => {
    const one = await stream(member);
    const foreign = await one.subscribe({ channel: 'margin', account: 'A0002' });
    expect(foreign).toBe('unknown-account');
    expect(await one.subscribe({ channel: 'margin', account: 'A9999' })).toBe(foreign);
    expect(await one.subscribe({ channel: 'liquidations', account: 'A0005' })).toBe('not-allowed');
    expect(await one.subscribe({ channel: 'acks' })).toBe('not-allowed');
  });

  it('gets the present state first, then what changes it', async () => {
    const one = await stream(member);
    const answer = await one.subscribe({ channel: 'positions', account: 'A0001' });
    const snapshot = await one.take('snapshot');
    expect(answer).toMatchObject({ snapshots: 1, sequence: snapshot.sequence });
    expect(snapshot).toMatchObject({ account: 'A0001', state: { positions: [], member: 'M1' } });
    expect(await one.subscribe({ channel: 'margin' })).toMatchObject({ snapshots: 22 });
    const margin = await one.take('snapshot');
    expect(JSON.stringify(margin.state['margin'])).toMatch(/"equityMinor":"-?\d+"/);
  });
});

describe('acknowledgements', () => {
  it('tell a publisher of each of its inputs once, in runs', async () => {
    const events = (await all(node.token('operator'), {
      channel: 'acks',
      publisher: 'operator',
    })) as InputsAcknowledged[];
    const numbers: number[] = [];
    for (const { runs, rejected } of events) {
      for (const [first, , count] of runs) {
        if (first !== '0') for (let k = 0; k < count; k++) numbers.push(Number(first) + k);
      }
      numbers.push(...rejected.map(({ publisherSequence }) => Number(publisherSequence)));
    }
    numbers.sort((a, b) => a - b);
    const expected = world.genesis().length + 45 * world.step(1).length;
    expect(numbers).toEqual(Array.from({ length: expected }, (_, k) => k + 1));
    expect(events.length).toBeLessThan(expected / 4);
  });

  it('are for the own publisher only', async () => {
    const one = await stream(node.token('publisher'));
    expect(await one.subscribe({ channel: 'acks', publisher: 'operator' })).toBe('not-allowed');
    expect(await one.subscribe({ channel: 'acks' })).toMatchObject({ channel: 'acks' });
    expect(await one.subscribe({ channel: 'liquidations' })).toBe('not-allowed');
  });
});

it('says a gap when a sequence is asked for that the log does not have', async () => {
  const one = await stream(node.token('auditor'));
  const answer = await one.subscribe({ channel: 'liquidations', from: '999999999' });
  const gap = await one.take('gap');
  expect(gap).toMatchObject({ to: '999999998', reason: 'not-in-this-log' });
  expect(answer).toMatchObject({ from: gap.from });
  expect(Number(gap.from)).toBeGreaterThan(feeder.head);
});

it('begins anywhere: from each sequence exactly the rest', async () => {
  const full = await all(node.token('auditor'), { channel: 'liquidations' });
  const one = await stream(node.token('auditor'));
  for (const from of [1, 2, 57, 100, 311, 500, 703, feeder.head]) {
    const answer = await one.subscribe({ channel: 'liquidations', from });
    if (typeof answer === 'string') throw new Error(answer);
    const rest = full.filter(({ sequence }) => Number(sequence) >= from);
    for (let k = 0; k < 400 && one.events(answer.subscription).length < rest.length; k++) {
      await wait(5);
    }
    expect(one.events(answer.subscription)).toEqual(rest);
  }
});

it('ends a connection whose token was taken back', async () => {
  const token = node.addToken({ name: 'm2', role: 'member', member: 'M2' });
  const one = await stream(token);
  expect(node.removeToken('m2')).toBe(true);
  expect(await one.untilClosed()).toBe(4001);
});
