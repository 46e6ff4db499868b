import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { encodeHeartbeat, encodeHello, REFUSED } from '#libs/wire';
import { registrations, StreamHouse } from '../support/stream-house.js';
import { RawStream } from '../support/raw-stream.js';

const hello = (house: StreamHouse, wanted = {}): Promise<RawStream> =>
  RawStream.hello(house.address, 'operator', 'token', wanted);

describe('the server of the stream', () => {
  let house: StreamHouse;
  const streams: RawStream[] = [];
  const open = async (options: Parameters<typeof StreamHouse.open>[0] = {}): Promise<void> => {
    house = await StreamHouse.open(options);
  };
  afterEach(async () => {
    for (const stream of streams.splice(0)) stream.close();
    await house.close();
  });
  const connected = async (wanted = {}): Promise<RawStream> => {
    const stream = await hello(house, wanted);
    streams.push(stream);
    return stream;
  };
  /** Lets what is under way arrive. */
  const arrive = (): Promise<void> => wait(50);

  it('beats when it has nothing to say, and drops who says nothing', async () => {
    await open({ limits: { heartbeatS: 3, silenceS: 8 } });
    const [lively, silent] = [await connected(), await RawStream.hello(house.address, 'x', '')];
    expect(silent.refused?.code).toBe(REFUSED.unauthenticated);
    house.seconds(6);
    await lively.until(() => lively.heartbeats === 2);
    lively.write(encodeHeartbeat());
    await arrive();
    house.seconds(8);
    await lively.until(() => lively.heartbeats === 4);
    expect(lively.isClosed).toBe(false);
    house.seconds(1);
    await lively.until(() => lively.isClosed);
    expect(lively.refused?.code).toBe(REFUSED.silent);
  });

  it('waits for a hello no longer than it says, however slowly it comes', async () => {
    await open({ limits: { handshakeS: 5 } });
    const stream = new RawStream(house.address);
    const bytes = encodeHello({
      ...{ protocol: 2, subscribeFrom: 0, ackFrom: 0, publisher: 'operator', token: 't' },
    });
    for (let k = 0; k < 6; k++) {
      stream.write(bytes.subarray(k, k + 1));
      await arrive();
      house.seconds(1);
    }
    await stream.until(() => stream.isClosed);
    expect(stream.refused?.code).toBe(REFUSED.handshake);
  });

  it('serves so many connections and handshakes, and tells the others', async () => {
    await open({ limits: { connections: 4, handshakes: 2 } });
    const first = await connected();
    const shaking = [new RawStream(house.address), new RawStream(house.address)];
    streams.push(...shaking);
    await arrive();
    const third = new RawStream(house.address);
    await third.until(() => third.isClosed);
    expect(third.refused?.code).toBe(REFUSED.tooManyConnections);
    shaking[0]?.close();
    await arrive();
    const fourth = await connected();
    expect(fourth.welcome).toBeDefined();
    await first.until(() => first.isClosed);
    expect(first.refused?.code).toBe(REFUSED.replaced);
  });

  it('welcomes a session when all that its last connection sent is durable', async () => {
    await open();
    const older = await connected();
    house.hold();
    older.write(registrations(1, 30));
    await arrive();
    const newer = new RawStream(house.address);
    streams.push(newer);
    newer.write(
      encodeHello({
        ...{ protocol: 2, subscribeFrom: 0, ackFrom: 1, publisher: 'operator', token: 't' },
      }),
    );
    await arrive();
    expect(newer.welcome).toBeUndefined();
    expect(older.refused?.code).toBe(REFUSED.replaced);
    house.letGo();
    await newer.until(() => newer.welcome !== undefined);
    expect(newer.welcome).toMatchObject({ lastPublisherSequence: 30, ackFrom: 1 });
    await newer.until(() => newer.reasons.size === 30);
  });

  it('acknowledges what it took before it says why it ends', async () => {
    await open();
    const stream = await connected();
    house.hold();
    stream.write(registrations(1, 10));
    stream.write(registrations(99, 1));
    await arrive();
    expect(stream.refused).toBeUndefined();
    house.letGo();
    await stream.until(() => stream.isClosed);
    expect(stream.refused?.code).toBe(REFUSED.sequenceGap);
    expect(stream.reasons.size).toBe(10);
  });

  it('declares acknowledgements that are too old to be told', async () => {
    await open({ limits: { ackWindow: 50 } });
    const stream = await connected();
    for (let k = 0; k < 4; k++) {
      stream.write(registrations(1 + 25 * k, 25));
      await stream.until(() => stream.reasons.size === 25 * (k + 1));
    }
    const again = await connected({ ackFrom: 10 });
    const { ackFrom = 0 } = again.welcome ?? {};
    expect(ackFrom).toBeGreaterThan(10);
    expect(ackFrom).toBeLessThanOrEqual(51);
    await again.until(() => again.reasons.has(100));
    expect(again.reasons.size).toBe(101 - ackFrom);
    const none = await connected({ ackFrom: 500 });
    expect(none.welcome?.ackFrom).toBe(101);
  });

  it('stops reading while the sequencer is full, and loses nothing', async () => {
    await open();
    const stream = await connected();
    house.hold();
    // Frames of half of eight mebibytes, four buffers: more than that cannot be taken.
    const [batches, each] = [1_200, 500];
    let sent = 0;
    for (let k = 0; k < batches; k++) {
      stream.write(registrations(1 + sent, each));
      sent += each;
    }
    while (!house.sequencer.isFull) await wait(5);
    await arrive();
    expect(stream.unsentBytes).toBeGreaterThan(1_000_000);
    house.letGo();
    await stream.until(() => stream.lastNumber === sent);
  }, 60_000);

  it('drops who does not read, and says where to go on', async () => {
    await open({ limits: { unreadBytes: 100_000 } });
    const socket = connect({ host: '127.0.0.1', port: Number(house.address.split(':')[1]) });
    socket.on('error', () => undefined);
    socket.write(
      encodeHello({
        ...{ protocol: 2, subscribeFrom: 1, ackFrom: 0, publisher: 'operator', token: 't' },
      }),
    );
    socket.pause();
    while (house.server.connectionCount === 0) await wait(1);
    for (let k = 0; k < 60_000 && !socket.destroyed; k++) {
      if (!socket.write(registrations(1 + 20 * k, 20))) await wait(1);
      if (house.server.connectionCount === 0) break;
      if (k % 500 === 0) house.seconds(1);
    }
    expect(house.server.connectionCount).toBe(0);
    socket.destroy();
  }, 60_000);
});
