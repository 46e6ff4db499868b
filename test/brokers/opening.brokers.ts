import { join } from 'node:path';
import { DiscardPolicy, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { LogLocked, LogUnavailable } from '#libs/event-log';
import { JetStreamEventLog, JetStreamReader } from '#libs/event-log-jetstream';
import { appendSchedule, draftAt } from '../contract/event-log-contract.js';
import { NatsServer } from './nats-server.js';
import { makeCertificates, PlainServer } from './plain-server.js';

/** A monitoring port that nobody has. */
const NOBODY = '?monitor=http://127.0.0.1:9';

describe('opening a log on JetStream', () => {
  let server: NatsServer;
  beforeAll(async () => {
    server = await NatsServer.start();
  });
  afterAll(() => server.destroy());

  async function makeStream(name: string, settings: object): Promise<void> {
    const nc = await connect({ servers: `127.0.0.1:${String(server.port)}` });
    const manager = await jetstreamManager(nc);
    const subjects = [`novate.${name}.event`, `novate.${name}.log`];
    await manager.streams.add({ name, subjects, ...settings });
    await nc.close();
  }

  it('refuses a stream that is not set up as a log, and names every setting', async () => {
    await makeStream('foreign', { max_msgs: 10, discard: DiscardPolicy.Old });
    const url = server.url('foreign');
    for (const engine of [JetStreamEventLog, JetStreamReader]) {
      const opening = engine.open({ url });
      await expect(opening).rejects.toBeInstanceOf(LogUnavailable);
      await expect(opening).rejects.toThrow('discard is "old", not "new"; max_msgs is 10, not -1;');
    }
  });

  it('refuses fewer replicas than the URL asks for', async () => {
    const log = await JetStreamEventLog.open({ url: server.url('single') });
    await log.close();
    const opening = JetStreamEventLog.open({ url: server.url('single', '?replicas=3') });
    await expect(opening).rejects.toThrow('num_replicas is 1, not 3');
  });

  it('makes no stream for a reader', async () => {
    const opening = JetStreamReader.open({ url: server.url('absent') });
    await expect(opening).rejects.toThrow(`there is no log in ${server.url('absent')}`);
    const log = await JetStreamEventLog.open({ url: server.url('absent') });
    expect(await log.head()).toMatchObject({ sequence: 0 });
    await log.close();
  });

  it('refuses while a writer is alive, names it, and leaves it alone', async () => {
    const first = await JetStreamEventLog.open({ url: server.url('held') });
    const { epoch } = await first.claim();
    const opening = JetStreamEventLog.open({ url: server.url('held') });
    await expect(opening).rejects.toBeInstanceOf(LogLocked);
    await expect(opening).rejects.toThrow(`in use by process ${String(process.pid)} on`);
    await expect(opening).rejects.toThrow('--take-over');
    await appendSchedule(first, epoch, [1]);
    const reader = await JetStreamReader.open({ url: server.url('held') });
    expect(await reader.head()).toMatchObject({ sequence: 1 });
    expect(await reader.append()).toMatchObject({ kind: 'rejected' });
    await reader.close();
    await first.close();
    const next = await JetStreamEventLog.open({ url: server.url('held') });
    await next.close();
  });

  it('takes over when told to: the first writer is fenced', async () => {
    const first = await JetStreamEventLog.open({ url: server.url('taken') });
    const old = await first.claim();
    await appendSchedule(first, old.epoch, [1]);
    const second = await JetStreamEventLog.open({ url: server.url('taken'), takeOver: true });
    const now = await second.claim();
    expect(await first.append(draftAt(old.epoch, 2), 1)).toEqual({
      kind: 'fenced',
      epoch: now.epoch,
    });
    await appendSchedule(second, now.epoch, [1]);
    await first.close();
    await second.close();
  });

  it('declares fsync only where it is known', async () => {
    const lazy = await NatsServer.start({ NATS_SYNC_INTERVAL: '2m' });
    const classes: Record<string, string> = {};
    const cases = {
      'always, read at the customary port': server.url('d1'),
      'always, read at the given port': server.url('d2', `?monitor=${server.monitor}`),
      'always, but nobody to ask': server.url('d3', NOBODY),
      'always, but another server was asked': server.url('d4', `?monitor=${lazy.monitor}`),
      'every two minutes': lazy.url('d5'),
      'every two minutes, the other server syncs': lazy.url('d6', `?monitor=${server.monitor}`),
      'asserted by the operator': server.url('d7', `${NOBODY}&sync=always`),
    };
    for (const [name, url] of Object.entries(cases)) {
      const log = await JetStreamEventLog.open({ url });
      classes[name] = log.durability;
      const reader = await JetStreamReader.open({ url });
      expect(reader.durability).toBe(log.durability);
      await reader.close();
      expect(log.notices[0]).toContain(`promises ${log.durability}: `);
      await log.close();
    }
    await lazy.destroy();
    expect(classes).toEqual({
      'always, read at the customary port': 'fsync',
      'always, read at the given port': 'fsync',
      'always, but nobody to ask': 'os-cache',
      'always, but another server was asked': 'os-cache',
      'every two minutes': 'os-cache',
      'every two minutes, the other server syncs': 'os-cache',
      'asserted by the operator': 'fsync',
    });
  });

  it('says what to do where no server is', async () => {
    const opening = JetStreamEventLog.open({ url: 'nats://jane:hidden@127.0.0.1:9/log' });
    await expect(opening).rejects.toBeInstanceOf(LogUnavailable);
    await expect(opening).rejects.toThrow(
      /nats:\/\/127\.0\.0\.1:9\/log .*ECONNREFUSED.*; start it/,
    );
    await expect(opening).rejects.not.toThrow('hidden');
  });
});

describe('opening a log on another kind of server', () => {
  const started: PlainServer[] = [];
  afterEach(async () => {
    for (const server of started.splice(0)) await server.destroy();
  });

  async function start(...of: Parameters<typeof PlainServer.start>): Promise<PlainServer> {
    const server = await PlainServer.start(...of);
    started.push(server);
    return server;
  }

  it('refuses one that cannot take the largest frame', async () => {
    const server = await start('');
    const opening = JetStreamEventLog.open({ url: `nats://127.0.0.1:${String(server.port)}/log` });
    await expect(opening).rejects.toThrow('set max_payload: 8MB');
  });

  it('logs in with the user of the URL, and repeats no password when it may not', async () => {
    const server = await start(
      'max_payload: 8MB\nauthorization { user: jane, password: "s3cr@t" }',
    );
    const at = `127.0.0.1:${String(server.port)}/log`;
    const log = await JetStreamEventLog.open({ url: `nats://jane:s3cr%40t@${at}` });
    await log.claim();
    expect(JSON.stringify([log.notices, log.engine])).not.toContain('s3cr');
    await log.close();
    for (const login of ['', 'jane:wr0ng@', 'wr0ng@']) {
      const opening = JetStreamEventLog.open({ url: `nats://${login}${at}` });
      await expect(opening).rejects.toThrow(/Authorization Violation.*the credentials/i);
      await expect(opening).rejects.not.toThrow('wr0ng');
    }
    const environment = { NOVATE_NATS_CREDS: '/nowhere/user.creds' };
    const opening = JetStreamEventLog.open({ url: `nats://${at}`, environment });
    await expect(opening).rejects.toThrow('NOVATE_NATS_CREDS cannot be read');
  });

  it('talks TLS, and to a server that is vouched for only', async () => {
    const server = await start(
      'max_payload: 8MB\ntls { cert_file: "DIR/cert.pem", key_file: "DIR/key.pem" }',
      makeCertificates,
    );
    const url = `tls://localhost:${String(server.port)}/log`;
    const environment = { NOVATE_NATS_CA: join(server.directory, 'cert.pem') };
    const log = await JetStreamEventLog.open({ url, environment });
    const { epoch } = await log.claim();
    await appendSchedule(log, epoch, [1, 2]);
    await log.close();
    await expect(JetStreamEventLog.open({ url })).rejects.toThrow(/certificate/);
    const clear = await start('max_payload: 8MB');
    const downgraded = `tls://localhost:${String(clear.port)}/log`;
    await expect(JetStreamEventLog.open({ url: downgraded })).rejects.toThrow(/tls/i);
  });
});
