import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { FRAME_HEADER_BYTES, KIND_EVENT, MAX_BODY_BYTES, ZERO_HASH } from './frame-layout.js';
import { findFrame, isFault, openFrame, openSealed } from './frame-opening.js';
import { sealFrame } from './frame-sealing.js';
import type { FrameDraft } from './port.js';

const draft: FrameDraft = {
  epoch: 1,
  firstSequence: 5,
  count: 2,
  frameTimeUs: 1_700_000_000_000_000,
  records: Uint8Array.from([1, 2, 3, 4, 5]),
};
const previous = new Uint8Array(32).fill(9);

describe('a sealed frame', () => {
  it('has the published layout, byte for byte', () => {
    const bytes = Buffer.from(sealFrame(draft, 3, previous));
    expect(bytes).toHaveLength(FRAME_HEADER_BYTES + 5);
    expect(bytes.toString('latin1', 0, 8)).toBe('NVLFRAME');
    expect([bytes.readUInt16LE(8), bytes.readUInt16LE(10)]).toEqual([1, 1]);
    expect(bytes.readUInt32LE(12)).toBe(5);
    const numbers = [16, 24, 32, 40, 48, 56].map((at) => bytes.readBigInt64LE(at));
    expect(numbers).toEqual([1n, 3n, 5n, 2n, 1_700_000_000_000_000n, 0n]);
    expect(bytes.subarray(64, 96)).toEqual(Buffer.from(previous));
    expect(bytes.subarray(96, 160)).toEqual(Buffer.alloc(64));
    const hash = createHash('sha256').update(bytes.subarray(0, 160)).update(bytes.subarray(192));
    expect(bytes.subarray(160, 192)).toEqual(hash.digest());
  });

  it('never changes: the golden hash', () => {
    // A log written by any release must verify in every later one.
    const bytes = Buffer.from(sealFrame(draft, 3, previous));
    expect(bytes.subarray(160, 192).toString('hex')).toBe(GOLDEN_HASH);
  });

  it('opens to what was sealed, at any offset, with a target or without', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.nat({ max: 2 ** 40 }),
        fc.nat({ max: 50 }),
        (records, firstSequence, offset) => {
          const one = { ...draft, records, firstSequence: firstSequence + 1 };
          const sealed = sealFrame(one, 7, previous, new Uint8Array(600));
          expect(Buffer.compare(sealed, sealFrame(one, 7, previous))).toBe(0);
          const padded = new Uint8Array(offset + sealed.length + 3);
          padded.set(sealed, offset);
          const opened = openFrame(padded, offset);
          expect(opened).toMatchObject({ kind: KIND_EVENT, frameNumber: 7, epoch: 1, count: 2 });
          if (isFault(opened)) return;
          expect(opened.firstSequence).toBe(firstSequence + 1);
          expect(Buffer.compare(opened.body, records)).toBe(0);
          expect(openSealed(sealed).hash).toEqual(opened.hash);
          expect(findFrame(padded, 0)).toBe(offset);
        },
      ),
    );
  });

  it('is made in the target that it fits into, and elsewhere when it does not', () => {
    const length = FRAME_HEADER_BYTES + draft.records.length;
    const [exact, longer, short] = [0, 1, -1].map((more) => new Uint8Array(length + more));
    for (const target of [exact, longer]) {
      const sealed = sealFrame(draft, 3, previous, target);
      expect([sealed.buffer === target?.buffer, sealed.length]).toEqual([true, length]);
    }
    const sealed = sealFrame(draft, 3, previous, short);
    expect(sealed.buffer === short?.buffer).toBe(false);
    expect(short?.every((byte) => byte === 0)).toBe(true);
    const hash = new Uint8Array(31);
    expect(() => sealFrame(draft, 3, hash)).toThrow('a hash has 32 bytes');
  });

  it('with any bit flipped does not open', () => {
    const sealed = sealFrame(draft, 3, previous);
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const damaged = Uint8Array.from(sealed);
      damaged[bit >>> 3] = (damaged[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      expect(isFault(openFrame(damaged))).toBe(true);
      expect(findFrame(damaged, 0)).toBe(-1);
    }
  });

  it('cut anywhere is short and says how many bytes it needs', () => {
    const sealed = sealFrame(draft, 3, previous);
    for (let length = 0; length < sealed.length; length += 1) {
      const needBytes = length < FRAME_HEADER_BYTES ? FRAME_HEADER_BYTES : sealed.length;
      expect(openFrame(sealed.subarray(0, length))).toMatchObject({ fault: 'short', needBytes });
    }
  });

  it('beyond the largest size is refused by an invariant', () => {
    expect(FRAME_HEADER_BYTES + MAX_BODY_BYTES).toBe(8_380_416);
    const records = new Uint8Array(MAX_BODY_BYTES + 1);
    expect(() => sealFrame({ ...draft, records }, 1, ZERO_HASH)).toThrow('MAX_FRAME_BYTES');
  });
});

const GOLDEN_HASH = 'a639d0e57cce964cfbd64c7e5ce296270dcd86339a459d92e9746ba70c225b3d';
