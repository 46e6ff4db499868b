import { readFileSync } from 'node:fs';
import { readRecord } from '#libs/events';
import { SESSIONS, tradeOf } from '../support/stream-world.js';
import { CutProxy } from '../support/cut-proxy.js';
import { ensureBuilt, run, TemporaryDirectory } from './demo-process.js';
import { forEachInput } from './log-inputs.js';
import { hasPython, publishTrades } from './python-client.js';
import { StreamNode } from './stream-node.js';

const TRADES = 5_000;
(hasPython() ? describe : describe.skip)('a client written from the page alone, in Python', () => {
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
    await node.stop(); // a reader of the files alone may be a frame behind a running node
    await node.launch();
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
