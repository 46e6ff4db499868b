import { jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { JetStreamEventLog, JetStreamReader } from '#libs/event-log-jetstream';
import { collect, draftAt } from '../contract/event-log-contract.js';
import { NatsServer } from './nats-server.js';

const FRAMES = 60;

describe('a stream on three servers', () => {
  let servers: NatsServer;
  beforeAll(async () => {
    servers = await NatsServer.start({}, 3);
  });
  afterAll(() => servers.destroy());

  /** Number of the node that leads the stream. */
  async function leaderOf(stream: string): Promise<number> {
    const nc = await connect({ servers: /\/\/([^,/]+)/.exec(servers.url(''))?.[1] ?? '' });
    const { cluster } = await (await jetstreamManager(nc)).streams.info(stream);
    await nc.close();
    return Number(cluster?.leader?.slice(1));
  }

  it('promises fsync+quorum when every server is seen to sync, and quorum-memory otherwise', async () => {
    const url = servers.url('classes', `?replicas=3&monitor=${servers.monitor}`);
    const log = await JetStreamEventLog.open({ url });
    expect(log.durability).toBe('fsync+quorum');
    await log.close();
    const first = servers.monitor.split(',')[0] ?? '';
    const reader = await JetStreamReader.open({ url: servers.url('classes', `?monitor=${first}`) });
    expect(reader.durability).toBe('quorum-memory');
    await reader.close();
  });

  it('goes on when its leader is killed: nothing acknowledged is lost or doubled', async () => {
    const url = servers.url('leader', '?replicas=3');
    const log = await JetStreamEventLog.open({ url, answerMs: 1_000 });
    const { epoch } = await log.claim();
    let killed = 0;
    for (let sequence = 0; sequence < FRAMES; sequence += 1) {
      if (sequence === FRAMES / 2) {
        killed = await leaderOf('leader');
        await servers.kill(killed);
      }
      const draft = draftAt(epoch, sequence + 1);
      let outcome = await log.append(draft, sequence);
      while (outcome.kind === 'unknown') {
        outcome = await log.resolve(draft);
        if (outcome.kind === 'unavailable') outcome = await log.append(draft, sequence);
      }
      expect(outcome).toMatchObject({ kind: 'committed', head: { sequence: sequence + 1 } });
    }
    await servers.restart(killed);
    const reader = await JetStreamReader.open({ url });
    const firsts = (await collect(reader.read(1))).map(({ firstSequence }) => firstSequence);
    expect(firsts).toEqual(Array.from({ length: FRAMES }, (_, n) => n + 1));
    await reader.close();
    await log.close();
  }, 180_000);
});
