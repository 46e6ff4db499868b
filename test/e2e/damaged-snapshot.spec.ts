import { jest } from '@jest/globals';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FileEventLog, SimulatedDisk } from '#libs/event-log-file';
import { hex, recover, rootsOf } from '#libs/replay';
import { DurableRun, SEGMENT_BYTES, STORY_INPUTS } from './durable-run.js';

/**
 * A snapshot saves time and is never believed: with any bit of it flipped, or cut anywhere, the
 * state comes from an older one or from the log. `NOVATE_FLIPS=full` tries every bit and length.
 */
const isFull = process.env['NOVATE_FLIPS'] === 'full';
const STEP = isFull ? 1 : 997;
/** The rows are covered by one hash, each field of the header by a comparison of its own. */
const HEADER_STEP = isFull ? 1 : 23;
const DIRECTORY = '/log';

let disk: SimulatedDisk;
let names: string[];
let stateRoot: string;

/** The files of a directory on a disk in memory. */
async function imageOf(directory: string): Promise<SimulatedDisk> {
  const image = new SimulatedDisk(() => 0.5);
  for (const name of readdirSync(directory)) {
    const handle = await image.open(`${DIRECTORY}/${name}`, 'create');
    await handle.write(readFileSync(join(directory, name)), 0);
    await handle.fdatasync();
  }
  return image;
}

async function recovered(fs: SimulatedDisk): Promise<{ from: number; root: string }> {
  const log = await FileEventLog.open({ directory: DIRECTORY, fs, readOnly: true });
  const { state, snapshotSequence } = await recover(log, DIRECTORY, {}, fs);
  await log.close();
  return { from: snapshotSequence, root: hex(rootsOf(state).stateRoot) };
}

describe('a damaged snapshot', () => {
  jest.setTimeout(isFull ? 3_600_000 : 60_000);

  beforeAll(async () => {
    const directory = mkdtempSync(join(tmpdir(), 'novate-snapshots-'));
    try {
      const log = await FileEventLog.open({ directory, segmentBytes: SEGMENT_BYTES });
      const run = await DurableRun.open(log, directory, () => undefined);
      for (const goal of [40, 90]) {
        await run.feedTo(goal);
        await run.snapshot();
      }
      await run.feedTo(Math.min(110, STORY_INPUTS));
      stateRoot = hex(rootsOf(run.house.state).stateRoot);
      await log.close();
      disk = await imageOf(directory);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
    names = (await disk.list(DIRECTORY)).filter((name) => name.endsWith('.snapshot')).sort();
  });

  it('is not needed, and whole it is used', async () => {
    expect(names).toHaveLength(2);
    const [older = '', newest = ''] = names;
    expect(await recovered(disk)).toEqual({ from: sequenceOf(newest), root: stateRoot });
    const one = disk.copy(() => 0.5);
    await one.remove(`${DIRECTORY}/${newest}`);
    expect(await recovered(one)).toEqual({ from: sequenceOf(older), root: stateRoot });
    await one.remove(`${DIRECTORY}/${older}`);
    expect(await recovered(one)).toEqual({ from: 0, root: stateRoot });
  });

  it('with one bit flipped is passed over', async () => {
    const [older = '', newest = ''] = names;
    const path = `${DIRECTORY}/${newest}`;
    const bytes = disk.bytesOf(path);
    const headerBits = 8 * (bytes.indexOf(10, bytes.indexOf(10) + 1) + 1);
    expect(headerBits).toBeGreaterThan(8 * 200);
    const believed: number[] = [];
    for (let bit = 0; bit < bytes.length * 8; bit += bit < headerBits ? HEADER_STEP : STEP) {
      disk.flipBit(path, bit >>> 3, bit & 7);
      const { from, root } = await recovered(disk);
      disk.flipBit(path, bit >>> 3, bit & 7);
      if (from !== sequenceOf(older) || root !== stateRoot) believed.push(bit);
    }
    expect(believed).toEqual([]);
  });

  it('cut at any length is passed over', async () => {
    const [older = '', newest = ''] = names;
    const path = `${DIRECTORY}/${newest}`;
    const believed: number[] = [];
    for (let cut = 0; cut < disk.bytesOf(path).length; cut += isFull ? 1 : 307) {
      const torn = disk.copy(() => 0.5);
      torn.cut(path, cut);
      const { from, root } = await recovered(torn);
      if (from !== sequenceOf(older) || root !== stateRoot) believed.push(cut);
    }
    expect(believed).toEqual([]);
  });
});

function sequenceOf(file: string): number {
  return Number(file.slice(0, 16));
}
