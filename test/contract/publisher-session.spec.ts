import { setTimeout as wait } from 'node:timers/promises';
import type { Message } from '#libs/events';
import { Publisher, type PublisherInput, type PublisherOptions } from '#libs/sdk';
import { type Ack, REFUSED } from '#libs/wire';
import { CutProxy } from '../support/cut-proxy.js';
import { StreamHouse } from '../support/stream-house.js';

const named = (name: string): PublisherInput => ({ type: 'PublisherRegistered', name });

describe("a publisher's session", () => {
  let house: StreamHouse;
  let proxy: CutProxy;
  const opened: Publisher[] = [];
  beforeEach(async () => {
    house = await StreamHouse.open({ limits: { ackWindow: 40 } });
    proxy = await CutProxy.start(() => house.address);
  });
  afterEach(async () => {
    await proxy.close();
    await house.close();
    for (const publisher of opened.splice(0)) await publisher.close().catch(() => undefined);
  });
  const connect = async (options: Partial<PublisherOptions> = {}): Promise<Publisher> => {
    const publisher = await Publisher.connect({
      ...{ address: proxy.address, publisher: 'operator', token: 'token' },
      ...options,
    });
    opened.push(publisher);
    return publisher;
  };

  it('numbers inputs and tells the sequence and outcome of each', async () => {
    const acks: Ack[] = [];
    const publisher = await connect({ onAck: (ack) => acks.push(ack) });
    expect(await publisher.publish(named('one'))).toBe(1);
    expect(await publisher.submit(named('one'))).toMatchObject({ number: 2, reason: 501 });
    expect(await publisher.submit(named('two'))).toMatchObject({ number: 3, reason: 0 });
    expect(acks.map(({ number, sequence }) => [number, sequence])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    await publisher.acknowledged();
    expect(publisher.acknowledgedNumber).toBe(3);
  });

  it('makes who publishes wait while the window is full, in turn', async () => {
    const publisher = await connect({ windowInputs: 3 });
    house.hold();
    const numbers: number[] = [];
    const published = Array.from({ length: 8 }, async (_, k) => {
      numbers.push(await publisher.publish(named(`n${String(k)}`)));
    });
    await wait(50);
    expect(numbers).toEqual([1, 2, 3]);
    house.letGo();
    await Promise.all(published);
    expect(numbers).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    await publisher.close();
    expect(house.sequencer.house.state.publishers.count).toBe(9);
  });

  it('goes on after cuts: every input once, every acknowledgement once, every decision once', async () => {
    const acks: number[] = [];
    const decisions: [number, Message['type']][] = [];
    let reconnects = 0;
    const publisher = await connect({
      subscribeFrom: 1,
      onAck: ({ number }) => acks.push(number),
      onDecision: ({ type }, sequence) => decisions.push([sequence, type]),
      onReconnect: () => (reconnects += 1),
    });
    for (let round = 1; round <= 10; round++) {
      // Every other name is taken: a refusal is a decision of one's own.
      for (let k = 0; k < 10; k++)
        await publisher.publish(named(`r${String(round)}-${String(k >> 1)}`));
      await wait(round);
      proxy.cut();
      while (reconnects < round || !publisher.isConnected) await wait(1);
    }
    await publisher.acknowledged();
    expect(acks).toEqual(Array.from({ length: 100 }, (_, k) => k + 1));
    while (decisions.length < 50) await wait(1);
    expect(decisions).toEqual(Array.from({ length: 50 }, (_, k) => [2 * k + 2, 'InputRejected']));
  });

  it('learns what an earlier life of the program did not see', async () => {
    const earlier = await connect();
    for (let k = 1; k <= 20; k++) await earlier.submit(named(`n${String(k)}`));
    await earlier.close();
    const acks: number[] = [];
    const later = await connect({ ackFrom: 15, onAck: ({ number }) => acks.push(number) });
    expect(later.lastNumber).toBe(20);
    expect(await later.submit(named('next'))).toMatchObject({ number: 21 });
    expect(acks).toEqual([15, 16, 17, 18, 19, 20, 21]);
  });

  it('says which acknowledgements are too old to be told', async () => {
    const earlier = await connect();
    for (let k = 1; k <= 100; k++) await earlier.submit(named(`n${String(k)}`));
    await earlier.close();
    const acks: number[] = [];
    let lost: number[] = [];
    const later = await connect({
      ackFrom: 10,
      onAck: ({ number }) => acks.push(number),
      onAcksLost: (from, to) => (lost = [from, to]),
    });
    await later.acknowledged();
    expect(lost).toEqual([10, 60]);
    expect(acks).toEqual(Array.from({ length: 40 }, (_, k) => 61 + k));
  });

  it('gives up where connecting again does not help, and says so to everybody', async () => {
    await expect(connect({ token: '' })).rejects.toMatchObject({ code: REFUSED.unauthenticated });
    await expect(connect({ publisher: 'x' })).rejects.toMatchObject({
      code: REFUSED.unauthenticated,
    });
    let failure: Error | undefined;
    const older = await connect({ onFailed: (error) => (failure = error) });
    house.hold();
    const submitted = older.submit(named('one'));
    await wait(20);
    const newer = connect();
    await expect(submitted).rejects.toMatchObject({ code: REFUSED.replaced });
    await expect(older.publish(named('two'))).rejects.toBe(failure);
    await expect(older.acknowledged()).rejects.toBe(failure);
    house.letGo();
    expect((await newer).lastNumber).toBe(1);
  });

  it('does not start behind what it was told: that is another log', async () => {
    await expect(connect({ ackFrom: 12 })).rejects.toThrow(/lost number 11/);
  });

  it('refuses an input that cannot be encoded, and goes on', async () => {
    const publisher = await connect({ windowInputs: 1 });
    await expect(publisher.publish(named('x'.repeat(100)))).rejects.toThrow(/at most 32 fit/);
    expect(await publisher.submit(named('x'))).toMatchObject({ number: 1, reason: 0 });
  });
});
