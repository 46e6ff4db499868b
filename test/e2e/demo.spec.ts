import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileLocation } from '#libs/runtime';
import { auditDay } from '../../apps/cli/src/demo/day-audit.js';
import { DayFigures } from '../../apps/cli/src/demo/day-figures.js';
import {
  type Ended,
  ensureBuilt,
  holderOf,
  logBytes,
  NovateProcess,
  run,
  TemporaryDirectory,
  untilLogBytes,
} from './demo-process.js';

interface Report {
  readonly run: { readonly trades: number; readonly tradesSent: number };
  readonly accounts: Readonly<Record<string, number>>;
  readonly margin: { readonly breaches: number };
  readonly liquidation: {
    readonly accounts: number;
    readonly ordersIssued: number;
    readonly ordersClosed: number;
    readonly largestOrder: string;
  };
  readonly shortfalls: { readonly amount: string; readonly covered: Record<string, string> };
  readonly conservation: readonly { readonly isEqual: boolean }[];
  readonly rejections: unknown;
  readonly prices: unknown;
  readonly verification: {
    readonly ok: boolean;
    readonly head: string;
    readonly stateRoot: string;
    readonly businessRoot: string;
    readonly recordedRootsCompared: number;
  };
}

const smallDay = ['--accounts', '300', '--trades', '5000', '--seed', '7'];
const temporary = new TemporaryDirectory();

function reportOf({ code, stdout, stderr }: Ended): Report {
  if (code !== 0) throw new Error(`exit ${String(code)}: ${stderr}`);
  return JSON.parse(stdout) as Report;
}

/** Everything that must be equal whether a day was interrupted or not. */
function outcome({ verification, margin, liquidation, shortfalls, prices, rejections }: Report) {
  const { head, stateRoot, businessRoot } = verification;
  return { head, stateRoot, businessRoot, margin, liquidation, shortfalls, prices, rejections };
}

beforeAll(() => ensureBuilt(), 180_000);
afterAll(() => temporary.remove());

