import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LogCorruption, LogUnavailable, type Frame } from '#libs/event-log';
import { JetStreamEventLog, JetStreamReader } from '#libs/event-log-jetstream';
import { appendSchedule, collect, rootRecord } from '../contract/event-log-contract.js';
import { NatsServer, bodyByteOf } from './nats-server.js';

/** `NOVATE_BROKER_FLIPS=300 npm run test:brokers -- damage` for the long run. */
const FLIPS = Number(process.env['NOVATE_BROKER_FLIPS'] ?? 16);
const FRAMES = 12;

/** What a reader saw: all frames as written, or the ones before an error. */
interface Seen {
  readonly frames: readonly Frame[];
  readonly error: unknown;
}

describe('a bit that flips in the store while the server is stopped', () => {
  let server: NatsServer;
  let memory: string;
  let streams = 0;
  beforeAll(async () => {
    server = await NatsServer.start();
    memory = await mkdtemp(join(tmpdir(), 'novate-damage-'));
  });
  afterAll(async () => {
    await server.destroy();
    await rm(memory, { recursive: true, force: true });
  });

  async function write(): Promise<{ readonly stream: string; readonly frames: Frame[] }> {
    streams += 1;
    const stream = `damage-${String(streams)}`;
    const log = await JetStreamEventLog.open({ url: server.url(stream), anchorDirectory: memory });
    const { epoch } = await log.claim();
    await appendSchedule(log, epoch, new Array<number>(FRAMES / 2).fill(2));
    await log.appendLogRecords([rootRecord(2)], epoch);
    await appendSchedule(log, epoch, new Array<number>(FRAMES / 2).fill(1));
    const frames = await collect(log.read(1));
    await log.close();
    return { stream, frames };
  }

  async function read(stream: string): Promise<Seen> {
    const frames: Frame[] = [];
    let reader: JetStreamReader | undefined;
    try {
      reader = await JetStreamReader.open({ url: server.url(stream), anchorDirectory: memory });
      for await (const frame of reader.read(1)) frames.push(frame);
      return { frames, error: undefined };
    } catch (error) {
      return { frames, error };
    } finally {
      await reader?.close();
    }
  }

  it(
    `is never silently read, wherever it is: ${String(FLIPS)} places`,
    async () => {
      let found = 0;
      for (let flip = 0; flip < FLIPS; flip += 1) {
        const { stream, frames } = await write();
        if (flip % 2 === 0) await server.stop();
        else await server.kill();
        const share = (flip + Math.random()) / FLIPS;
        await server.damage(stream, (block) => Math.floor(block.length * share));
        await server.restart();
        const seen = await read(stream);
        // What is given is what was written, ...
        expect(seen.frames).toEqual(frames.slice(0, seen.frames.length));
        // ... and what is not given is missed.
        if (seen.error === undefined) expect(seen.frames).toHaveLength(frames.length);
        else {
          found += 1;
          expect([LogCorruption, LogUnavailable]).toContain((seen.error as Error).constructor);
        }
      }
      process.stdout.write(`${String(FLIPS)} bits flipped, ${String(found)} reported\n`);
      expect(found).toBeGreaterThan(FLIPS / 2);
    },
    60_000 + 3_000 * FLIPS,
  );

  it('in the last frame is found by who was there, though the stream may look whole', async () => {
    const { stream, frames } = await write();
    await server.stop();
    await server.damage(stream, bodyByteOf(frames.length, 3));
    await server.restart();
    const { error } = await read(stream);
    expect(error).toBeInstanceOf(LogCorruption);
    const opening = JetStreamEventLog.open({ url: server.url(stream), anchorDirectory: memory });
    await expect(opening).rejects.toThrow(/message|stream/);
  });

  it('ends a log that is open: it neither goes on behind the damage nor gives its place away', async () => {
    const url = server.url('open');
    const log = await JetStreamEventLog.open({ url });
    const { epoch } = await log.claim();
    await appendSchedule(log, epoch, [1, 1, 1]);
    await server.stop();
    await server.damage('open', bodyByteOf(3, 3));
    await server.restart();
    const { sequence } = await log.head().catch(() => ({ sequence: 3 }));
    const draft = { epoch, firstSequence: 4, count: 1, frameTimeUs: 2e15, records: Buffer.of(1) };
    const outcome = await log.append(draft, sequence);
    await log.close();
    const again = await JetStreamReader.open({ url }).then(
      async (reader) => {
        const firsts: number[] = [];
        const reading = (async () => {
          for await (const { firstSequence } of reader.read(1)) firsts.push(firstSequence);
        })();
        const isGood = await reading.then(
          () => true,
          () => false,
        );
        await reader.close();
        return { firsts, isGood };
      },
      () => ({ firsts: [], isGood: false }),
    );
    // Either the writer was refused, or readers halt at the damage: never three good frames and a
    // fourth in the place of the lost one.
    if (outcome.kind === 'committed') expect(again.isGood).toBe(false);
    expect(again.firsts.every((first, n) => first === n + 1)).toBe(true);
    expect(again.firsts.length).toBeLessThan(4);
  });
});
