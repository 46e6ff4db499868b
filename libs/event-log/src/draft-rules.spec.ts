import { SAFE_LIMIT } from '#libs/units';
import { EMPTY_CHAIN, headOf, ordinalOf, type ChainState } from './chain-state.js';
import { isDraft, refuseFrame, refuseLogRecords, splitRecords } from './draft-rules.js';
import { MAX_BODY_BYTES } from './frame-layout.js';
import type { AppendOutcome, FrameDraft } from './port.js';

const state: ChainState = {
  ...EMPTY_CHAIN,
  epoch: 3,
  frameNumber: 7,
  sequence: 20,
  frameTimeUs: 1_000,
  logFrameNumber: 5,
};
const draft: FrameDraft = {
  epoch: 3,
  firstSequence: 21,
  count: 2,
  frameTimeUs: 1_000,
  records: new Uint8Array(8),
};

/** A record of this many bytes that says so, or says another length. */
function record(bytes: number, said = bytes): Uint8Array {
  const made = new Uint8Array(bytes);
  if (bytes >= 4) new DataView(made.buffer).setUint32(0, said, true);
  return made;
}

function refusal(change: Partial<FrameDraft>, expectedHead = 20): AppendOutcome | undefined {
  return refuseFrame(state, { ...draft, ...change }, expectedHead);
}

describe('a frame that is to be appended', () => {
  it('is taken when it follows the head', () => {
    expect(refusal({})).toBeUndefined();
    expect(refusal({ count: 1, frameTimeUs: 1_001 })).toBeUndefined();
    expect(refusal({ records: new Uint8Array(MAX_BODY_BYTES) })).toBeUndefined();
  });

  it.each<[string, Partial<FrameDraft>]>([
    ['claim the log before writing to it', { epoch: 0 }],
    ['claim the log before writing to it', { epoch: 1.5 }],
    ['epoch 4 was never claimed', { epoch: 4 }],
    ['a frame holds at least one record', { count: 0 }],
    ['a frame holds at least one record', { count: 1.5 }],
    ['a frame without bytes', { records: new Uint8Array(0) }],
    [
      `${MAX_BODY_BYTES + 1} bytes of records are beyond the limit`,
      { records: new Uint8Array(MAX_BODY_BYTES + 1) },
    ],
    ['sequence 22 does not follow the head', { firstSequence: 22 }],
    ['sequence 20 does not follow the head', { firstSequence: 20 }],
    ['sequence 21 does not follow the head', { count: SAFE_LIMIT }],
    ['the time of the frame is before that of the head', { frameTimeUs: 999 }],
    ['the time of the frame is before that of the head', { frameTimeUs: 1_000.5 }],
  ])('is rejected: %s', (detail, change) => {
    expect(refusal(change)).toEqual({ kind: 'rejected', detail });
  });

  it('is in conflict when another head was expected, whatever else is wrong', () => {
    expect(refusal({ count: 0 }, 19)).toEqual({ kind: 'conflict', head: headOf(state) });
    expect(headOf(state)).toMatchObject({ sequence: 20, frameNumber: 7, frameTimeUs: 1_000 });
    expect(ordinalOf(state)).toBe(12);
  });

  it('tells an old writer first of all that it is fenced', () => {
    expect(refusal({ epoch: 2, count: 0 }, 19)).toEqual({ kind: 'fenced', epoch: 3 });
  });
});

describe('log records that are to be appended', () => {
  it('are taken when each is as long as it says', () => {
    expect(refuseLogRecords(state, [record(16), record(17)], 3)).toBeUndefined();
    const most = [record(MAX_BODY_BYTES - 16), record(16)];
    expect(refuseLogRecords(state, most, 3)).toBeUndefined();
  });

  it.each<[string, readonly Uint8Array[]]>([
    ['no log records', []],
    ['a log record is not as long as its header says', [record(16), record(15)]],
    ['a log record is not as long as its header says', [record(20, 19)]],
    ['log records beyond the limit of a frame', [record(MAX_BODY_BYTES - 16), record(17)]],
  ])('are rejected: %s', (detail, records) => {
    expect(refuseLogRecords(state, records, 3)).toEqual({ kind: 'rejected', detail });
  });

  it('are judged by their epoch first', () => {
    expect(refuseLogRecords(state, [], 2)).toEqual({ kind: 'fenced', epoch: 3 });
    expect(refuseLogRecords(state, [], 4)).toMatchObject({ detail: 'epoch 4 was never claimed' });
  });
});

describe('the body of a log frame', () => {
  const body = Buffer.concat([record(16), record(20)]);

  it('comes apart into its records', () => {
    const records = splitRecords(body, 2);
    expect(records?.map(({ length }) => length)).toEqual([16, 20]);
    expect(splitRecords(new Uint8Array(0), 0)).toEqual([]);
  });

  it.each<[string, Uint8Array, number]>([
    ['fewer records than bytes', body, 1],
    ['more records than bytes', body, 3],
    ['a record without a whole header', Buffer.concat([record(16), new Uint8Array(15)]), 2],
    ['a record shorter than a header', record(20, 15), 1],
    ['a record shorter than a header before a whole one', shortThenWhole(), 2],
    ['a record that reaches beyond the body', record(20, 21), 1],
    ['bytes behind the last record', record(21, 20), 1],
  ])('does not with %s', (_name, bytes, count) => {
    expect(splitRecords(bytes, count)).toBeUndefined();
  });

  function shortThenWhole(): Uint8Array {
    const bytes = record(24, 8);
    bytes.set(record(16), 8);
    return bytes;
  }

  it('may lie anywhere in its buffer', () => {
    const wide = Buffer.concat([new Uint8Array(5), body]);
    expect(splitRecords(wide.subarray(5), 2)?.map(({ length }) => length)).toEqual([16, 20]);
  });
});

describe('a stored frame', () => {
  it('is the draft only if all of it is the same', () => {
    const other: readonly Partial<FrameDraft>[] = [
      { epoch: 4 },
      { firstSequence: 22 },
      { count: 1 },
      { frameTimeUs: 1_001 },
      { records: new Uint8Array(8).fill(1) },
      { records: new Uint8Array([0, 0, 0, 0, 0, 0, 0, 1]) },
      { records: new Uint8Array(9) },
    ];
    expect(isDraft({ ...draft, records: new Uint8Array(8) }, draft)).toBe(true);
    for (const change of other) expect(isDraft({ ...draft, ...change }, draft)).toBe(false);
  });
});