describe('novate demo', () => {
  const whole = temporary.in('whole');
  let uninterrupted: Report;

  it('runs a small day through a node and verifies it', async () => {
    uninterrupted = reportOf(await run('demo', ...smallDay, '--data-dir', whole, '--json'));
    const { run: ran, accounts, margin, liquidation, verification, conservation } = uninterrupted;
    expect(ran.trades).toBe(5000);
    expect(ran.tradesSent).toBe(5000);
    expect(Object.values(accounts).reduce((sum, n) => sum + n, 0)).toBe(300);
    expect(margin.breaches).toBeGreaterThan(0);
    expect(liquidation.accounts).toBeGreaterThan(0);
    expect(liquidation.ordersClosed).toBe(liquidation.ordersIssued);
    expect(conservation.map(({ isEqual }) => isEqual)).toEqual([true, true, true]);
    expect(verification.ok).toBe(true);
    expect(verification.recordedRootsCompared).toBeGreaterThan(0);
  }, 120_000);

  it('covers shortfalls to the minor unit', () => {
    const units = (text: string): number => Math.round(Number(text) * 10_000);
    const { amount, covered } = uninterrupted.shortfalls;
    const paid = Object.values(covered).reduce((sum, text) => sum + units(text), 0);
    expect(paid).toBe(units(amount));
  });

  it('goes on after kill -9 of the node, the driver and both, and ends in the same state', async () => {
    const dataDir = temporary.in('killed');
    const args = ['demo', ...smallDay, '--data-dir', dataDir, '--json'];
    const total = logBytes(whole);
    const kills = [
      { at: 0.15, who: 'node' },
      { at: 0.3, who: 'driver' },
      { at: 0.5, who: 'both' },
      { at: 0.62, who: 'node' },
      { at: 0.75, who: 'driver' },
      { at: 0.88, who: 'both' },
    ] as const;
    for (const { at, who } of kills) {
      const driver = new NovateProcess(args);
      await untilLogBytes(dataDir, total * at, driver);
      const node = holderOf(dataDir);
      if (who !== 'driver') process.kill(node, 'SIGKILL');
      if (who !== 'node') driver.kill('SIGKILL');
      const { code, stderr } = await driver.ended;
      if (who !== 'node') continue;
      expect(code).toBe(3);
      expect(stderr).toContain('the node ended unexpectedly (signal SIGKILL)');
      expect(stderr).toContain(`novate demo --data-dir ${dataDir}`);
    }
    const resumed = reportOf(await run(...args));
    expect(resumed.run.tradesSent).toBeGreaterThan(0);
    expect(resumed.run.tradesSent).toBeLessThan(2000);
    expect(outcome(resumed)).toEqual(outcome(uninterrupted));
    expect(resumed.verification.ok).toBe(true);
  }, 240_000);

  it('stops in order on SIGINT, says how to go on, and goes on', async () => {
    const dataDir = temporary.in('interrupted');
    const driver = new NovateProcess(['demo', ...smallDay, '--data-dir', dataDir, '--json']);
    await untilLogBytes(dataDir, logBytes(whole) * 0.4, driver);
    driver.kill('SIGINT');
    const { code, stdout, stderr } = await driver.ended;
    expect(code).toBe(130);
    expect(stdout).toBe('');
    expect(stderr).toContain(`to go on: npx novate demo --data-dir ${dataDir}`);
    expect(readdirSync(dataDir).filter((name) => name.endsWith('.sock'))).toEqual([]);
    // The numbers are remembered: they need not be given again.
    const resumed = reportOf(await run('demo', '--data-dir', dataDir, '--json'));
    expect(outcome(resumed)).toEqual(outcome(uninterrupted));
  }, 120_000);

  it('sends nothing again when the day is complete', async () => {
    const again = reportOf(await run('demo', '--data-dir', whole, '--json'));
    expect(again.run.tradesSent).toBe(0);
    expect(outcome(again)).toEqual(outcome(uninterrupted));
  }, 120_000);

  it('prints a summary of at most 100 columns with commands that name real events', async () => {
    const { code, stdout } = await run('demo', '--data-dir', whole);
    expect(code).toBe(0);
    for (const line of stdout.split('\n')) {
      if (!line.includes('novate')) expect(line.length).toBeLessThanOrEqual(100);
    }
    expect(stdout).toContain(uninterrupted.verification.businessRoot);
    expect(stdout).toContain(
      `npx novate explain --data-dir ${whole} ${uninterrupted.liquidation.largestOrder}\n`,
    );
    // eslint-disable-next-line no-control-regex
    expect(stdout).not.toMatch(/\x1b\[/);
  }, 120_000);

  it('refuses other parameters than the day was begun with: exit 2', async () => {
    const { code, stderr, stdout } = await run('demo', '--data-dir', whole, '--seed', '8');
    expect(code).toBe(2);
    expect(stderr).toContain('was begun with --seed 7, not 8');
    expect(stdout).toBe('');
  });

  it('finds a byte that was changed afterwards', async () => {
    const dataDir = temporary.in('tampered');
    cpSync(whole, dataDir, { recursive: true });
    const segment = readdirSync(dataDir).find((name) => name.endsWith('.nvl')) ?? '';
    const bytes = readFileSync(join(dataDir, segment));
    const place = Math.floor(bytes.length / 3);
    bytes[place] = bytes[place]! ^ 1;
    writeFileSync(join(dataDir, segment), bytes);
    // The node does not start on it, ...
    const { code, stderr } = await run('demo', '--data-dir', dataDir, '--json');
    expect(code).toBe(3);
    expect(stderr).toMatch(/the hash of the frame does not match \(\d+\.nvl at byte \d+;/);
    expect(stderr).not.toContain(' at async');
    // ... and the re-reading after a run would not call it good.
    const audit = await auditDay(
      { location: fileLocation(dataDir) },
      new DayFigures(),
      () => undefined,
    );
    expect(audit.ok).toBe(false);
    expect(audit.fault).toContain('the hash of the frame does not match');
    const good = await auditDay(
      { location: fileLocation(whole) },
      new DayFigures(),
      () => undefined,
    );
    expect(good.fault).toBeUndefined();
    expect(good.businessRoot).toBe(uninterrupted.verification.businessRoot);
  }, 120_000);

  it('leaves a directory alone that holds something else', async () => {
    const dataDir = temporary.in('foreign');
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, '0000000000000001.nvl'), 'precious');
    const { code, stderr } = await run('demo', ...smallDay, '--data-dir', dataDir);
    expect(code).toBe(2);
    expect(stderr).toContain('choose another --data-dir');
    expect(readdirSync(dataDir)).toEqual(['0000000000000001.nvl']);
  });

  it('is refused while another process has the log: exit 3', async () => {
    const dataDir = temporary.in('shared');
    const args = ['demo', ...smallDay, '--data-dir', dataDir, '--json'];
    const first = new NovateProcess(args);
    await untilLogBytes(dataDir, 100_000, first);
    const { code, stderr } = await run(...args);
    expect(code).toBe(3);
    expect(stderr).toContain('is in use by');
    first.kill('SIGINT');
    expect((await first.ended).code).toBe(130);
  }, 120_000);
});

