import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, run, TemporaryDirectory } from './demo-process.js';
import { Outsider } from './outsider.js';

const STORY = 'examples/first-hour.jsonl';
const temporary = new TemporaryDirectory();
/** The story of the examples, ingested once; only read after that. */
const D = temporary.in('story');

interface Answer {
  readonly line: number;
  readonly status: string;
  readonly [key: string]: unknown;
}

interface View {
  readonly account: string;
  readonly balances: { currency: string; balanceMinor: string }[];
  readonly positions: { instrument: string; positionLots: string; costMinor: string }[];
}

function linesOf<T>(text: string): T[] {
  return text
    .trim()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

function ingest(directory: string, file: string, ...more: string[]) {
  return run('ingest', '--data-dir', directory, '--clock', 'input', '--input', file, ...more);
}

/** Writes lines into a file of their own. */
function fileOf(name: string, ...lines: (object | string)[]): string {
  const path = temporary.in(name);
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  writeFileSync(path, `${texts.join('\n')}\n`);
  return path;
}

async function json<T>(...args: string[]): Promise<T> {
  const { code, stdout, stderr } = await run(...args, '--json');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as T;
}

let told: Answer[] = [];

beforeAll(async () => {
  ensureBuilt();
  const { code, stdout, stderr } = await ingest(D, STORY);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  told = linesOf<Answer>(stdout);
}, 120_000);

afterAll(() => temporary.remove());

describe('novate ingest', () => {
  it('answers every line, in order, with its place in the log', () => {
    expect(told.map(({ line }) => line)).toEqual(told.map((_, k) => k + 1));
    expect(new Set(told.map(({ status }) => status))).toEqual(new Set(['accepted']));
    expect(told[0]).toEqual({ line: 1, status: 'accepted', sequence: '2', frame: '1' });
  });

  it('answers repeated lines again and records nothing', async () => {
    const log = temporary.in('repeated');
    await ingest(log, STORY);
    const again = await ingest(log, STORY);
    const answers = linesOf<Answer>(again.stdout);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['duplicate']));
    for (const [k, { sequence, first }] of answers.entries()) {
      expect({ sequence, first }).toEqual({
        sequence: told[k]?.['sequence'],
        first: { status: 'accepted' },
      });
    }
    const report = await json<{ head: string }>('verify', '--data-dir', log);
    expect(report.head).toBe('87');
  });

  it('records the time that a repeated line moved, before it records the roots', async () => {
    const log = temporary.in('moved');
    const line = { type: 'MemberAdmitted', name: 'M1', messageId: '1' };
    const file = fileOf(
      'moved.jsonl',
      { ...line, time: '2021-05-19T01:00:00Z' },
      { ...line, time: '2021-05-19T01:00:05Z' },
    );
    const { stdout } = await ingest(log, file);
    expect(linesOf<Answer>(stdout).map(({ status }) => status)).toEqual(['accepted', 'duplicate']);
    expect(await json('verify', '--data-dir', log)).toMatchObject({ ok: true, rootsChecked: 1 });
  });

  it('goes on behind lines that are wrong, and ends with 2', async () => {
    const time = '2021-05-19T00:00:00Z';
    const file = fileOf(
      'bad.jsonl',
      { time, type: 'CurrencyListed', name: 'USD', minorDigits: 4 },
      '{"type": "CurrencyListed"',
      { type: 'CurrencyListed', name: 'EUR', minorDigits: 'two' },
      { type: 'PoolOpened', name: 'p', baseCurrency: 'GBP', ladder: 'exchange' },
      { type: 'MarginBreached', account: 'a' },
      { type: 'CurrencyListed', name: 'USD', minorDigits: 2 },
      { type: 'CurrencyListed', name: 'EUR', minorDigits: 2, messageId: 'é' },
      `"${'x'.repeat(70_000)}"`,
      { type: 'MemberAdmitted', name: 'M1' },
    );
    const { code, stdout, stderr } = await ingest(temporary.in('bad'), file);
    const answers = linesOf<Answer>(stdout);
    expect(answers.map(({ status }) => status)).toEqual([
      'accepted',
      ...Array.from({ length: 4 }, () => 'error'),
      'rejected',
      'error',
      'error',
      'accepted',
    ]);
    expect(answers[2]).toMatchObject({
      field: 'minorDigits',
      value: 'two',
      rule: 'must be a number',
    });
    expect(answers[3]).toMatchObject({ field: 'baseCurrency', value: 'GBP' });
    expect(answers[5]).toMatchObject({ reason: 501, reasonName: 'name-taken' });
    // Only what was accepted or refused by a rule stands in the log: 1 logic, 2 accepted, 1 refused.
    expect(answers[8]).toMatchObject({ sequence: '4' });
    expect(code).toBe(2);
    expect(stderr).toMatch(/^novate: line 2: .*; 6 lines were not taken\n$/);
  });

  it('refuses a jump of log time until it is accepted', async () => {
    const log = temporary.in('jump');
    const first = { type: 'MemberAdmitted', name: 'M1', time: '2021-05-19T00:00:00Z' };
    const later = { type: 'MemberAdmitted', name: 'M2', time: '2021-05-20T00:00:00Z' };
    await ingest(log, fileOf('first.jsonl', first));
    const file = fileOf('later.jsonl', later);
    const refused = await ingest(log, file);
    expect(refused.code).toBe(2);
    expect(refused.stdout).toBe('');
    expect(refused.stderr).toContain('--accept-time-jump');
    const accepted = await ingest(log, file, '--accept-time-jump');
    expect(accepted.code).toBe(0);
    const { stdout } = await run('export', '--data-dir', log, '--format', 'jsonl', '--from', '3');
    const events = linesOf<{ type: string; time: string }>(stdout);
    expect(events.map(({ type }) => type)).toEqual(['TimeJumpAccepted', 'MemberAdmitted']);
    expect(events[1]?.time).toBe('2021-05-20T00:00:00.000000Z');
  });

  it('takes standard input, keeps others out, and stops cleanly at a signal', async () => {
    const log = temporary.in('locked');
    const args = ['bin/novate.mjs', 'ingest', '--data-dir', log];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin.write('{"type":"MemberAdmitted","name":"M1"}\n');
    const [answer] = (await once(child.stdout, 'data')) as [Buffer];
    expect(linesOf<Answer>(answer.toString())[0]).toMatchObject({ line: 1, status: 'accepted' });
    const second = await run('ingest', '--data-dir', log, '--input', STORY);
    expect(second.code).toBe(3);
    expect(second.stderr).toMatch(/in use by another process \(pid \d+\)/);
    const closed = once(child, 'close');
    child.kill('SIGINT');
    expect((await closed)[0]).toBe(0);
    expect(await json('verify', '--data-dir', log)).toMatchObject({ ok: true, rootsChecked: 1 });
  });
});

