import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Publisher } from '#libs/sdk';
import { REFUSED } from '#libs/wire';
import { SESSIONS, tradeOf } from '../support/stream-world.js';
import { ensureBuilt, run, TemporaryDirectory } from './demo-process.js';
import { batchOf, hostileHellos, hostileInputs, recordOf } from './hostile-inputs.js';
import { RawStream } from '../support/raw-stream.js';
import { StreamNode } from './stream-node.js';

const SOUND = 5;

describe("the publishers' stream of a node", () => {
  const directory = new TemporaryDirectory();
  let node: StreamNode;
  beforeAll(async () => {
    ensureBuilt();
    node = await StreamNode.withWorld(directory.in('data'));
    node.grant({ name: 'elsewhere', role: 'publisher', publisher: 'nobody' });
  });
  afterAll(async () => {
    await node.stop();
    directory.remove();
  });

  const venue = (wanted = {}): Promise<RawStream> =>
    RawStream.hello(node.address, 'venue', node.tokenOf('venue'), wanted);

  /** Sends sound trades behind the session's last number, and waits for their acknowledgements. */
  async function trade(stream: RawStream, count: number): Promise<number> {
    const last = stream.welcome?.lastPublisherSequence ?? 0;
    const records = Array.from({ length: count }, (_, k) => {
      return recordOf(tradeOf(1), SESSIONS.venue, last + k + 1);
    });
    stream.write(batchOf(...records));
    await stream.until(() => stream.reasons.has(last + count));
    return last + count;
  }

  async function businessRoot(): Promise<string> {
    const { stdout } = await run('verify', '--data-dir', node.dataDir, '--json');
    return (JSON.parse(stdout) as { businessRoot: string }).businessRoot;
  }

  const { unauthenticated, notPermitted, publisherUnknown } = REFUSED;
  it.each([
    // token of, session, subscribes, refused with (0: welcome)
    ['none', 'venue', false, unauthenticated],
    ['wrong', 'venue', false, unauthenticated],
    ['venue', 'venue', false, 0],
    ['venue', 'publisher', false, unauthenticated],
    ['venue', 'operator', false, unauthenticated],
    ['venue', 'venue', true, notPermitted],
    ['executor', 'executor', false, 0],
    ['executor', 'executor', true, 0],
    ['executor', 'venue', false, unauthenticated],
    ['operator', 'operator', false, 0],
    ['operator', 'operator', true, 0],
    ['operator', 'venue', false, unauthenticated],
    ['auditor', 'operator', false, notPermitted],
    ['auditor', 'venue', true, notPermitted],
    ['member', 'operator', false, notPermitted],
    ['elsewhere', 'nobody', false, publisherUnknown],
  ])('the token of %s, session %s, subscribing %s: %d', async (holder, name, subscribes, code) => {
    const token = { none: '', wrong: 'x'.repeat(43) }[holder] ?? node.tokenOf(holder);
    const wanted = { subscribeFrom: subscribes ? 1 : 0 };
    const stream = await RawStream.hello(node.address, name, token, wanted);
    if (code !== 0) await stream.until(() => stream.isClosed);
    expect(stream.refused?.code ?? 0).toBe(code);
    expect(stream.welcome === undefined).toBe(code !== 0);
    stream.close();
  });

  it('a token taken back opens nothing any more', async () => {
    const token = node.grant({ name: 'brief', role: 'publisher', publisher: 'spare' });
    const stream = await RawStream.hello(node.address, 'spare', token);
    expect(stream.welcome?.publisher).toBe(SESSIONS.spare);
    stream.close();
    node.revoke('brief');
    const again = await RawStream.hello(node.address, 'spare', token);
    expect(again.refused?.code).toBe(unauthenticated);
  });

  it('a newer connection takes over the session, and the older one is told', async () => {
    const older = await venue();
    const last = await trade(older, 3);
    const newer = await venue();
    expect(newer.welcome?.lastPublisherSequence).toBe(last);
    await older.until(() => older.isClosed);
    expect(older.refused?.code).toBe(REFUSED.replaced);
    await trade(newer, 1);
    newer.close();
  });

  it('tells again what was acknowledged, over a cut and over a restart', async () => {
    const first = await venue();
    const last = await trade(first, 20);
    first.close();
    for (const isRestarted of [false, true]) {
      if (isRestarted) {
        await node.kill();
        await node.launch();
      }
      const again = await venue({ ackFrom: last - 9 });
      expect(again.welcome).toMatchObject({ lastPublisherSequence: last, ackFrom: last - 9 });
      await again.until(() => again.reasons.has(last));
      expect([...again.reasons.keys()]).toEqual(Array.from({ length: 10 }, (_, k) => last - 9 + k));
      again.close();
    }
  });

  it('keeps an idle connection that beats, and beats itself', async () => {
    const stream = await venue();
    const { heartbeatS = 0, silenceS } = stream.welcome ?? {};
    expect([heartbeatS, silenceS]).toEqual([10, 30]);
    await wait((heartbeatS + 2) * 1_000);
    expect(stream.heartbeats).toBe(1);
    await trade(stream, 1);
    stream.close();
  });

  it('is told when the node stops, after all that was sent is acknowledged', async () => {
    const stream = await venue();
    const last = stream.welcome?.lastPublisherSequence ?? 0;
    const records = Array.from({ length: 2_000 }, (_, k) => {
      return recordOf(tradeOf(1), SESSIONS.venue, last + k + 1);
    });
    stream.write(batchOf(...records));
    await stream.until(() => stream.reasons.size > 0);
    const stopped = node.stop();
    await stream.until(() => stream.isClosed);
    await stopped;
    await node.launch();
    expect(stream.refused?.code).toBe(REFUSED.stopping);
    const again = await venue();
    expect(again.welcome?.lastPublisherSequence).toBe(last + stream.reasons.size);
    again.close();
  });

  it(`answers ${String(hostileInputs.length)} hostile inputs by number, and goes on`, async () => {
    const before = await venue();
    await trade(before, SOUND);
    before.close();
    await node.restart();
    const root = await businessRoot();
    const wrong: string[] = [];
    for (const { name, code, reason, bytes } of hostileInputs) {
      const stream = await venue();
      const last = stream.welcome?.lastPublisherSequence ?? 0;
      stream.write(bytes(SESSIONS.venue, last + 1));
      await stream.until(() => stream.isClosed || (code === 0 && stream.reasons.has(last + 1)));
      const answer = [stream.refused?.code ?? 0, stream.reasons.get(last + 1) ?? 0];
      const expected = [code, reason ?? 0];
      if (String(answer) !== String(expected)) wrong.push(`${name}: ${String(answer)}`);
      stream.close();
    }
    expect(wrong).toEqual([]);
    expect(hostileInputs.length).toBeGreaterThan(60);
    const next = await venue();
    expect(next.welcome).toBeDefined();
    next.close();
    expect(node.isRunning).toBe(true);
    await node.restart();
    expect(await businessRoot()).toBe(root);
  });

  it('acknowledges all that came before what it cannot read', async () => {
    const stream = await venue();
    const last = stream.welcome?.lastPublisherSequence ?? 0;
    const sound = Array.from({ length: 50 }, (_, k) => {
      return recordOf(tradeOf(1), SESSIONS.venue, last + k + 1);
    });
    const broken = recordOf(tradeOf(1), SESSIONS.venue, last + 51);
    broken.writeUInt16LE(99, 14);
    stream.write(batchOf(...sound, broken));
    await stream.until(() => stream.isClosed);
    expect(stream.refused?.code).toBe(REFUSED.malformed);
    expect(stream.reasons.size).toBe(50);
    const again = await venue();
    expect(again.welcome?.lastPublisherSequence).toBe(last + 50);
    again.close();
  });

  it.each(hostileHellos)('%s is no hello: %d', async (_name, code, bytes) => {
    const stream = new RawStream(node.address);
    stream.write(bytes);
    await stream.until(() => stream.isClosed);
    expect(stream.refused?.code).toBe(code);
  });

  it.each([1, 4, 5, 12, 13, 40, 80])(
    'a connection cut after %d bytes leaves nothing',
    async (n) => {
      const stream = await venue();
      const last = stream.welcome?.lastPublisherSequence ?? 0;
      stream.write(batchOf(recordOf(tradeOf(1), SESSIONS.venue, last + 1)).subarray(0, n));
      stream.end();
      await stream.until(() => stream.isClosed);
      const again = await venue();
      expect(again.welcome?.lastPublisherSequence).toBe(last);
      again.close();
    },
  );

  it('ends a connection that says nothing', async () => {
    const stream = new RawStream(node.address);
    await stream.until(() => stream.isClosed);
    expect(stream.refused?.code).toBe(REFUSED.handshake);
  });

  it('lets the example publish', async () => {
    const token = node.tokenOf('venue');
    const first = await venue();
    const last = first.welcome?.lastPublisherSequence ?? 0;
    first.close();
    const args = ['examples/publish-trades.mjs', node.address, token, 'venue', String(last + 300)];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toBe('300 accepted\n');
  });

  it('leaves a log that verifies', async () => {
    expect(await run('verify', '--data-dir', node.dataDir)).toMatchObject({ code: 0 });
  });
});

describe('a stream on a Unix socket', () => {
  const directory = new TemporaryDirectory();
  const path = join(directory.path, 'node.sock');
  let node: StreamNode;
  beforeAll(async () => {
    ensureBuilt();
    node = await StreamNode.start(directory.in('data'), path);
  });
  afterAll(async () => {
    await node.stop();
    directory.remove();
  });

  it('is open to its owner alone, who needs no token', async () => {
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const operator = await Publisher.connect({ address: path, publisher: 'operator' });
    const input = { type: 'PublisherRegistered', name: 'venue' } as const;
    expect(await operator.submit(input)).toMatchObject({ number: 1, reason: 0 });
    await operator.close();
    const wrong = Publisher.connect({ address: path, publisher: 'operator', token: 'wrong' });
    await expect(wrong).rejects.toMatchObject({ code: REFUSED.unauthenticated });
  });

  it('is made again after the node was killed', async () => {
    await node.kill();
    await node.launch();
    const operator = await Publisher.connect({ address: path, publisher: 'operator' });
    expect(operator.lastNumber).toBe(1);
    await operator.close();
  });
});
