import { readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { ensureBuilt, TemporaryDirectory } from './demo-process.js';
import { HttpNode } from './http-node.js';

describe('whose turn it is on a processor', () => {
  const directory = new TemporaryDirectory();
  beforeAll(() => ensureBuilt());
  afterAll(() => directory.remove());

  it('the core comes first where the system allows it, and the node says whether', async () => {
    const node = await HttpNode.start(directory.in('high'));
    const nice = niceOfThreads(node.pid);
    const own = getPriority();
    const first = node.ready.comesFirst ? -20 : own;
    expect(nice).toMatchObject({ core: first, 'novate-log': own, 'novate-reader': 10 });
    expect(await node.stop()).toBe(0);
  });

  it('takes its turns with everybody else when it is told to', async () => {
    const node = await HttpNode.start(directory.in('normal'), '--core-priority', 'normal');
    expect(node.ready.comesFirst).toBe(false);
    const own = getPriority();
    expect(niceOfThreads(node.pid)).toMatchObject({ core: own, 'novate-log': own });
    expect(await node.stop()).toBe(0);
  });
});

/** Nice of a process's threads by name, its first one as `core`. */
function niceOfThreads(pid: number): Record<string, number> {
  const tasks = `/proc/${String(pid)}/task`;
  const all = readdirSync(tasks).map((id) => {
    const name = id === String(pid) ? 'core' : readFileSync(`${tasks}/${id}/comm`, 'utf8').trim();
    return [name, getPriority(Number(id))] as const;
  });
  return Object.fromEntries(all);
}
