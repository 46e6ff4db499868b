import { readFileSync, writeFileSync } from 'node:fs';
import { ensureBuilt, run, TemporaryDirectory } from './demo-process.js';

/** The story of a portfolio under scenarios: alice is under liquidation at its end. */
const STORY = 'examples/portfolio-margin.jsonl';
const temporary = new TemporaryDirectory();
const D = temporary.in('story');
const ask = (...args: string[]) => run(...args, '--data-dir', D);

interface Figures {
  readonly equityMinor: string;
  readonly maintenanceMinor: string;
}

beforeAll(async () => {
  ensureBuilt();
  const { code } = await run('ingest', '--data-dir', D, '--clock', 'input', '--input', STORY);
  expect(code).toBe(0);
}, 120_000);

afterAll(() => temporary.remove());

describe('novate margin of an account', () => {
  it('says at which joint move it breaches, at the figures that a replay shows', async () => {
    const at = ['--account', 'alice', '--to', '46', '--json'];
    const { code, stdout } = await ask('margin', ...at, '--sell', 'BTC-PERP', '--lots', '5');
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as {
      readonly sequence: string;
      readonly moves: { readonly now: Figures; readonly down: { readonly before: Figures } | null };
      readonly order: { readonly side: string; readonly quantityLots: string };
    };
    const replayed = JSON.parse((await ask('replay', ...at)).stdout) as {
      readonly accounts: readonly { readonly margin: Figures }[];
      readonly exposures: { readonly account: { readonly instruments: readonly object[] } };
    };
    const { equityMinor, maintenanceMinor } = replayed.accounts[0]!.margin;
    expect(report.sequence).toBe('46');
    expect(report.moves.now).toMatchObject({ equityMinor, maintenanceMinor });
    expect(report.order).toMatchObject({ side: 'sell', quantityLots: '5' });
    expect(replayed.exposures.account.instruments).toHaveLength(2);
  });

  it.each([
    ['both an order to buy and one to sell', ['--buy', 'BTC-PERP', '--sell', 'BTC-PERP']],
    ['an instrument that is none', ['--buy', 'ETH-PERP']],
    ['an even number of points', ['--points', '4']],
    ['files beside it', ['--rulebook', 'R.json']],
    ['lots that are no number', ['--buy', 'BTC-PERP', '--lots', 'many']],
    ['a point beyond the log', ['--to', '100000']],
  ])('is refused with %s: exit 2 and one line', async (_name, args) => {
    const { code, stdout, stderr } = await ask('margin', '--account', 'alice', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });

  it('is refused without files and without an account', async () => {
    const { code, stderr } = await ask('margin');
    expect([code, stderr]).toEqual([2, expect.stringContaining('--account')]);
  });
});

describe('novate explain --check', () => {
  it('ends with 0 for an explanation that holds, with 1 and the place for one that does not', async () => {
    const file = temporary.in('explanation.json');
    writeFileSync(file, (await ask('explain', '47', '--json')).stdout);
    const holds = await ask('explain', '--check', file);
    expect(holds).toMatchObject({ code: 0, stderr: '' });
    expect(holds.stdout).toMatch(/^ok: \d{3} values of the explanation of event 47 hold\n$/);
    const text = readFileSync(file, 'utf8');
    const changed = text.replace('"gainMinor":"-', '"gainMinor":"-1');
    expect(changed).not.toBe(text);
    writeFileSync(file, changed);
    const fails = await ask('explain', '--check', file, '--json');
    expect(fails.code).toBe(1);
    expect(fails.stderr).toContain('margin.scenarioVector[0].gainMinor is');
    expect(JSON.parse(fails.stdout)).toMatchObject({ ok: false, sequence: '47' });
  });

  it('is refused with what is no explanation', async () => {
    const file = temporary.in('other.json');
    writeFileSync(file, '{"ok": true}');
    expect((await ask('explain', '--check', file)).code).toBe(2);
    writeFileSync(file, '{"ok"');
    expect((await ask('explain', '--check', file)).code).toBe(2);
    expect((await ask('explain')).code).toBe(2);
  });
});
