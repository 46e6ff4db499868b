import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileEventLog } from '#libs/event-log-file';
import { JetStreamEventLog, JetStreamReader } from '#libs/event-log-jetstream';
import { NatsServer } from './nats-server.js';
import { readBack, runDay } from './sequenced-day.js';

const SIZE = { accounts: 120, trades: 4_000, steps: 150 };

describe('one schedule on two engines', () => {
  let server: NatsServer;
  let directory: string;
  beforeAll(async () => {
    server = await NatsServer.start();
    directory = await mkdtemp(join(tmpdir(), 'novate-schedule-'));
  });
  afterAll(async () => {
    await server.destroy();
    await rm(directory, { recursive: true, force: true });
  });

  it('gives the same frames, byte for byte, and the same roots', async () => {
    const embedded = await FileEventLog.open({ directory });
    const onFile = await runDay(embedded, SIZE);
    const fromFile = await readBack(embedded);
    await embedded.close();

    const url = server.url('schedule');
    const broker = await JetStreamEventLog.open({ url });
    const onBroker = await runDay(broker, SIZE);
    // Log records stand between the frames here, and change none of them.
    await broker.close();
    const reader = await JetStreamReader.open({ url });
    const fromBroker = await readBack(reader);
    await reader.close();

    expect(onFile.inputs).toBeGreaterThan(400);
    expect(fromFile.hashes.length).toBeGreaterThan(100);
    expect(fromBroker.hashes).toEqual(fromFile.hashes);
    expect(onBroker).toEqual(onFile);
    expect(fromBroker).toEqual(fromFile);
    expect(fromBroker.stateRoot).toBe(onFile.stateRoot);
  });
});