describe('novate verify', () => {
  it('finds every decision and every root again', async () => {
    const report = await json('verify', '--data-dir', D);
    expect(report).toMatchObject({
      ok: true,
      events: 87,
      head: '87',
      rootsChecked: 1,
      firstDifference: null,
    });
  });

  it('says where a byte was changed, and ends with 1', async () => {
    const log = temporary.in('tampered');
    await ingest(log, STORY);
    const segment = readdirSync(log).find((name) => name.endsWith('.nvl')) ?? '';
    const bytes = readFileSync(join(log, segment));
    const at = bytes.indexOf('alice');
    expect(at).toBeGreaterThan(0);
    bytes[at] = 'A'.charCodeAt(0);
    writeFileSync(join(log, segment), bytes);
    const { code, stdout, stderr } = await run('verify', '--data-dir', log, '--json');
    expect(code).toBe(1);
    const report = JSON.parse(stdout) as { ok: boolean; firstDifference: { where: string } };
    expect(report.ok).toBe(false);
    expect(report.firstDifference.where).toContain(segment);
    expect(stderr).toContain('the log differs first at sequence');
  });

  it('notices that the segments are gone, and damage in the spare half of HEAD', async () => {
    const log = temporary.in('emptied');
    await ingest(log, STORY);
    const head = readFileSync(join(log, 'HEAD'));
    const flipped = Buffer.from(head);
    for (const slot of [0, 4096]) {
      flipped.set(head);
      flipped[slot + 60] = (head[slot + 60] ?? 0) ^ 1;
      writeFileSync(join(log, 'HEAD'), flipped);
      expect((await run('verify', '--data-dir', log)).code).toBe(1);
    }
    writeFileSync(join(log, 'HEAD'), head);
    expect((await run('verify', '--data-dir', log)).code).toBe(0);
    for (const name of readdirSync(log)) if (name.endsWith('.nvl')) rmSync(join(log, name));
    const { code, stderr } = await run('verify', '--data-dir', log);
    expect(code).toBe(1);
    expect(stderr).toContain('HEAD names frames but there is no segment');
  });

  it('of a directory without a log ends with 2', async () => {
    const { code, stderr } = await run('verify', '--data-dir', temporary.in('nothing'));
    expect(code).toBe(2);
    expect(stderr).toContain('there is no log');
  });
});

describe('novate export', () => {
  it('is enough to rebuild balances and positions without this program', async () => {
    const { stdout } = await run('export', '--data-dir', D, '--format', 'jsonl');
    const outsider = new Outsider();
    for (const event of linesOf<Record<string, string>>(stdout)) outsider.take(event);
    const { accounts } = await json<{ accounts: View[] }>('replay', '--data-dir', D);
    expect(accounts).toHaveLength(3);
    for (const { account, balances, positions } of accounts) {
      for (const { currency, balanceMinor } of balances) {
        expect(outsider.balances.get(`${account} ${currency}`)).toBe(BigInt(balanceMinor));
      }
      for (const { instrument, positionLots, costMinor } of positions) {
        expect(outsider.positions.get(`${account} ${instrument}`)).toEqual({
          lots: BigInt(positionLots),
          cost: BigInt(costMinor),
        });
      }
    }
  });

  it('writes a part into a file, whole or not at all', async () => {
    const out = temporary.in('part.csv');
    const args = ['--format', 'csv', '--from', '34', '--to', '36', '--out', out];
    const { code, stdout } = await run('export', '--data-dir', D, ...args);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    const [header = '', ...rows] = readFileSync(out, 'utf8').trim().split('\r\n');
    const columns = header.split(',');
    expect(columns.slice(0, 6)).toEqual(['sequence', 'frame', 'time', 'type', 'version', 'cause']);
    const trade = rows[0]?.split(',') ?? [];
    expect(trade[columns.indexOf('type')]).toBe('TradeNovated');
    expect(trade[columns.indexOf('buyer')]).toBe('alice');
    expect(rows).toHaveLength(3);
  });

  it('does not know parquet yet: exit 2', async () => {
    const { code, stderr } = await run('export', '--data-dir', D, '--format', 'parquet');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'novate: --format parquet is not available yet; use jsonl or csv\n',
    });
  });
});

