import { MemoryEventLog } from './memory-event-log.js';
import { MemoryLogStore } from './memory-log-store.js';
import type { Frame, FrameDraft } from './port.js';

function draft(epoch: number, firstSequence: number): FrameDraft {
  const records = new Uint8Array(8).fill(firstSequence);
  return { epoch, firstSequence, count: 1, frameTimeUs: firstSequence, records };
}

async function sequences(frames: AsyncIterable<Frame>): Promise<number[]> {
  const all: number[] = [];
  for await (const frame of frames) all.push(frame.firstSequence);
  return all;
}

describe('the memory log under faults', () => {
  it('an injected refusal writes nothing and the next append goes on', async () => {
    const log = new MemoryEventLog();
    const { epoch } = await log.claim();
    log.store.inject('unavailable');
    expect(await log.append(draft(epoch, 1), 0)).toMatchObject({ kind: 'unavailable' });
    expect(await log.append(draft(epoch, 1), 0)).toMatchObject({ kind: 'committed' });
  });

  it('a frame that may still arrive stays unknown until it arrives', async () => {
    const log = new MemoryEventLog();
    const { epoch } = await log.claim();
    log.store.inject('unknown-late');
    expect(await log.append(draft(epoch, 1), 0)).toMatchObject({ kind: 'unknown' });
    expect(await log.resolve(draft(epoch, 1))).toMatchObject({ kind: 'unknown' });
    expect(await log.append(draft(epoch, 1), 0)).toMatchObject({ kind: 'rejected' });
    expect(log.store.landLate()).toEqual(['accepted']);
    expect(await log.resolve(draft(epoch, 1))).toMatchObject({ kind: 'committed' });
    expect(await log.append(draft(epoch, 2), 1)).toMatchObject({ kind: 'committed' });
  });

  it('a claim settles it: what arrives later is inert', async () => {
    const log = new MemoryEventLog();
    const first = await log.claim();
    log.store.inject('unknown-late');
    await log.append(draft(first.epoch, 1), 0);
    const second = await log.claim();
    expect(await log.resolve(draft(first.epoch, 1))).toMatchObject({ kind: 'unavailable' });
    await log.append(draft(second.epoch, 1), 0);
    expect(log.store.landLate()).toEqual(['inert']);
    await log.append(draft(second.epoch, 2), 1);
    expect(await sequences(log.read(1))).toEqual([1, 2]);
    expect(log.store.length).toBe(5);
  });

  it('resolves log records without a frame', async () => {
    const log = new MemoryEventLog();
    const { epoch } = await log.claim();
    const record = new Uint8Array(16);
    new DataView(record.buffer).setUint32(0, 16, true);
    for (const [fault, kind] of [
      ['unknown-stored', 'committed'],
      ['unknown-lost', 'unavailable'],
    ] as const) {
      log.store.inject(fault);
      expect(await log.appendLogRecords([record], epoch)).toMatchObject({ kind: 'unknown' });
      expect(await log.resolve()).toMatchObject({ kind });
    }
  });

  it('a zombie with a slow connection finds itself fenced', async () => {
    const store = new MemoryLogStore();
    let connect: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (connect = resolve));
    const old = await new MemoryEventLog({ store }).claim();
    const zombie = new MemoryEventLog({ store, delay: () => slow });
    const appending = zombie.append(draft(old.epoch, 1), 0);
    const successor = new MemoryEventLog({ store });
    const { epoch } = await successor.claim();
    await successor.append(draft(epoch, 1), 0);
    connect();
    expect(await appending).toEqual({ kind: 'fenced', epoch });
    expect(await sequences(successor.read(1))).toEqual([1]);
  });

  it('says why it refuses', async () => {
    const log = new MemoryEventLog();
    const { epoch } = await log.claim();
    log.store.inject('unavailable', 'unknown-late');
    const refusals = [
      await log.append(draft(epoch, 1), 0),
      await log.append(draft(epoch, 1), 0),
      await log.append(draft(epoch, 1), 0),
      await log.resolve(draft(epoch, 1)),
    ];
    await log.close();
    refusals.push(await log.append(draft(epoch, 1), 0));
    expect(refusals).toEqual([
      { kind: 'unavailable', detail: 'injected' },
      { kind: 'unknown', detail: 'injected' },
      { kind: 'rejected', detail: 'resolve the unknown append first' },
      { kind: 'unknown', detail: 'the frame may still arrive' },
      { kind: 'unavailable', detail: 'the log is closed' },
    ]);
    await expect(log.claim()).rejects.toThrow('the log is closed');
  });

  it('refuses a second append and a claim while one is pending, and none afterwards', async () => {
    let held: Promise<void> | undefined;
    let release: () => void = () => undefined;
    const log = new MemoryEventLog({ delay: () => held ?? Promise.resolve() });
    const { epoch } = await log.claim();
    held = new Promise((resolve) => (release = resolve));
    const first = log.append(draft(epoch, 1), 0);
    held = undefined;
    const detail = 'another append is pending';
    expect(await log.append(draft(epoch, 1), 0)).toEqual({ kind: 'rejected', detail });
    await expect(log.claim()).rejects.toThrow('an append is pending');
    release();
    expect(await first).toMatchObject({ kind: 'committed' });
    expect(await log.append(draft(epoch, 2), 1)).toMatchObject({ kind: 'committed' });
  });

  it('is settled by a claim when the answer was lost', async () => {
    const log = new MemoryEventLog();
    const first = await log.claim();
    log.store.inject('unknown-lost');
    expect(await log.append(draft(first.epoch, 1), 0)).toMatchObject({ kind: 'unknown' });
    const { epoch } = await log.claim();
    expect(await log.append(draft(epoch, 1), 0)).toMatchObject({ kind: 'committed' });
    expect(await log.resolve(draft(epoch, 2))).toEqual({
      kind: 'unavailable',
      detail: 'the frame is not in the log',
    });
    expect(await log.resolve(draft(epoch, 1))).toMatchObject({ kind: 'committed' });
    const other = { ...draft(epoch, 1), records: new Uint8Array(8) };
    expect(await log.resolve(other)).toMatchObject({ kind: 'unavailable' });
    expect(await log.resolve()).toMatchObject({ kind: 'unavailable' });
  });

  it('is claimed under the bytes that it was given', async () => {
    const claims = [1, 1, 2].map(async (fill) => {
      const log = new MemoryEventLog({ claimant: () => new Uint8Array(16).fill(fill) });
      await log.claim();
      return Buffer.from(log.store.at(0)).toString('hex');
    });
    const [first, same, other] = await Promise.all(claims);
    expect(same).toBe(first);
    expect(other).not.toBe(first);
  });

  it('names the place of a damaged frame, to readers of frames and of log records', async () => {
    const log = new MemoryEventLog();
    const { epoch } = await log.claim();
    await log.append(draft(epoch, 1), 0);
    await log.append(draft(epoch, 2), 1);
    const stored = log.store.at(2);
    stored[stored.length - 1] = 9;
    const message =
      'the hash of the frame does not match (memory position 2; good up to sequence 1)';
    await expect(sequences(log.read(1))).rejects.toThrow(message);
    const records = log.readLogRecords()[Symbol.asyncIterator]();
    expect((await records.next()).value).toMatchObject({ epoch, headSequence: 0 });
    await expect(records.next()).rejects.toThrow(message);
  });
});

