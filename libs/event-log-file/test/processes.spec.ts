import { jest } from '@jest/globals';
import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LogLocked, isDraft, type Frame } from '#libs/event-log';
import { FileEventLog } from '../src/index.js';
import { draftOf, smallDraft } from './sample-drafts.js';

const KILLS = 20;
const hooks = fileURLToPath(new URL('./typescript-hooks.mjs', import.meta.url));
const writerChild = fileURLToPath(new URL('./writer-child.js', import.meta.url));

interface Writer {
  readonly child: ChildProcessWithoutNullStreams;
  /** Last acknowledged sequence that arrived here. */
  acknowledged(): number;
  /** Resolves when it has acknowledged `frames` more. */
  progress(frames: number): Promise<void>;
  /** kill -9 and wait until it is gone and its output is read. */
  kill(): Promise<void>;
}

function startWriter(directory: string): Writer {
  const words = [
    '--conditions=source',
    '--import',
    hooks,
    `${writerChild.slice(0, -2)}ts`,
    directory,
  ];
  const child = spawn(process.execPath, words);
  let rest = '';
  let sequence = 0;
  let lines = 0;
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.stdout.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      lines += 1;
      if (/^\d+$/.test(line)) sequence = Number(line);
    }
  });
  const closed = once(child, 'close');
  return {
    child,
    acknowledged: () => sequence,
    progress: async (frames) => {
      const goal = lines + frames;
      while (lines < goal) {
        if (child.exitCode !== null) throw new Error(`the writer ended: ${errors}`);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    kill: async () => {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

describe('the file log among processes', () => {
  jest.setTimeout(120_000);
  let directory: string;
  let writer: Writer | undefined;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'novate-file-log-'));
  });
  afterEach(async () => {
    await writer?.kill();
    writer = undefined;
    await rm(directory, { recursive: true, force: true });
  });

  it(`loses nothing acknowledged over ${String(KILLS)} kill -9`, async () => {
    for (let round = 0; round < KILLS; round += 1) {
      writer = startWriter(directory);
      await writer.progress(2 + ((round * 7) % 11));
      await writer.kill();
      const acknowledged = writer.acknowledged();
      // No human, no waiting: the lock of a killed process is free at once.
      const log = await FileEventLog.open({ directory });
      const { sequence } = await log.head();
      expect(sequence).toBeGreaterThanOrEqual(acknowledged);
      expect(sequence).toBeLessThanOrEqual(acknowledged + 3 * 200);
      let next = 1;
      for await (const frame of log.read(1)) {
        expect(frame.firstSequence).toBe(next);
        expect(isDraft(frame, draftOf(frame.epoch, next))).toBe(true);
        next += frame.count;
      }
      expect(next).toBe(sequence + 1);
      await log.close();
    }
  });

  it('refuses a second process and names the first', async () => {
    writer = startWriter(directory);
    await writer.progress(2);
    const second = FileEventLog.open({ directory });
    await expect(second).rejects.toBeInstanceOf(LogLocked);
    await expect(second).rejects.toThrow(`pid ${String(writer.child.pid)}`);
    await writer.progress(2);
  });

  it('refuses a second writer in the same process too', async () => {
    const log = await FileEventLog.open({ directory });
    await expect(FileEventLog.open({ directory })).rejects.toBeInstanceOf(LogLocked);
    await log.close();
    await (await FileEventLog.open({ directory })).close();
  });

  it('takes over a LOCK that names a process which lives but does not hold it', async () => {
    await writeFile(join(directory, 'LOCK'), `pid ${String(process.ppid)}\n`);
    const log = await FileEventLog.open({ directory });
    await log.claim();
    await log.close();
  });

  it('lets a reader follow while another process writes, up to what is durable', async () => {
    writer = startWriter(directory);
    await writer.progress(1);
    const reader = await FileEventLog.open({ directory, readOnly: true, pollMs: 2 });
    const stop = new AbortController();
    const frames: Frame[] = [];
    for await (const frame of reader.follow(1, stop.signal)) {
      frames.push(frame);
      if (frames.length === 150) stop.abort();
    }
    let next = 1;
    for (const frame of frames) {
      expect(isDraft(frame, draftOf(frame.epoch, next))).toBe(true);
      next += frame.count;
    }
    await writer.kill();
    await reader.close();
  });

  it('shows an idle writer’s last frame to a reader after the head interval', async () => {
    const log = await FileEventLog.open({ directory, headIntervalMs: 100 });
    const { epoch } = await log.claim();
    const reader = await FileEventLog.open({ directory, readOnly: true, pollMs: 5 });
    await log.append(smallDraft(epoch, 1), 0);
    expect(await reader.head()).toMatchObject({ sequence: 0 });
    for await (const frame of reader.follow(1, AbortSignal.timeout(5000))) {
      expect(frame.firstSequence).toBe(1);
      break;
    }
    await log.append(smallDraft(epoch, 2), 1);
    await log.append(smallDraft(epoch, 3), 2);
    expect((await reader.head()).sequence).toBeGreaterThanOrEqual(2);
    await log.close();
    expect(await reader.head()).toMatchObject({ sequence: 3 });
    await reader.close();
  });

  it('can be read by many, written by none', async () => {
    const log = await FileEventLog.open({ directory });
    const { epoch } = await log.claim();
    await log.append(smallDraft(epoch, 1), 0);
    await log.close();
    const reader = await FileEventLog.open({ directory, readOnly: true });
    expect(await reader.head()).toMatchObject({ sequence: 1 });
    expect((await reader.append(smallDraft(epoch, 2), 1)).kind).toBe('rejected');
    await expect(reader.claim()).rejects.toThrow('reading only');
    await reader.close();
    const empty = FileEventLog.open({ directory: join(directory, 'none'), readOnly: true });
    await expect(empty).rejects.toThrow('there is no log');
  });
});
