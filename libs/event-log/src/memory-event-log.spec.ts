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
});
