import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { FileEventLog } from '#libs/event-log-file';
import { JetStreamEventLog, JetStreamReader } from '#libs/event-log-jetstream';
import { collect, draftAt } from '../contract/event-log-contract.js';
import { NatsServer } from './nats-server.js';
import { readBack, runDay } from './sequenced-day.js';

/** `NOVATE_BROKER_KILLS=20 npm run test:brokers -- crashes` for the long run. */
const KILLS = Number(process.env['NOVATE_BROKER_KILLS'] ?? 3);
/** Enough frames that every kill meets some. */
const SIZE = { accounts: 120, trades: 4_000, steps: 60 + 60 * KILLS };
const UP_MS_MAX = 20;
const DOWN_MS_MAX = 300;

describe('a server that dies under load', () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await NatsServer.start();
  });
  afterAll(() => server.destroy());

  async function whatTheDayGives() {
    const directory = await mkdtemp(join(tmpdir(), 'novate-crashes-'));
    try {
      const log = await FileEventLog.open({ directory });
      await runDay(log, SIZE);
      const read = await readBack(log);
      await log.close();
      return read;
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  it(
    `killed with -9 and restarted ${String(KILLS)} times: nothing acknowledged is lost or doubled`,
    async () => {
      const expected = await whatTheDayGives();
      const url = server.url('crashes');
      const log = await JetStreamEventLog.open({ url });
      let frames = 0;
      const running = runDay(log, SIZE, (acknowledged) => (frames = acknowledged));
      let kills = 0;
      for (; kills < KILLS; kills += 1) {
        // Each time in the midst of the day, with a frame on its way.
        const from = ((kills + 1) * SIZE.steps) / (KILLS + 1);
        while (frames < from) await Promise.race([wait(1), running]);
        await wait(Math.random() * UP_MS_MAX);
        await server.kill();
        await wait(Math.random() * DOWN_MS_MAX);
        await server.restart();
      }
      const ran = await running;
      await log.close();
      expect(kills).toBe(KILLS);

      const reader = await JetStreamReader.open({ url });
      const read = await readBack(reader);
      await reader.close();
      const twice = read.lastSequences.filter((last, n) => read.lastSequences.indexOf(last) !== n);
      const stored = new Set(read.lastSequences);
      const lost = ran.acknowledged.filter((last) => !stored.has(last));
      process.stdout.write(
        `${String(kills)} kills, ${String(ran.acknowledged.length)} frames acknowledged, ` +
          `${String(lost.length)} lost, ${String(twice.length)} twice\n`,
      );
      expect({ lost, twice }).toEqual({ lost: [], twice: [] });
      expect(ran.acknowledged).toEqual(read.lastSequences);
      // Not one byte is other than without any crash.
      expect(read).toEqual(expected);
    },
    60_000 + 15_000 * KILLS,
  );

  it('stopped while a frame is on its way: unknown, then settled one way for good', async () => {
    const log = await JetStreamEventLog.open({ url: server.url('stopped'), answerMs: 500 });
    const { epoch } = await log.claim();
    let sequence = 0;
    for (let round = 0; round < 5; round += 1) {
      const draft = draftAt(epoch, sequence + 1);
      await server.pause();
      expect(await log.append(draft, sequence)).toMatchObject({ kind: 'unknown' });
      const settling = log.resolve(draft);
      await wait(100 * round);
      await server.resume();
      const { kind } = await settling;
      expect(['committed', 'unavailable']).toContain(kind);
      if (kind === 'committed') sequence += 1;
      // Whatever was late has arrived by now, and did not change the answer.
      await wait(100);
      expect(await log.head()).toMatchObject({ sequence });
      expect(await log.append(draftAt(epoch, sequence + 1), sequence)).toMatchObject({
        kind: 'committed',
      });
      sequence += 1;
    }
    const firsts = (await collect(log.read(1))).map(({ firstSequence }) => firstSequence);
    expect(firsts).toEqual(Array.from({ length: sequence }, (_, n) => n + 1));
    await log.close();
  });

  it('a lost answer of a frame that a successor wrote behind: it stands, and the writer is fenced', async () => {
    const url = server.url('overtaken');
    const log = await JetStreamEventLog.open({ url, answerMs: 500 });
    const { epoch } = await log.claim();
    await server.pause();
    expect(await log.append(draftAt(epoch, 1), 0)).toMatchObject({ kind: 'unknown' });
    await server.resume();
    const successor = await JetStreamEventLog.open({ url, takeOver: true });
    const now = await successor.claim();
    const { sequence } = now.head;
    const next = draftAt(now.epoch, sequence + 1);
    expect(await successor.append(next, sequence)).toMatchObject({ kind: 'committed' });
    const resolved = await log.resolve(draftAt(epoch, 1));
    const stood = { kind: 'committed', head: { sequence: 1, frameNumber: 1, epoch } };
    expect(resolved).toMatchObject(sequence === 1 ? stood : { kind: 'fenced', epoch: now.epoch });
    expect(await log.append(draftAt(epoch, 2), 1)).toEqual({ kind: 'fenced', epoch: now.epoch });
    await log.close();
    await successor.close();
  });

  it('gone for good: the append ends unknown, and says why', async () => {
    const log = await JetStreamEventLog.open({ url: server.url('gone'), outageMs: 1_000 });
    const { epoch } = await log.claim();
    const draft = draftAt(epoch, 1);
    await server.kill();
    const outcomes = [await log.append(draft, 0), await log.resolve(draft)];
    await server.restart();
    expect(outcomes).toMatchObject([{ kind: 'unknown' }, { kind: 'unknown' }]);
    expect(await log.resolve(draft)).toMatchObject({ kind: 'unavailable' });
    expect(await log.append(draft, 0)).toMatchObject({ kind: 'committed' });
    await log.close();
  });

  it('back with weaker settings: nothing more is written on a promise that does not hold', async () => {
    const log = await JetStreamEventLog.open({ url: server.url('weaker') });
    const { epoch } = await log.claim();
    expect(log.durability).toBe('fsync');
    expect(await log.append(draftAt(epoch, 1), 0)).toMatchObject({ kind: 'committed' });
    await server.kill();
    await server.restart(1, { NATS_SYNC_INTERVAL: '2m' });
    await log.head(); // it is connected again
    const outcome = await log.append(draftAt(epoch, 2), 1);
    expect(outcome).toMatchObject({ kind: 'unavailable' });
    expect(JSON.stringify(outcome)).toContain('promises os-cache, not fsync');
    await server.kill();
    await server.restart(1, {});
    expect(await log.append(draftAt(epoch, 2), 1)).toEqual(outcome);
    await log.close();
  });

  it('followed across its crash: no gap, no duplicate', async () => {
    const url = server.url('followed');
    const log = await JetStreamEventLog.open({ url });
    const reader = await JetStreamReader.open({ url });
    const { epoch } = await log.claim();
    const stop = new AbortController();
    const seen: number[] = [];
    const following = (async () => {
      for await (const { firstSequence } of reader.follow(1, stop.signal)) {
        seen.push(firstSequence);
        if (firstSequence === 20) stop.abort();
      }
    })();
    for (let sequence = 0; sequence < 20; sequence += 1) {
      if (sequence === 10) {
        await server.kill();
        await server.restart();
      }
      const draft = draftAt(epoch, sequence + 1);
      let outcome = await log.append(draft, sequence);
      while (outcome.kind === 'unknown') {
        outcome = await log.resolve(draft);
        if (outcome.kind === 'unavailable') outcome = await log.append(draft, sequence);
      }
      expect(outcome).toMatchObject({ kind: 'committed' });
    }
    await following;
    expect(seen).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
    await log.close();
    await reader.close();
  });
});
