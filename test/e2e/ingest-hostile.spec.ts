import { readFileSync, writeFileSync } from 'node:fs';
import { ensureBuilt, run, TemporaryDirectory } from './demo-process.js';
import { type HostileLine, hostileLines } from './hostile-lines.js';
import { verified } from './recovered-run.js';

const temporary = new TemporaryDirectory();
/** The first lines of the story of the examples: a small house with two trades. */
const story = readFileSync('examples/first-hour.jsonl', 'utf8').split('\n').slice(0, 17);
const time = '2021-05-19T00:03:00Z';
const deposit = { type: 'CollateralDeposited', account: 'bob', currency: 'USD', amountMinor: '7' };
const good = JSON.stringify({ ...deposit, time, messageId: '9999' });

interface Answer {
  readonly line: number;
  readonly status: string;
  readonly error?: string;
  readonly field?: string;
  readonly value?: string;
  readonly rule?: string;
  readonly reason?: number;
  readonly [key: string]: unknown;
}

function ingest(name: string, lines: readonly (string | Buffer)[]) {
  const file = temporary.in(`${name}.jsonl`);
  const bytes = lines.flatMap((line) => [Buffer.from(line), Buffer.from('\n')]);
  writeFileSync(file, Buffer.concat(bytes));
  return run('ingest', '--data-dir', temporary.in(name), '--clock', 'input', '--input', file);
}

function answersOf(text: string): Answer[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Answer);
}

/** A rejection with its number; or an error that names line, field, value and rule. */
function isRight({ expected }: HostileLine, answer: Answer): boolean {
  if ('reason' in expected) {
    return answer.status === 'rejected' && answer.reason === expected.reason;
  }
  const { status, error = '', field = '', value, rule = '' } = answer;
  if (status !== 'error' || field !== expected.error || !expected.rule.test(rule)) return false;
  if (field !== '' && value === undefined) return false;
  return error === `line ${String(answer.line)}: ${field === '' ? 'the line' : field} ${rule}`;
}

beforeAll(ensureBuilt, 120_000);
afterAll(() => temporary.remove());

describe('hostile lines', () => {
  const lines = hostileLines.map(({ line }) => line);
  let answers: Answer[];
  let code: number | null;
  let stderr: string;

  beforeAll(async () => {
    // The good line is last: the program serves on. The repeated ones come behind it.
    const ended = await ingest('hostile', [...story, ...lines, good, ...story, ...lines, good]);
    ({ code, stderr } = ended);
    answers = answersOf(ended.stdout);
  }, 60_000);

  it('are many and all different', () => {
    expect(hostileLines.length).toBeGreaterThan(85);
    expect(new Set(hostileLines.map(({ name }) => name)).size).toBe(hostileLines.length);
    expect(new Set(lines.map((line) => line.toString('latin1'))).size).toBe(lines.length);
    expect(answers.map(({ line }) => line)).toEqual(answers.map((_, place) => place + 1));
    expect(answers).toHaveLength(2 * (story.length + lines.length + 1));
  });

  it.each(hostileLines.map((line, place) => [line.name, line, place] as const))(
    '%s is refused, and says why',
    (_name, line, place) => {
      const answer = answers[story.length + place];
      expect({ answer, isRight: answer !== undefined && isRight(line, answer) }).toMatchObject({
        isRight: true,
      });
      const again = answers[2 * story.length + lines.length + 1 + place];
      expect(again !== undefined && isRight(line, again)).toBe(true);
    },
  );

  it('leave the program serving, and it says how many there were', () => {
    expect(answers[story.length + lines.length]).toMatchObject({ status: 'accepted' });
    const errors = answers.filter(({ status }) => status === 'error').length;
    expect(code).toBe(2);
    expect(stderr).toMatch(
      new RegExp(`^novate: line 18: .*; ${String(errors)} lines were not taken\n$`),
    );
  });

  it('are no reason to answer a repeated line otherwise than the first time', () => {
    const behind = story.length + lines.length + 1;
    for (const place of [...story.keys(), story.length + lines.length]) {
      const { sequence, utis } = answers[place] ?? { line: 0, status: '' };
      const again = answers[behind + place];
      expect(sequence).toEqual(expect.any(String));
      expect(again).toMatchObject({ status: 'duplicate', sequence, first: { status: 'accepted' } });
      expect(again?.['utis']).toEqual(utis);
    }
  });

  it('change nothing of the business', async () => {
    await ingest('unharmed', [...story, good]);
    const [hostile, unharmed] = [
      await verified(temporary.in('hostile')),
      await verified(temporary.in('unharmed')),
    ];
    expect(hostile.businessRoot).toBe(unharmed.businessRoot);
    expect(hostile.head).toBeGreaterThan(unharmed.head);
  });
});
