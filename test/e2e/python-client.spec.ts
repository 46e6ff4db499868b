import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readRecord } from '#libs/events';
import { SESSIONS, tradeOf } from '../support/stream-world.js';
import { CutProxy } from './cut-proxy.js';
import { ensureBuilt, run, TemporaryDirectory } from './demo-process.js';
import { forEachInput } from './log-inputs.js';
import { StreamNode } from './stream-node.js';

const TRADES = 5_000;
const script = join(process.cwd(), 'examples/python/publish_trades.py');
const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) process.stdout.write('skipped: the Python client needs python3\n');

/** Runs the example; resolves with what it said, rejects when it failed. */
function publishTrades(...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: '1' };
    const child = spawn('python3', [script, ...args], { env });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.once('close', (code) => {
      if (code === 0) resolve(said);
      else reject(new Error(`exit code ${String(code)}: ${said}`));
    });
  });
}

(hasPython ? describe : describe.skip)('a client written from the page alone, in Python', () => {
  const directory = new TemporaryDirectory();
  let node: StreamNode;
  beforeAll(async () => {
    ensureBuilt();
    node = await StreamNode.withWorld(directory.in('data'));
  });
  afterAll(async () => {
    await node.stop();
    directory.remove();
  });

  it('publishes, is cut and resumes; its acknowledgements are what the log says', async () => {
    const proxy = await CutProxy.start(() => node.address);
    const acks = directory.in('acks.txt');
    const timer = setInterval(() => proxy.cut(), 40);
    const said = await publishTrades(
      ...['--address', proxy.address, '--token', node.tokenOf('venue'), '--publisher', 'venue'],
      ...['--trades', String(TRADES), '--acks', acks],
    );
    clearInterval(timer);
    await proxy.close();
    expect(said).toMatch(/5000 trades from number 1 on/);
    expect(proxy.cuts).toBeGreaterThan(0);
    const told = readFileSync(acks, 'ascii').trim().split('\n');
    const logged: string[] = [];
    await forEachInput(node.dataDir, ({ publisher, number, sequence, reason, view }) => {
      if (publisher !== SESSIONS.venue) return;
      logged.push(`${String(number)} ${String(sequence)} ${String(reason)}`);
      const sent = { ...tradeOf(number), publisher, publisherSequence: number };
      const { buffer, byteOffset } = view;
      expect(readRecord(new DataView(buffer, byteOffset, 98), 0)).toEqual(sent);
    });
    expect(logged).toHaveLength(TRADES);
    expect(told).toEqual(logged);
  });

  it('says why it is refused', async () => {
    const args = ['--address', node.address, '--publisher', 'venue', '--token', 'wrong'];
    await expect(publishTrades(...args)).rejects.toThrow(/refused: 3: no grant has this token/);
  });

  it('leaves a log that verifies', async () => {
    expect(await run('verify', '--data-dir', node.dataDir)).toMatchObject({ code: 0 });
  });
});
