import { jest } from '@jest/globals';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, type Ended, run, TemporaryDirectory } from './demo-process.js';
import { answersOf, expectContinues, ingestArgs, novate, STORY } from './ingest-runs.js';
import { verified } from './recovered-run.js';
import { SmallDisk } from './small-disk.js';
import { callsIn, runTraced, type StoringCall, whyNoInjection } from './system-faults.js';

/**
 * `novate ingest` on a disk that fails: it ends with 3 and one line that says what and where, keeps
 * what it answered, and goes on when the fault is gone. `NOVATE_KILLS=full` fails every call.
 */
const isFull = process.env['NOVATE_KILLS'] === 'full';
const temporary = new TemporaryDirectory();
const noInjection = whyNoInjection();
const noDisk = SmallDisk.whyNot();

/** What a failed run must look like. */
function expectFailure({ code, stderr }: Pick<Ended, 'code' | 'stderr'>, words: RegExp): void {
  expect({ code, stderr }).toEqual({
    code: 3,
    stderr: expect.stringMatching(/^novate: .*\n$/) as string,
  });
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toMatch(words);
}

beforeAll(ensureBuilt, 120_000);
afterAll(() => temporary.remove());
jest.setTimeout(isFull ? 3_600_000 : 60_000);

(noInjection === undefined ? describe : describe.skip)('novate ingest, a call failing', () => {
  let businessRoot: string;

  const files = { out: temporary.in('out'), trace: temporary.in('trace') };
  const directory = temporary.in('faulty');
  const words = new RegExp(`(EIO|EROFS|ENOSPC).*|.*${directory}`);

  /** False when the run made fewer calls: HEAD is also written when a second has passed. */
  async function fails(call: StoringCall, error: string, nth: number): Promise<boolean> {
    rmSync(directory, { recursive: true, force: true });
    const fault = { call, nth, effect: `error=${error}` };
    const args = [novate, ...ingestArgs(directory, STORY)];
    const { code, stdout, stderr, trace } = await runTraced(args, files, fault);
    if (!trace.includes('(INJECTED)')) return false;
    expectFailure({ code, stderr }, words);
    await expectContinues(directory, STORY, stdout);
    expect((await verified(directory)).businessRoot).toBe(businessRoot);
    return true;
  }

  /** How many calls of a kind a whole run makes. */
  async function countOf(call: StoringCall): Promise<number> {
    rmSync(directory, { recursive: true, force: true });
    const { trace } = await runTraced([novate, ...ingestArgs(directory, STORY)], files, undefined);
    return callsIn(trace, call);
  }

  const sample: readonly [StoringCall, string, number][] = [
    ['fdatasync', 'EIO', 15], // a frame
    ['pwrite64', 'EROFS', 15],
    ['rename', 'EIO', 2], // the first segment's name
  ];

  beforeAll(async () => {
    const whole = temporary.in('whole');
    await run(...ingestArgs(whole, STORY));
    businessRoot = (await verified(whole)).businessRoot;
  }, 60_000);

  it.each(sample)('%s: %s in call %d', async (call, error, nth) => {
    expect(await fails(call, error, nth)).toBe(true);
  });

  it('at the clean stop: what was printed is kept all the same', async () => {
    let isInjected = false;
    for (let attempt = 1; attempt <= 3 && !isInjected; attempt += 1) {
      isInjected = await fails('fdatasync', 'EIO', await countOf('fdatasync'));
    }
    expect(isInjected).toBe(true);
  });

  (isFull ? it : it.skip)('in every call there is', async () => {
    for (const call of ['fdatasync', 'pwrite64', 'rename'] as const) {
      const count = await countOf(call);
      let injected = 0;
      for (let nth = 1; nth <= count; nth += 1) if (await fails(call, 'EIO', nth)) injected += 1;
      // HEAD written once more or less, by time.
      expect(injected).toBeGreaterThanOrEqual(count - 2);
    }
  });
});

(noDisk === undefined ? describe : describe.skip)('novate ingest on a disk of its own', () => {
  let disk: SmallDisk;

  afterEach(() => disk.unmount());

  /** So many inputs, each a second and a frame of its own. */
  function manyInputs(name: string, count: number): string {
    const file = temporary.in(name);
    const lines = Array.from({ length: count }, (_, k) => {
      const time = new Date(Date.UTC(2021, 4, 19) + k * 1000).toISOString();
      const messageId = String(k + 1).padStart(8, '0');
      return JSON.stringify({ time, messageId, type: 'MemberAdmitted', name: `M${String(k)}` });
    });
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  }

  it('that is full: cuts the started frame off, and goes on when there is room', async () => {
    disk = SmallDisk.mount(128 * 1024);
    const input = manyInputs('many.jsonl', 600);
    const directory = join(disk.path, 'log');
    const files = { out: temporary.in('full.out'), trace: temporary.in('full.trace') };
    const args = [novate, ...ingestArgs(directory, input)];
    const ended =
      noInjection === undefined
        ? await runTraced(args, files, undefined)
        : { ...(await run(...args.slice(1))), trace: undefined };
    expectFailure(ended, /ENOSPC.*what was printed is durable/);
    const answered = answersOf(ended.stdout).length;
    expect(answered).toBeGreaterThan(100);
    expect(answered).toBeLessThan(600);
    // The disk itself took a part of a frame before it refused the rest.
    if (ended.trace !== undefined) expect(shortWritesIn(ended.trace)).toBeGreaterThan(0);
    await verified(directory);
    disk.remount('size=4m');
    await expectContinues(directory, input, ended.stdout);
  });

  it('that is read-only: is refused, may be verified, and goes on when it is writable', async () => {
    disk = SmallDisk.mount(1024 * 1024);
    const directory = join(disk.path, 'log');
    const first = await run(...ingestArgs(directory, STORY));
    disk.remount('ro');
    const input = manyInputs('more.jsonl', 3);
    expectFailure(await run(...ingestArgs(directory, input)), /EROFS|read-only/);
    expectFailure(await run(...ingestArgs(join(disk.path, 'new'), input)), /EROFS|read-only/);
    expect((await run('verify', '--data-dir', directory)).code).toBe(0);
    disk.remount('rw');
    await expectContinues(directory, STORY, first.stdout);
  });
});

/** Writes that stored less than they were given. */
function shortWritesIn(trace: string): number {
  const writes = [...trace.matchAll(/pwrite64\(.*, (\d+), \d+\) += (\d+)$/gm)];
  return writes.filter(([, asked, stored]) => Number(stored) < Number(asked)).length;
}
