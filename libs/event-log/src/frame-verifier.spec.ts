import { EMPTY_CHAIN, type ChainState } from './chain-state.js';
import { claimFrame } from './claim.js';
import type { StoredFrame } from './frame-layout.js';
import { isFault, openFrame } from './frame-opening.js';
import { sealFrame, sealLogFrame } from './frame-sealing.js';
import { FrameVerifier, type Verdict } from './frame-verifier.js';
import { LogCorruption } from './port.js';

const A = new Uint8Array(16).fill(1);
const B = new Uint8Array(16).fill(2);

function logRecord(fill: number): Uint8Array {
  const record = new Uint8Array(20).fill(fill);
  new DataView(record.buffer).setUint32(0, 20, true);
  return record;
}

/** The event frame behind `state`; `fill` sets its content. */
function event(state: ChainState, change: { epoch?: number; timeUs?: number; fill?: number } = {}) {
  const { epoch = state.epoch, timeUs = state.frameTimeUs, fill = 1 } = change;
  const records = new Uint8Array(10).fill(fill);
  const firstSequence = state.sequence + 1;
  const draft = { epoch, firstSequence, count: 1, frameTimeUs: timeUs, records };
  return sealFrame(draft, state.frameNumber + 1, state.hash);
}

function opened(bytes: Uint8Array | undefined): StoredFrame {
  const frame = openFrame(bytes ?? new Uint8Array(0));
  if (isFault(frame)) throw new Error(frame.detail);
  return frame;
}

function reader(): {
  readonly verifier: FrameVerifier;
  readonly offer: (bytes: Uint8Array) => Verdict;
} {
  const verifier = new FrameVerifier(EMPTY_CHAIN);
  return {
    verifier,
    offer: (bytes) => verifier.accept(opened(bytes), 'here'),
  };
}

describe('the reading rule', () => {
  it('accepts claims, events and log records in their order', () => {
    const { verifier, offer } = reader();
    expect(offer(claimFrame(verifier.state, A))).toBe('accepted');
    expect(offer(event(verifier.state, { timeUs: 5 }))).toBe('accepted');
    expect(offer(sealLogFrame(verifier.state, [logRecord(1)]))).toBe('accepted');
    expect(offer(event(verifier.state))).toBe('accepted');
    const { epoch, frameNumber, sequence, frameTimeUs, logFrameNumber } = verifier.state;
    expect([epoch, frameNumber, sequence, frameTimeUs, logFrameNumber]).toEqual([1, 2, 2, 5, 2]);
  });

  it('skips an old writer’s frames after a claim', () => {
    const { verifier, offer } = reader();
    offer(claimFrame(verifier.state, A));
    const before = verifier.state;
    offer(claimFrame(before, B));
    expect(offer(event(before))).toBe('inert');
    expect(offer(sealLogFrame(before, [logRecord(1)]))).toBe('inert');
    expect(verifier.state).toMatchObject({ epoch: 2, sequence: 0, logFrameNumber: 2 });
    expect(offer(event(verifier.state))).toBe('accepted');
  });

  it('of two claims of one epoch counts the first', () => {
    const { verifier, offer } = reader();
    const empty = verifier.state;
    expect(offer(claimFrame(empty, A))).toBe('accepted');
    expect(offer(claimFrame(empty, B))).toBe('inert');
    expect(offer(claimFrame(empty, A))).toBe('duplicate');
  });

  it('skips a claim that had not seen the last frame, and accepts it made anew', () => {
    const { verifier, offer } = reader();
    offer(claimFrame(verifier.state, A));
    const stale = claimFrame(verifier.state, B);
    offer(event(verifier.state));
    expect(offer(stale)).toBe('inert');
    expect(offer(claimFrame(verifier.state, B))).toBe('accepted');
    expect(verifier.state.epoch).toBe(2);
  });

  it('skips a claim of the epoch that is in force, though it had seen the last frame', () => {
    const { verifier, offer } = reader();
    offer(claimFrame(verifier.state, A));
    offer(event(verifier.state));
    const late = claimFrame({ ...verifier.state, epoch: 0 }, B);
    expect(offer(late)).toBe('inert');
    expect(verifier.state).toMatchObject({ epoch: 1, logFrameNumber: 1 });
  });

  it('skips an identical frame stored twice', () => {
    const { verifier, offer } = reader();
    offer(claimFrame(verifier.state, A));
    const frame = event(verifier.state);
    expect([offer(frame), offer(frame)]).toEqual(['accepted', 'duplicate']);
    offer(event(verifier.state));
    expect(offer(frame)).toBe('duplicate');
  });

  it('knows a frame stored twice among the last 64, and the heads that it began behind', () => {
    const { verifier, offer } = reader();
    const claim = claimFrame(verifier.state, A);
    offer(claim);
    const start = verifier.state;
    const frames = Array.from({ length: 64 }, () => {
      const frame = event(verifier.state);
      offer(frame);
      return frame;
    });
    for (const frame of frames) expect(offer(frame)).toBe('duplicate');
    const later = new FrameVerifier(start);
    expect(later.accept(opened(claim), 'here')).toBe('duplicate');
    expect(later.accept(opened(frames[0]), 'here')).toBe('accepted');
  });

  type Make = (before: ChainState, now: ChainState) => Uint8Array;
  const log = (state: ChainState): Uint8Array => sealLogFrame(state, [logRecord(3)]);
  it.each<[string, string, Make]>([
    ['another content', 'event frame 1 follows 1', (before) => event(before, { fill: 2 })],
    ['an epoch nobody opened', 'epoch 2 was never opened', (_, s) => event(s, { epoch: 2 })],
    ['time that runs back', 'log time runs back', (_, s) => event(s, { timeUs: 6 })],
    [
      'a gap in frame numbers',
      'event frame 3 follows 1',
      (_, s) => event({ ...s, frameNumber: s.frameNumber + 1 }),
    ],
    [
      'a gap in sequences',
      'sequence 3 follows 1',
      (_, s) => event({ ...s, sequence: s.sequence + 1 }),
    ],
    [
      'a broken chain',
      'the chain of event frames is broken',
      (_, s) => event({ ...s, hash: s.logHash }),
    ],
    [
      'a log frame of another head',
      'a log frame names another event head',
      (before) => log(before),
    ],
    [
      'a gap in the numbers of log frames',
      'log frame 3 follows 1',
      (_, s) => log({ ...s, logFrameNumber: s.logFrameNumber + 1 }),
    ],
    [
      'a broken chain of log frames',
      'the chain of log frames is broken',
      (_, s) => log({ ...s, logHash: s.hash }),
    ],
    [
      'a log frame of another sequence',
      'a log frame names another sequence',
      (_, s) => log({ ...s, sequence: s.sequence + 1 }),
    ],
    [
      'a log frame of another time',
      'a log frame has another time',
      (_, s) => log({ ...s, frameTimeUs: s.frameTimeUs + 1 }),
    ],
    [
      'a claim that skips an epoch',
      'epoch 3 skips one',
      (_, s) => claimFrame({ ...s, epoch: s.epoch + 1 }, B),
    ],
  ])('halts at %s', (_name, message, make) => {
    const { verifier, offer } = reader();
    offer(claimFrame(verifier.state, A));
    const before = verifier.state;
    offer(event(before, { timeUs: 7 }));
    const now = verifier.state;
    const act = (): unknown => offer(make(before, now));
    expect(act).toThrow(LogCorruption);
    expect(act).toThrow(`${message} (here; good up to sequence 1)`);
    expect(verifier.state).toBe(now);
  });
});
