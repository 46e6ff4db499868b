import { jest } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { ensureBuilt, holderOf, NovateProcess, run, TemporaryDirectory } from './demo-process.js';
import { HttpNode } from './http-node.js';
import { SmallDisk } from './small-disk.js';
import { type StoringCall, tracer, whyNoInjection } from './system-faults.js';

/**
 * The node on a disk that fails, and two processes that want one directory. `NOVATE_KILLS=full`
 * tries more faults.
 */
const isFull = process.env['NOVATE_KILLS'] === 'full';
const temporary = new TemporaryDirectory();
const noInjection = whyNoInjection();
const noDisk = SmallDisk.whyNot();
const NDJSON = { 'content-type': 'application/x-ndjson' };
/** More than a small disk holds, or than it takes to meet a fault. */
const INPUTS_MAX = 3_000;

function inputOf(k: number): string {
  const messageId = String(k).padStart(8, '0');
  return JSON.stringify({ type: 'MemberAdmitted', name: `N${String(k)}`, messageId });
}

/** Sends inputs one by one until the node gives no answer any more; the answers by input. */
async function sendUntilEnd(node: HttpNode): Promise<Map<number, string>> {
  const answers = new Map<number, string>();
  try {
    for (let k = 1; k <= INPUTS_MAX; k += 1) {
      const reply = await node.ask('/v1/events', {
        body: inputOf(k),
        headers: NDJSON,
        as: 'operator',
      });
      if (!/"status":"accepted"/.test(reply.text)) break;
      answers.set(k, reply.text);
    }
  } catch {
    // It is gone: its exit code and its last line say why.
  }
  return answers;
}

/** It ended with 3 and one sentence; whatever else stands on stderr is its log. */
async function expectLastWords(node: HttpNode, words: RegExp): Promise<void> {
  expect(await node.ended).toBe(3);
  const lines = node.stderr.trim().split('\n');
  const sentences = lines.filter((line) => !line.startsWith('{'));
  expect(sentences).toHaveLength(1);
  expect(sentences[0]).toMatch(/^novate: /);
  expect(sentences[0]).toMatch(words);
}

/** Started again: each answer is given again, said to be repeated, and new inputs are taken. */
async function expectServesOn(data: string, answers: ReadonlyMap<number, string>): Promise<void> {
  const node = started(await HttpNode.start(data));
  const body = [...answers.keys(), INPUTS_MAX + 1].map(inputOf).join('\n');
  const { text } = await node.ask('/v1/events', { body, headers: NDJSON, as: 'operator' });
  const again = text.trim().split('\n');
  const first = [...answers.values()].map((answer, place) => {
    const told = answer
      .trim()
      .slice(0, -1)
      .replace('"line":1,', `"line":${String(place + 1)},`);
    return `${told},"repeated":true}`;
  });
  expect(again.slice(0, -1)).toEqual(first);
  expect(again.at(-1)).toContain('"status":"accepted"');
  expect(await node.stop()).toBe(0);
  const { code, stderr } = await run('verify', '--data-dir', data);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
}

const nodes: HttpNode[] = [];

function started(node: HttpNode): HttpNode {
  nodes.push(node);
  return node;
}

beforeAll(ensureBuilt, 120_000);
// Of those that a failed test leaves behind.
afterEach(() => Promise.all(nodes.splice(0).map((node) => node.kill())));
afterAll(() => temporary.remove());
jest.setTimeout(60_000);

(noInjection === undefined ? describe : describe.skip)('a node, a call failing', () => {
  const faults: readonly [StoringCall, string, number][] = [
    ['fdatasync', 'EIO', 14],
    ['pwrite64', 'EROFS', 14],
    ['pwrite64', 'EIO', 20],
  ];

  it.each(isFull ? faults : faults.slice(0, 1))(
    '%s: %s: stops, and serves on when it is started again',
    async (call, error, nth) => {
      const data = temporary.in(`${call}-${error}`);
      const fault = { call, nth, effect: `error=${error}` };
      const node = started(await HttpNode.startUnder(tracer(temporary.in('trace'), fault), data));
      const answers = await sendUntilEnd(node);
      await expectLastWords(node, new RegExp(`cannot go on: file:${data}: .*${error}`));
      expect(answers.size).toBeGreaterThan(0);
      await expectServesOn(data, answers);
    },
  );
});

(noDisk === undefined ? describe : describe.skip)('a node on a disk of its own', () => {
  let disk: SmallDisk;

  afterEach(() => disk.unmount());

  it('that is full: stops, and serves on when there is room', async () => {
    disk = SmallDisk.mount(112 * 1024);
    const data = join(disk.path, 'data');
    const node = started(await HttpNode.start(data));
    const answers = await sendUntilEnd(node);
    await expectLastWords(node, /cannot go on: .*ENOSPC.*nothing acknowledged is lost/);
    expect(answers.size).toBeGreaterThan(10);
    disk.remount('size=4m');
    await expectServesOn(data, answers);
  });

  it('that is read-only: does not start, and starts when it is writable', async () => {
    disk = SmallDisk.mount(1024 * 1024);
    const data = join(disk.path, 'data');
    disk.remount('ro');
    const refused = HttpNode.launch('--data-dir', data, '--port', '0');
    await expectLastWords(refused, /EROFS.*disk\/data/);
    disk.remount('rw');
    await expectServesOn(data, new Map());
  });
});

describe('two processes on one directory', () => {
  it('the second is refused and named the first, whichever they are', async () => {
    const data = temporary.in('shared');
    const holder = started(await HttpNode.start(data));
    const words = new RegExp(`in use by another process \\(pid ${String(holderOf(data))}\\)`);
    await expectLastWords(HttpNode.launch('--data-dir', data, '--port', '0'), words);
    const ingest = await run('ingest', '--data-dir', data, '--input', '/dev/null');
    expect(ingest).toMatchObject({ code: 3, stdout: '' });
    expect(ingest.stderr).toMatch(words);
    // The one that was there is not disturbed, and a killed one leaves no lock behind.
    const [answer] = await holder.batch([JSON.parse(inputOf(1)) as object]);
    expect(answer).toMatchObject({ status: 'accepted' });
    await holder.kill();
    expect((await run('ingest', '--data-dir', data, '--input', '/dev/null')).code).toBe(0);
  });

  it('a node is refused beside novate ingest', async () => {
    const data = temporary.in('ingesting');
    const args = ['bin/novate.mjs', 'ingest', '--data-dir', data];
    const holder = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = once(holder, 'close');
    holder.stdin.write(`${inputOf(1)}\n`);
    await once(holder.stdout, 'data');
    const second = HttpNode.launch('--data-dir', data, '--port', '0');
    await expectLastWords(second, new RegExp(`pid ${String(holder.pid)}`));
    holder.stdin.end();
    expect((await ended)[0]).toBe(0);
    const { code } = await new NovateProcess(['verify', '--data-dir', data]).ended;
    expect(code).toBe(0);
  });
});
