import { EMPTY_CHAIN, type ChainState } from '#libs/event-log';
import {
  CHAIN_BYTES,
  getChain,
  getLogName,
  hasChecksum,
  putChain,
  putChecksum,
  putLogName,
  sameChain,
} from '../src/chain-codec.js';
import type { FileHandlePort } from '../src/file-system.js';
import { HeadFile, type HeadReading } from '../src/head-file.js';
import {
  SEGMENT_HEADER_BYTES,
  encodeSegmentHeader,
  readSegmentHeader,
  segmentName,
  segmentOrdinals,
} from '../src/segment-header.js';
import { SimulatedDisk } from '../src/simulated-disk.js';
import { seededRandom } from './seeded-random.js';

const SLOT = 4096;
const state: ChainState = {
  epoch: 2,
  frameNumber: 3,
  sequence: 2 ** 40,
  frameTimeUs: 5,
  logFrameNumber: 6,
  hash: new Uint8Array(32).fill(7),
  logHash: new Uint8Array(32).fill(8),
};

describe('a chain state in a file', () => {
  it('stands there field by field, little endian, and nothing beside it changes', () => {
    const bytes = new Uint8Array(4 + CHAIN_BYTES + 4).fill(9);
    putChain(bytes, 4, state);
    const view = Buffer.from(bytes);
    expect(CHAIN_BYTES).toBe(104);
    const numbers = [4, 12, 20, 28, 36].map((at) => view.readBigInt64LE(at));
    expect(numbers).toEqual([2n, 3n, 2n ** 40n, 5n, 6n]);
    expect([...new Set(bytes.subarray(44, 76))]).toEqual([7]);
    expect([...new Set(bytes.subarray(76, 108))]).toEqual([8]);
    expect([...bytes.subarray(0, 4), ...bytes.subarray(108)]).toEqual(Array(8).fill(9));
    const read = getChain(bytes, 4);
    expect(read).toEqual(state);
    bytes.fill(0);
    expect(read).toEqual(state);
  });

  it('is the same only if every field is', () => {
    const changes: readonly Partial<ChainState>[] = [
      ...['epoch', 'frameNumber', 'sequence', 'frameTimeUs', 'logFrameNumber'].map((field) => ({
        [field]: 1,
      })),
      { hash: state.logHash },
      { logHash: state.hash },
    ];
    expect(sameChain(state, { ...state })).toBe(true);
    for (const change of changes) expect(sameChain(state, { ...state, ...change })).toBe(false);
  });
});

describe('the checksum of a block', () => {
  it('stands in its first 32 bytes and covers all the others', () => {
    const block = new Uint8Array(40).fill(3);
    expect(hasChecksum(block)).toBe(false);
    putChecksum(block);
    expect([...block.subarray(32)]).toEqual(Array(8).fill(3));
    for (let byte = 0; byte < block.length; byte += 1) {
      const damaged = Uint8Array.from(block);
      damaged[byte] = (damaged[byte] ?? 0) ^ 1;
      expect([byte, hasChecksum(damaged)]).toEqual([byte, false]);
    }
    expect(hasChecksum(block)).toBe(true);
  });
});

describe('the name of a log', () => {
  it.each(['a', 'größe', 'x'.repeat(32)])('%j comes back', (name) => {
    const bytes = new Uint8Array(40);
    bytes[36] = 5;
    putLogName(bytes, 4, name);
    expect(getLogName(bytes, 4)).toBe(name);
  });

  it.each(['', 'x'.repeat(33), 'é'.repeat(17), 'a\0b'])('%j is refused', (name) => {
    const act = (): void => putLogName(new Uint8Array(40), 0, name);
    expect(act).toThrow('the name of a log is 1 to 32 bytes of text');
  });
});