describe('the memory under logs', () => {
  it('refuses what is no frame, and says where nothing is', async () => {
    const store = new MemoryLogStore();
    expect(() => store.land(new Uint8Array(5))).toThrow(
      'the frame is not complete (memory position 0; good up to sequence 0)',
    );
    expect(() => store.at(0)).toThrow('nothing is stored at 0');
    const { epoch } = await new MemoryEventLog({ store }).claim();
    await new MemoryEventLog({ store }).append(draft(epoch, 1), 0);
    expect([store.length, store.ordinal]).toEqual([2, 2]);
    expect(store.landingOf(2)).toBeUndefined();
    expect(store.landingOf(1)).toMatchObject({ position: 1, lastSequence: 1 });
  });

  it('keeps copies, and wakes who waits until they leave', async () => {
    const store = new MemoryLogStore();
    let wakes = 0;
    const leave = store.subscribe(() => (wakes += 1));
    const log = new MemoryEventLog({ store });
    const { epoch } = await log.claim();
    expect(wakes).toBe(1);
    leave();
    await log.append(draft(epoch, 1), 0);
    expect(wakes).toBe(1);
    const bytes = Uint8Array.from(store.at(1));
    const another = new MemoryLogStore();
    another.land(store.at(0));
    another.land(bytes);
    bytes.fill(0);
    expect(another.at(1)).toEqual(store.at(1));
    expect(another.hasLate).toBe(false);
  });
});