describe('novate replay', () => {
  it('shows the state at a time: the order in flight just after the breach', async () => {
    const point = ['--to', '2021-05-19T00:28:00Z', '--account', 'alice'];
    const report = await json<{
      sequence: string;
      accounts: { state: string; margin: object }[];
      house: { openOrders: object[] };
    }>('replay', '--data-dir', D, ...point);
    expect(report.sequence).toBe('56');
    expect(report.accounts).toHaveLength(1);
    expect(report.accounts[0]).toMatchObject({
      state: 'liquidating',
      margin: { equityMinor: '18800000', maintenanceMinor: '18950000', level: 'breach' },
    });
    expect(report.house.openOrders).toHaveLength(1);
    const text = await run('replay', '--data-dir', D, ...point);
    expect(text.stdout).toContain('equity 1880.0000 USD, maintenance 1895.0000');
  });

  it.each([
    [['--to', '88'], 'the log ends at sequence 87'],
    [['--to', 'yesterday'], 'must be a sequence or an RFC 3339 time'],
    [['--account', 'nobody'], 'there is no account "nobody"'],
  ])('%j: exit 2', async (args, words) => {
    const { code, stderr } = await run('replay', '--data-dir', D, ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(words);
  });
});

describe('novate explain', () => {
  it('shows why alice was liquidated and what would have cured it', async () => {
    const report = await json<{
      chain: { type: string }[];
      margin: { cures: { sentence: string }[] };
      aftermath: { type: string }[];
    }>('explain', '--data-dir', D, '52');
    expect(report.chain.map(({ type }) => type)).toEqual(['PriceObserved', 'MarginBreached']);
    expect(report.margin.cures.map(({ sentence }) => sentence)).toEqual([
      'a deposit of 15.0000 USD',
      '8 lots of BTC-PERP fewer in alice, closed at the mark without a fee',
      'BTC-PERP at 37915.8 or above',
      'the cheapest single order to the target: sell 135 lots of BTC-PERP in alice for 76.4917 USD',
    ]);
    expect(report.aftermath.at(-1)?.type).toBe('LiquidationCompleted');
    const text = await run('explain', '--data-dir', D, '52');
    expect(text.stdout).toContain('what alone would have cured it');
  });

  it.each(['0', '88', 'x'])('of sequence %s: exit 2', async (sequence) => {
    const { code, stdout } = await run('explain', '--data-dir', D, sequence);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});

describe('novate diagnose', () => {
  const diagnosed = (logic: string) =>
    json<{ differing: number; differences: object[] }>(
      'diagnose',
      '--data-dir',
      D,
      '--logic',
      logic,
    );

  it('finds the fee that logic 1 rounds down, and nothing with logic 4', async () => {
    expect(await diagnosed('4')).toMatchObject({ logic: 4, differing: 0, differences: [] });
    const { differences } = await diagnosed('1');
    expect(differences).toContainEqual(
      expect.objectContaining({
        sequence: '59',
        changes: [
          expect.objectContaining({
            field: 'sellerFeeMinor',
            recorded: '126463',
            redecided: '126462',
          }),
        ],
      }),
    );
  });

  it('finds the plan that logic 3 does not record', async () => {
    const { differing, differences } = await diagnosed('3');
    expect(differing).toBe(1);
    expect(differences).toMatchObject([
      { onlyRecorded: [{ type: 'LiquidationPlanned', account: 'alice', outcome: 'restores' }] },
    ]);
  });

  it('finds the credit limits that logic 2 does not set', async () => {
    const { differing, differences } = await diagnosed('2');
    expect(differing).toBe(3);
    const type = 'CreditLimitSet';
    expect(differences).toMatchObject([
      { onlyRecorded: [{ type, account: 'alice', limit: 'reduce-only' }] },
      {
        onlyRecorded: [
          { type, account: 'alice', limit: 'blocked' },
          { type: 'LiquidationPlanned', account: 'alice' },
        ],
      },
      { onlyRecorded: [{ type, account: 'alice', limit: 'normal' }] },
    ]);
  });

  it('does not decide with a logic that it does not carry: exit 2', async () => {
    const { code } = await run('diagnose', '--data-dir', D, '--logic', '99');
    expect(code).toBe(2);
  });
});
