import { EMPTY_CHAIN } from './chain-state.js';
import { claimFrame } from './claim.js';
import { AT, FRAME_HEADER_BYTES, MAX_BODY_BYTES } from './frame-layout.js';
import { findFrame, isFault, openFrame, openSealed, storedBytes } from './frame-opening.js';
import { hashOf, sealFrame, sealLogFrame } from './frame-sealing.js';

const draft = {
  epoch: 1,
  firstSequence: 1,
  count: 1,
  frameTimeUs: 0,
  records: Uint8Array.from([7, 8, 9]),
};
const claimed = { ...EMPTY_CHAIN, epoch: 1, logFrameNumber: 1 };

/** A sealed event frame with a change in its header, and the hash that then belongs to it. */
function resealed(change: (view: DataView, bytes: Uint8Array) => void): Uint8Array {
  const bytes = Uint8Array.from(sealFrame(draft, 1, new Uint8Array(32)));
  change(new DataView(bytes.buffer), bytes);
  bytes.set(hashOf(bytes), AT.hash);
  return bytes;
}

function faultOf(bytes: Uint8Array): unknown {
  const opened = openFrame(bytes);
  return isFault(opened) ? opened : undefined;
}

const setNumber =
  (at: number, high: number, low = 0) =>
  (view: DataView): void => {
    view.setUint32(at, low, true);
    view.setInt32(at + 4, high, true);
  };

describe('bytes that somebody sealed', () => {
  it('are a frame in all three kinds', () => {
    const record = new Uint8Array(20);
    new DataView(record.buffer).setUint32(0, 20, true);
    const kinds = [
      sealFrame(draft, 1, new Uint8Array(32)),
      sealLogFrame(claimed, [record]),
      claimFrame(EMPTY_CHAIN, new Uint8Array(16)),
    ].map((bytes) => {
      const opened = openFrame(bytes);
      if (isFault(opened)) throw new Error(opened.detail);
      expect(openSealed(bytes)).toEqual(opened);
      expect(storedBytes(opened)).toBe(bytes.length);
      return opened.kind;
    });
    expect(kinds).toEqual([1, 2, 3]);
  });

  it('keep their hashes when the buffer is used again', () => {
    const bytes = resealed(() => undefined);
    const opened = openFrame(bytes);
    if (isFault(opened)) throw new Error(opened.detail);
    const hash = Buffer.from(opened.hash).toString('hex');
    bytes.fill(0);
    expect(Buffer.from(opened.hash).toString('hex')).toBe(hash);
    expect(opened.body).toEqual(new Uint8Array(3));
  });

  it.each<[string, (view: DataView, bytes: Uint8Array) => void]>([
    ['no frame starts here', (view) => view.setUint8(0, 0)],
    ['no frame starts here', (view) => view.setUint8(7, 0)],
    ['header version 2 is not known', (view) => view.setUint16(AT.headerVersion, 2, true)],
    ['frame kind 0 is not known', (view) => view.setUint16(AT.kind, 0, true)],
    ['frame kind 4 is not known', (view) => view.setUint16(AT.kind, 4, true)],
    [
      `a body of ${MAX_BODY_BYTES + 1} bytes is beyond the limit`,
      (view) => view.setUint32(AT.bodyLength, MAX_BODY_BYTES + 1, true),
    ],
    ['a number in the header is beyond 2^53', setNumber(AT.epoch, -1)],
    ['a number in the header is beyond 2^53', setNumber(AT.frameNumber, 0x200000)],
    ['a number in the header is beyond 2^53', setNumber(AT.firstSequence, -1)],
    ['a number in the header is beyond 2^53', setNumber(AT.count, 0x200000)],
    ['a number in the header is beyond 2^53', setNumber(AT.frameTimeUs, -1)],
    ['epoch, frame number, sequence and count start at 1', setNumber(AT.epoch, 0)],
    ['epoch, frame number, sequence and count start at 1', setNumber(AT.frameNumber, 0)],
    ['epoch, frame number, sequence and count start at 1', setNumber(AT.firstSequence, 0)],
    ['epoch, frame number, sequence and count start at 1', setNumber(AT.count, 0)],
    ['an event frame names no log frame', (_, bytes) => bytes.fill(1, AT.previousLogHash, 100)],
  ])('are none: %s', (detail, change) => {
    expect(faultOf(resealed(change))).toEqual({ fault: 'damaged', detail, needBytes: 0 });
  });

  it('may hold the largest number that is below 2^53', () => {
    const opened = openFrame(resealed(setNumber(AT.frameTimeUs, 0x1fffff, 0xffffffff)));
    expect(opened).toMatchObject({ frameTimeUs: Number.MAX_SAFE_INTEGER });
  });

  it('may announce the largest body, which is not there yet', () => {
    const bytes = resealed((view) => view.setUint32(AT.bodyLength, MAX_BODY_BYTES, true));
    const needBytes = FRAME_HEADER_BYTES + MAX_BODY_BYTES;
    const detail = 'the frame is not complete';
    expect(faultOf(bytes)).toEqual({ fault: 'short', detail, needBytes });
  });

  it('say that the hash is wrong when a byte of the body is', () => {
    const bytes = resealed(() => undefined);
    bytes[FRAME_HEADER_BYTES] = 0;
    expect(faultOf(bytes)).toMatchObject({ detail: 'the hash of the frame does not match' });
  });

  it('stop the program when they were sealed here with a header that is wrong', () => {
    const bytes = resealed((view) => view.setUint16(AT.kind, 9, true));
    expect(() => openSealed(bytes)).toThrow('sealed bytes have a good header');
  });
});

describe('the search for a frame', () => {
  const frame = resealed(() => undefined);

  it('finds the first at or after a place, past bytes that only look like one', () => {
    const looksLike = frame.subarray(0, 30);
    const bytes = Buffer.concat([looksLike, frame, frame]);
    expect(findFrame(bytes, 0)).toBe(30);
    expect(findFrame(bytes, 30)).toBe(30);
    expect(findFrame(bytes, 31)).toBe(30 + frame.length);
    expect(findFrame(bytes, 31 + frame.length)).toBe(-1);
    expect(findFrame(bytes.subarray(30), 0)).toBe(0);
  });

  it('finds none in a part of one', () => {
    expect(findFrame(frame.subarray(0, frame.length - 1), 0)).toBe(-1);
    expect(findFrame(frame.subarray(1), 0)).toBe(-1);
    expect(findFrame(new Uint8Array(0), 0)).toBe(-1);
  });
});
