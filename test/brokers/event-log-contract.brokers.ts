import { JetStreamEventLog } from '#libs/event-log-jetstream';
import { describeEventLogContract, type EventLogSubject } from '../contract/event-log-contract.js';
import { CuttingProxy } from './cutting-proxy.js';
import { NatsServer, bodyByteOf } from './nats-server.js';

let server: NatsServer;
let streams = 0;

beforeAll(async () => {
  server = await NatsServer.start();
});
afterAll(() => server.destroy());

/** A stream of its own behind a proxy of its own. */
async function jetStreamSubject(): Promise<EventLogSubject> {
  streams += 1;
  const stream = `contract-${String(streams)}`;
  const proxy = await CuttingProxy.to(server.port);
  const url = `nats://127.0.0.1:${String(proxy.port)}/${stream}?monitor=${server.monitor}`;
  return {
    open: () => JetStreamEventLog.open({ url, takeOver: true }),
    loseAnswer: (variant) => proxy.cutAtNextFrame(variant),
    damage: async (_log, frameNumber) => {
      await server.stop();
      await server.damage(stream, bodyByteOf(frameNumber, 7));
      await server.restart();
    },
    dispose: () => proxy.close(),
  };
}

describeEventLogContract('jetstream', jetStreamSubject, {
  isPersistent: true,
  allowsTwoWriters: true,
  canLoseAnswers: true,
  canBeDamaged: true,
});
