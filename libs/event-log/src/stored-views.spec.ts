import { readRecord } from '#libs/events';
import { EMPTY_CHAIN } from './chain-state.js';
import { claimFrame, engineDeclared } from './claim.js';
import { KIND_LOG, type StoredFrame } from './frame-layout.js';
import { openSealed } from './frame-opening.js';
import { sealFrame, sealLogFrame } from './frame-sealing.js';
import { LogCorruption, LogLocked, LogUnavailable, LogUrlError } from './port.js';
import { eventFrame, logRecords } from './stored-views.js';
import { Wakeup } from './wakeup.js';

const state = { ...EMPTY_CHAIN, epoch: 4, sequence: 9, frameTimeUs: 77, logFrameNumber: 3 };

describe('what readers see of a stored frame', () => {
  it('is the draft with its place in the chain', () => {
    const records = Uint8Array.from([1, 2, 3]);
    const draft = { epoch: 4, firstSequence: 10, count: 2, frameTimeUs: 78, records };
    const stored = openSealed(sealFrame(draft, 6, new Uint8Array(32).fill(5)));
    expect(eventFrame(stored, 12)).toEqual({
      ...draft,
      frameNumber: 6,
      previousHash: new Uint8Array(32).fill(5),
      hash: stored.hash,
      cursor: 12,
    });
  });

  it('is each log record with the head it was written at', () => {
    const declared = engineDeclared({ durability: 'fsync', engine: 'file 1' });
    const stored = openSealed(sealLogFrame(state, [declared, declared]));
    const records = logRecords(stored, 'here');
    expect(records).toEqual([1, 2].map(() => ({ epoch: 4, headSequence: 9, record: declared })));
  });

  it('is the record of a claim without what makes the claimant known', () => {
    const stored = openSealed(claimFrame(state, new Uint8Array(16).fill(8)));
    expect(stored).toMatchObject({ epoch: 5, count: 1, frameNumber: 4 });
    const [opened, ...others] = logRecords(stored, 'here');
    expect(opened).toMatchObject({ epoch: 5, headSequence: 9 });
    expect(opened?.record.length).toBe(stored.body.length - 16);
    const record = opened?.record ?? new Uint8Array(0);
    const view = new DataView(record.buffer, record.byteOffset, record.length);
    expect(readRecord(view, 0)).toEqual({ type: 'EpochOpened', epoch: 5, headSequence: 9 });
    expect(others).toEqual([]);
  });

  it('is corruption when the records do not fill their frame', () => {
    const stored = openSealed(sealLogFrame(state, [new Uint8Array(20)]));
    expect(() => logRecords(stored, 'byte 5')).toThrow(
      'log records do not fill their frame (byte 5; good up to sequence 9)',
    );
    const cut: StoredFrame = { ...stored, kind: KIND_LOG, body: new Uint8Array(3) };
    expect(() => logRecords(cut, 'byte 5')).toThrow(LogCorruption);
    const claim = openSealed(claimFrame(state, new Uint8Array(16)));
    expect(() => logRecords({ ...claim, body: new Uint8Array(3) }, 'x')).toThrow(LogCorruption);
  });

  it('is no claim of anybody whose bytes are not 16', () => {
    expect(() => claimFrame(state, new Uint8Array(15))).toThrow('a claimant has 16 bytes');
  });
});

describe('what goes wrong with a log', () => {
  it('is named, with its place, its holder and what to do', () => {
    const corruption = new LogCorruption('gap', 'segment 1', 7);
    expect(corruption.message).toBe('gap (segment 1; good up to sequence 7)');
    expect([corruption.where, corruption.lastGoodSequence]).toEqual(['segment 1', 7]);
    expect(new LogLocked('D/LOCK', 'pid 5').message).toBe(
      'D/LOCK is in use by pid 5; stop that process or choose another --data-dir',
    );
    expect(new LogLocked('S', 'N', 'take over').message).toBe('S is in use by N; take over');
    const errors = [corruption, new LogLocked('', ''), new LogUrlError(), new LogUnavailable()];
    expect(errors.map(({ name }) => name)).toEqual([
      ...['LogCorruption', 'LogLocked', 'LogUrlError', 'LogUnavailable'],
    ]);
  });
});

describe('a sleeping follower', () => {
  const turns = async (count: number): Promise<void> => {
    for (let n = 0; n < count; n += 1) await Promise.resolve();
  };

  it('wakes when something was appended, once for each sleep', async () => {
    const wakeup = new Wakeup(new AbortController().signal);
    let wakes = 0;
    const sleep = (): void => void wakeup.wait().then(() => (wakes += 1));
    sleep();
    await turns(5);
    expect(wakes).toBe(0);
    wakeup.wake();
    await turns(5);
    expect(wakes).toBe(1);
    sleep();
    await turns(5);
    expect(wakes).toBe(1);
  });

  it('does not sleep through what was appended before it lay down', async () => {
    const wakeup = new Wakeup(new AbortController().signal);
    wakeup.wake();
    await wakeup.wait();
    let isAwake = false;
    void wakeup.wait().then(() => (isAwake = true));
    await turns(5);
    expect(isAwake).toBe(false);
  });

  it('wakes when it is told to stop, and never sleeps after that', async () => {
    const stop = new AbortController();
    const wakeup = new Wakeup(stop.signal);
    expect(wakeup.isAborted()).toBe(false);
    const sleeping = wakeup.wait();
    stop.abort();
    await sleeping;
    expect(wakeup.isAborted()).toBe(true);
    await wakeup.wait();
    await wakeup.wait();
  });
});
