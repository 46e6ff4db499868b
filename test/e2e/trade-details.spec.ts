import { readFileSync, writeFileSync } from 'node:fs';
import { ensureBuilt, run, TemporaryDirectory } from './demo-process.js';

const temporary = new TemporaryDirectory();
const log = temporary.in('log');
type Line = Readonly<Record<string, unknown>>;

function linesOf(text: string): Line[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

/** The example's world without its trade, and that trade. */
const example = readFileSync('examples/inputs/TradeReported.jsonl', 'utf8').trim().split('\n');
const report = JSON.parse(example.at(-1) ?? '') as Line;

async function ingested(...reports: readonly object[]): Promise<Line[]> {
  const file = temporary.in('reports.jsonl');
  const lines = [...example.slice(0, -1), ...reports.map((one) => JSON.stringify(one))];
  writeFileSync(file, `${lines.join('\n')}\n`);
  const { stdout } = await run('ingest', '--data-dir', log, '--clock', 'input', '--input', file);
  return linesOf(stdout).slice(example.length - 1);
}

beforeAll(() => ensureBuilt(), 120_000);
afterAll(() => temporary.remove());

describe('a trade report in JSON', () => {
  it('is answered with the ids of its legs, and what it says besides is exported as it came', async () => {
    const answers = await ingested(
      { ...report, messageId: '1' },
      { ...report, messageId: '1' },
      { ...report, messageId: '1', segment: 'other' },
      { ...report, tradeId: '2', uti: 5 },
      { ...report, tradeId: '2', AcceptBy: '2021-05-19T00:00:01Z' },
      { ...report, tradeId: '2', notes: 'x'.repeat(2048) },
      { ...report, tradeId: '2', count: 2 ** 60 },
      { ...report, tradeId: '2', seller: 'alice' },
    );
    const [novated, again, reused, wrong, misspelt, long, inexact, refused] = answers;
    const sequence = String(novated?.['sequence']);
    const legs = `NOVATE0000CLEARING94${sequence.padStart(16, '0')}`;
    const utis = { buyerUti: `${legs}B`, sellerUti: `${legs}S`, previousUti: 'XNOV20210519000001' };
    expect(novated).toMatchObject({ status: 'accepted', ...utis });
    expect(again).toMatchObject({ status: 'duplicate', sequence, ...utis });
    expect(reused).toMatchObject({ status: 'rejected', reason: 601 });
    expect(wrong).toMatchObject({ field: 'uti', rule: 'must be a string' });
    expect(misspelt).toMatchObject({ field: 'AcceptBy', rule: 'is written acceptBy' });
    expect(long).toMatchObject({
      field: 'details',
      rule: 'must be at most 2048 bytes of canonical JSON',
    });
    expect(inexact).toMatchObject({
      field: 'count',
      rule: 'is a number beyond 2^53: write it as a string',
    });
    expect(refused).toMatchObject({ status: 'rejected', reason: 106 });

    const { stdout } = await run('export', '--data-dir', log, '--format', 'jsonl');
    const events = linesOf(stdout);
    const { uti, segment, buySide, sellSide, venueFlags } = report;
    const kept = {
      type: 'TradeDetailsRecorded',
      details: { uti, segment, buySide, sellSide, venueFlags },
    };
    const place = events.findIndex((event) => event['sequence'] === sequence);
    expect(events.slice(place, place + 3)).toMatchObject([
      { type: 'TradeNovated' },
      { type: 'InputIdentified', cause: sequence },
      { ...kept, trade: sequence, cause: sequence },
    ]);
    const last = events.at(-2)?.['sequence'];
    expect(events.slice(-2)).toMatchObject([
      { type: 'TradeRejected', reason: 106 },
      { ...kept, trade: last, cause: last },
    ]);
    expect((await run('verify', '--data-dir', log)).code).toBe(0);
    const told = await run('explain', '--data-dir', log, String(Number(sequence) + 2));
    expect(told.stdout).toContain('The venue says besides of trade');
  }, 60_000);
});
