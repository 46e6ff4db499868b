import { EMPTY_CHAIN, type ChainState } from './chain-state.js';
import { claimFrame } from './claim.js';
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

function reader(): {
  readonly verifier: FrameVerifier;
  readonly offer: (bytes: Uint8Array) => Verdict;
} {
  const verifier = new FrameVerifier(EMPTY_CHAIN);
  return {
    verifier,
    offer: (bytes) => {
      const opened = openFrame(bytes);
      if (isFault(opened)) throw new Error(opened.detail);
      return verifier.accept(opened, 'here');
    },
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

  it('skips an identical frame stored twice', () => {
    const { verifier, offer } = reader();
    offer(claimFrame(verifier.state, A));
    const frame = event(verifier.state);
    expect([offer(frame), offer(frame)]).toEqual(['accepted', 'duplicate']);
    offer(event(verifier.state));
    expect(offer(frame)).toBe('duplicate');
  });

  it.each([
    ['another content at the same sequence', (s: ChainState) => event(s, { fill: 2 })],
    ['an epoch nobody opened', (_: ChainState, now: ChainState) => event(now, { epoch: 2 })],
    ['time that runs back', (_: ChainState, now: ChainState) => event(now, { timeUs: 6 })],
    [
      'a gap in frame numbers',
      (_: ChainState, now: ChainState) => event({ ...now, frameNumber: now.frameNumber + 1 }),
    ],
    [
      'a gap in sequences',
      (_: ChainState, now: ChainState) => event({ ...now, sequence: now.sequence + 1 }),
    ],
    ['a broken chain', (_: ChainState, now: ChainState) => event({ ...now, hash: now.logHash })],
    [
      'a log frame of another event head',
      (before: ChainState) => sealLogFrame(before, [logRecord(3)]),
    ],
    [
      'a claim that skips an epoch',
      (_: ChainState, now: ChainState) => claimFrame({ ...now, epoch: now.epoch + 1 }, B),
    ],
  ])('halts at %s', (_name, make) => {
    const { verifier, offer } = reader();
    offer(claimFrame(verifier.state, A));
    const before = verifier.state;
    offer(event(before, { timeUs: 7 }));
    const now = verifier.state;
    expect(() => offer(make(before, now))).toThrow(LogCorruption);
    expect(verifier.state).toBe(now);
  });
});
