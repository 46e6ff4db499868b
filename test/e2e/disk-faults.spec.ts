import { jest } from '@jest/globals';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, type Ended, run, TemporaryDirectory } from './demo-process.js';
import { verified } from './recovered-run.js';
import { SmallDisk } from './small-disk.js';
import { callsIn, runTraced, type StoringCall, whyNoInjection } from './system-faults.js';

/**
 * `novate ingest` on a disk that fails: it ends with 3 and one line that says what and where, keeps
 * what it answered, and goes on when the fault is gone. `NOVATE_KILLS=full` fails every call.
 */
const isFull = process.env['NOVATE_KILLS'] === 'full';
const novate = join(process.cwd(), 'bin/novate.mjs');
const STORY = 'examples/first-hour.jsonl';
const temporary = new TemporaryDirectory();
const noInjection = whyNoInjection();
const noDisk = SmallDisk.whyNot();

interface Answer {
  readonly line: number;
  readonly status: string;
  readonly sequence?: string;
}

function answersOf(stdout: string): Answer[] {
  const whole = stdout.slice(0, stdout.lastIndexOf('\n') + 1).trim();
  return whole === '' ? [] : whole.split('\n').map((line) => JSON.parse(line) as Answer);
}

function ingestArgs(directory: string, input: string): string[] {
  return ['ingest', '--data-dir', directory, '--clock', 'input', '--input', input];
}

/** What a failed run must look like. */
function expectFailure({ code, stderr }: Pick<Ended, 'code' | 'stderr'>, words: RegExp): void {
  expect({ code, stderr }).toEqual({
    code: 3,
    stderr: expect.stringMatching(/^novate: .*\n$/) as string,
  });
  expect(stderr.trim().split('\n')).toHaveLength(1);
  expect(stderr).toMatch(words);
}

/** The same input again: what was answered is answered as before, the rest is taken, all is well. */
async function expectContinues(directory: string, input: string, told: string): Promise<void> {
  const again = await run(...ingestArgs(directory, input));
  expect({ code: again.code, stderr: again.stderr }).toMatchObject({ code: 0 });
  const answers = answersOf(again.stdout);
  for (const { line, status, sequence } of answersOf(told)) {
    expect(status).toBe('accepted');
    expect(answers[line - 1]).toMatchObject({ line, status: 'duplicate', sequence });
  }
  await verified(directory);
}

beforeAll(ensureBuilt, 120_000);
afterAll(() => temporary.remove());

(noInjection === undefined ? describe : describe.skip)('novate ingest, a call failing', () => {
  jest.setTimeout(isFull ? 3_600_000 : 60_000);
  let businessRoot: string;

  const files = { out: temporary.in('out'), trace: temporary.in('trace') };
  const directory = temporary.in('faulty');
  const words = new RegExp(`(EIO|EROFS|ENOSPC).*|.*${directory}`);

  async function failing(call: StoringCall, error: string, nth: number): Promise<void> {
    rmSync(directory, { recursive: true, force: true });
    const fault = { call, nth, effect: `error=${error}` };
    const args = [novate, ...ingestArgs(directory, STORY)];
    const { code, stdout, stderr, trace } = await runTraced(args, files, fault);
    expect(trace).toContain('(INJECTED)');
    expectFailure({ code, stderr }, words);
    await expectContinues(directory, STORY, stdout);
    expect((await verified(directory)).businessRoot).toBe(businessRoot);
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

  it.each(sample)('%s: %s in call %d', failing);

  it('at the clean stop: what was printed is kept all the same', async () => {
    const args = [novate, ...ingestArgs(directory, STORY)];
    rmSync(directory, { recursive: true, force: true });
    const { trace } = await runTraced(args, files, undefined);
    await failing('fdatasync', 'EIO', callsIn(trace, 'fdatasync'));
  });

  (isFull ? it : it.skip)('in every call there is', async () => {
    rmSync(directory, { recursive: true, force: true });
    const args = [novate, ...ingestArgs(directory, STORY)];
    const { trace } = await runTraced(args, files, undefined);
    for (const call of ['fdatasync', 'pwrite64', 'rename'] as const) {
      for (let nth = 1; nth <= callsIn(trace, call); nth += 1) await failing(call, 'EIO', nth);
    }
  });
});

(noDisk === undefined ? describe : describe.skip)('novate ingest on a disk of its own', () => {
  jest.setTimeout(60_000);
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