describe('novate simulate', () => {
  const bars = (count: number, from: number): string =>
    ['timestamp,open,high,low,close,volume']
      .concat(
        Array.from({ length: count }, (_, k) => {
          const close = (from * (1 - k / (4 * count))).toFixed(2);
          return `${String(1_600_000_000 + k * 300)},1,1,1,${close},${String(10 + (k % 7))}`;
        }),
      )
      .join('\n');

  it('runs other bars, several symbols at once', async () => {
    const a = temporary.in('AAA-5m.csv');
    const b = temporary.in('whatever.csv');
    writeFileSync(a, bars(60, 400));
    writeFileSync(b, bars(60, 3));
    const dataDir = temporary.in('simulated');
    const market = ['--market', `${a},BBB=${b}`];
    const numbers = ['--accounts', '200', '--trades', '1000'];
    const args = ['simulate', ...market, ...numbers, '--data-dir', dataDir, '--json'];
    const report = reportOf(await run(...args));
    expect(report.run.trades).toBe(1000);
    expect(report.verification.ok).toBe(true);
    const prices = report.prices as { instrument: string }[];
    const names = prices.map(({ instrument }) => instrument);
    expect(names).toEqual(expect.arrayContaining(['AAA-PERP', 'BBB-PERP']));
  }, 120_000);

  it('lets time go on while a market is silent, also when it is killed meanwhile', async () => {
    const file = temporary.in('GAP-5m.csv');
    const lines = bars(90, 400).split('\n');
    // From the 40th to the 70th bar there is nothing, for two and a half hours.
    writeFileSync(file, [...lines.slice(0, 40), ...lines.slice(70)].join('\n'));
    const simulate = (name: string): string[] => [
      ...['simulate', '--market', file, '--accounts', '200', '--trades', '2000'],
      ...['--data-dir', temporary.in(name), '--json'],
    ];
    const whole = reportOf(await run(...simulate('gap-whole')));
    const first = new NovateProcess(simulate('gap-killed'));
    await untilLogBytes(temporary.in('gap-killed'), logBytes(temporary.in('gap-whole')) / 2, first);
    process.kill(holderOf(temporary.in('gap-killed')), 'SIGKILL');
    expect((await first.ended).code).toBe(3);
    const resumed = reportOf(await run(...simulate('gap-killed')));
    expect(resumed.run.tradesSent).toBeLessThan(2000);
    expect(outcome(resumed)).toEqual(outcome(whole));
    expect(resumed.verification.ok).toBe(true);
  }, 120_000);

  it('refuses two files of one symbol, missing files and files without bars: exit 2', async () => {
    const file = temporary.in('DUP-1.csv');
    const other = temporary.in('DUP-2.csv');
    const noBars = temporary.in('NONE-1.csv');
    for (const name of [file, other]) writeFileSync(name, bars(10, 5));
    writeFileSync(noBars, 'name,size\nx,1\n');
    const simulate = (market: string): Promise<Ended> =>
      run('simulate', '--market', market, '--data-dir', temporary.in('never'));
    const twice = await simulate(`${file},${other}`);
    expect(twice.code).toBe(2);
    expect(twice.stderr).toContain('tell them apart: SYMBOL=FILE');
    const missing = await simulate(temporary.in('GONE-1.csv'));
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('GONE-1.csv');
    const columns = await simulate(noBars);
    expect(columns.code).toBe(2);
    expect(columns.stderr).toContain('NONE-1.csv, line 1: a header names a time');
    expect(readdirSync(temporary.path)).not.toContain('never');
  });
});