describe('HEAD', () => {
  async function made(): Promise<{ disk: SimulatedDisk; file: HeadFile }> {
    const disk = new SimulatedDisk(seededRandom(1));
    return { disk, file: await HeadFile.create(disk, '/d', 'name', EMPTY_CHAIN) };
  }
  async function reading(disk: SimulatedDisk, mode: 'read' | 'update' = 'read') {
    return (await HeadFile.open(disk, '/d', mode)).reading;
  }
  const told = ({ record, damagedSlots }: HeadReading): unknown => [
    record?.generation,
    record?.clean,
    record?.state.sequence,
    damagedSlots,
  ];

  it('of a new log says in both slots that it is empty', async () => {
    const { disk } = await made();
    expect(disk.bytesOf('/d/HEAD')).toHaveLength(2 * SLOT);
    expect(told(await reading(disk))).toEqual([2, false, 0, []]);
    disk.flipBit('/d/HEAD', 100, 0);
    expect(told(await reading(disk))).toEqual([1, false, 0, [0]]);
  });

  it('is written in turn to the slot that is older, also after it was opened again', async () => {
    const { disk, file } = await made();
    await file.write({ clean: false, logName: 'name', state: { ...state, sequence: 10 } });
    await file.write({ clean: false, logName: 'name', state: { ...state, sequence: 20 } });
    expect(told(await reading(disk))).toEqual([4, false, 20, []]);
    const again = await HeadFile.open(disk, '/d', 'update');
    await again.file.write({ clean: true, logName: 'name', state: { ...state, sequence: 30 } });
    expect(told(await reading(disk))).toEqual([5, true, 30, []]);
    disk.flipBit('/d/HEAD', SLOT + 9, 3);
    expect(told(await reading(disk))).toEqual([4, false, 20, [1]]);
    disk.flipBit('/d/HEAD', 9, 3);
    expect(told(await reading(disk))).toEqual([undefined, undefined, undefined, [0, 1]]);
  });

  it('names the slot that is cut off, or that something follows', async () => {
    const { disk } = await made();
    disk.cut('/d/HEAD', 2 * SLOT - 1);
    expect(told(await reading(disk))).toEqual([2, false, 0, [1]]);
    const longer = await made();
    await (await longer.disk.open('/d/HEAD', 'update')).write(new Uint8Array(1), 2 * SLOT);
    expect(told(await reading(longer.disk))).toEqual([2, false, 0, [1]]);
  });

  it('is made durable as it was found before anything is written beside it', async () => {
    const { disk, file } = await made();
    const cached = { clean: false, logName: 'name', state: { ...state, sequence: 10 } };
    disk.faults = { syncErrorAt: disk.syncs + 1 };
    await expect(file.write(cached)).rejects.toThrow('EIO');
    expect(told(await reading(disk, 'update'))).toEqual([3, false, 10, []]);
    disk.crash();
    expect(told(await reading(disk))).toEqual([3, false, 10, []]);
  });

  it('is written no more after a write has failed', async () => {
    const { disk, file } = await made();
    const head = { clean: false, logName: 'name', state };
    disk.faults = { syncErrorAt: disk.syncs + 1 };
    await expect(file.write(head)).rejects.toThrow('EIO');
    await expect(file.write(head)).rejects.toThrow('EIO');
    await file.close();
  });
});

describe('the header of a segment', () => {
  const header = { logName: 'name', previousBytes: 4_000, before: state };
  const first = 10;

  function read(bytes: Uint8Array, ordinal = first, logName = 'name'): Promise<unknown> {
    const handle = {
      read: (target: Uint8Array, position: number) => {
        const part = bytes.subarray(position, position + target.length);
        target.set(part);
        return Promise.resolve(part.length);
      },
    };
    return readSegmentHeader(handle as unknown as FileHandlePort, ordinal, logName);
  }

  function changed(change: (view: DataView) => void): Uint8Array {
    const bytes = encodeSegmentHeader(header);
    change(new DataView(bytes.buffer));
    putChecksum(bytes);
    return bytes;
  }

  it('comes back, and begins with its checksum and its magic', async () => {
    const bytes = encodeSegmentHeader(header);
    expect(bytes).toHaveLength(SEGMENT_HEADER_BYTES);
    expect(Buffer.from(bytes).toString('latin1', 32, 40)).toBe('NVLSEGMT');
    expect(Buffer.from(bytes).readUInt32LE(40)).toBe(1);
    expect(await read(bytes)).toEqual(header);
  });

  it.each<[string, Uint8Array, number, string]>([
    ['the segment header is cut off', encodeSegmentHeader(header).subarray(0, 255), first, 'name'],
    ['the segment header is damaged', new Uint8Array(256), first, 'name'],
    [
      'format version 2 is not known',
      changed((view) => view.setUint32(40, 2, true)),
      first,
      'name',
    ],
    ["this segment belongs to log 'name'", encodeSegmentHeader(header), first, 'other'],
    ['the segment has a wrong name', encodeSegmentHeader(header), first + 1, 'name'],
  ])('is refused: %s', async (message, bytes, ordinal, logName) => {
    const place = `${segmentName(ordinal)} at byte 0`;
    await expect(read(bytes, ordinal, logName)).rejects.toThrow(`${message} (${place}; good up to`);
  });

  it('stands under a name of 16 digits, and other names are no segments', () => {
    expect(segmentName(123)).toBe('0000000000000123.nvl');
    const names = ['HEAD', segmentName(20), segmentName(3), 'a0000000000000001.nvl'];
    names.push('0000000000000001.nvl.new', '00000000000000001.nvl', '000000000000001.nvl');
    expect(segmentOrdinals(names)).toEqual([3, 20]);
  });
});
