import { LogCorruption } from '#libs/event-log';
import { FileEventLog, FrameIndex, SimulatedDisk, type FileLog } from '../src/index.js';
import { smallDraft } from './sample-drafts.js';
import { seededRandom } from './seeded-random.js';

const DIRECTORY = '/log';
const FRAMES = 40;
const schedule = (): (() => void) => () => undefined;
/** The writer's word: everything is durable. */
const durable = { sequence: () => FRAMES, changed: () => new Promise<void>(() => undefined) };

async function writtenLog(segmentBytes: number): Promise<SimulatedDisk> {
  const fs = new SimulatedDisk(seededRandom(3));
  const log = await FileEventLog.open({ directory: DIRECTORY, fs, segmentBytes, schedule });
  const { epoch } = await log.claim();
  for (let n = 1; n <= FRAMES; n += 1) await log.append(smallDraft(epoch, n), n - 1);
  await log.close();
  return fs;
}

function reader(fs: SimulatedDisk, index?: FrameIndex): Promise<FileLog> {
  const places = index === undefined ? {} : { index };
  return FileEventLog.open({
    directory: DIRECTORY,
    fs,
    readOnly: true,
    schedule,
    durable,
    ...places,
  });
}

/** Follows the log to its end, so that the index knows it. */
async function indexed(fs: SimulatedDisk): Promise<FrameIndex> {
  const index = new FrameIndex(200);
  const log = await reader(fs, index);
  const stopping = new AbortController();
  for await (const frame of log.follow(1, stopping.signal)) {
    if (frame.firstSequence === FRAMES) stopping.abort();
  }
  await log.close();
  return index;
}

async function sequencesFrom(log: FileLog, from: number): Promise<number[]> {
  const read: number[] = [];
  for await (const frame of log.read(from)) read.push(frame.firstSequence);
  return read;
}

describe('an index of places in the log', () => {
  it.each([1_200, 1 << 20])(
    'gives the frames that reading from a segment gives (%i)',
    async (size) => {
      const fs = await writtenLog(size);
      const [plain, placed] = [await reader(fs), await reader(fs, await indexed(fs))];
      for (let from = 1; from <= FRAMES + 1; from += 1) {
        const expected = Array.from({ length: FRAMES + 1 - from }, (_, k) => from + k);
        expect(await sequencesFrom(plain, from)).toEqual(expected);
        expect(await sequencesFrom(placed, from)).toEqual(expected);
      }
    },
  );

  it('begins at a place, and not at the start of the segment', async () => {
    const fs = await writtenLog(1 << 20);
    const index = await indexed(fs);
    expect(index.before(FRAMES)?.state.sequence).toBeGreaterThan(FRAMES - 4);
    const [plain, placed] = [await reader(fs), await reader(fs, index)];
    const segment = await fs.open(`${DIRECTORY}/0000000000000001.nvl`, 'update');
    await segment.write(new Uint8Array([255]), 400);
    await expect(sequencesFrom(plain, FRAMES)).rejects.toThrow(LogCorruption);
    expect(await sequencesFrom(placed, FRAMES)).toEqual([FRAMES]);
  });

  it('forgets every second place when it is full, and still knows one before each event', () => {
    const index = new FrameIndex(1);
    const state = { epoch: 1, frameNumber: 0, frameTimeUs: 0, logFrameNumber: 0 };
    const hashes = { hash: new Uint8Array(32), logHash: new Uint8Array(32) };
    const last = 100_000;
    for (let n = 1; n <= last; n += 1) index.note(1, n * 10, { ...state, ...hashes, sequence: n });
    expect(index.before(1)).toBeUndefined();
    for (const sequence of [2, 777, 50_000, last]) {
      const before = index.before(sequence)?.state.sequence ?? 0;
      expect(before).toBeLessThan(sequence);
      expect(before).toBeGreaterThan(sequence - 10);
    }
  });
});
