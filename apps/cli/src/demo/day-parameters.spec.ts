import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BarSource } from './bar-source.js';
import { settleDay } from './day-parameters.js';

const market: BarSource[] = [{ symbol: 'BTC', file: 'a.csv', sha256: 'aa', bars: [] }];

describe('the numbers of a day in a directory', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'novate-day-'))));
  afterEach(() => rmSync(directory, { recursive: true }));

  it('are the wanted ones or the defaults on a new directory', () => {
    const { numbers, isResumed } = settleDay(directory, { seed: 0, accounts: 50 }, market);
    expect(numbers).toEqual({ seed: 0, accounts: 50, trades: 1_000_000 });
    expect(isResumed).toBe(false);
    expect(readdirSync(directory)).toEqual([]);
  });

  it('are remembered, and need not be given again', () => {
    settleDay(directory, { seed: 9, trades: 70 }, market).store();
    writeFileSync(join(directory, '0000000000000001.nvl'), '');
    const again = settleDay(directory, { trades: 70 }, market);
    expect(again.numbers).toEqual({ seed: 9, accounts: 10_000, trades: 70 });
    expect(again.isResumed).toBe(true);
  });

  it.each([
    [{ seed: 8 }, market, '--seed 9, not 8'],
    [{ accounts: 11 }, market, '--accounts 10000, not 11'],
    [{}, [{ ...market[0]!, sha256: 'bb' }], 'the bars of BTC from other files'],
    [{}, [{ ...market[0]!, symbol: 'ETH' }], 'the bars of BTC from other files'],
  ])('refuse %j', (wanted, bars, words) => {
    settleDay(directory, { seed: 9 }, market).store();
    const before = readFileSync(join(directory, 'demo.json'), 'utf8');
    expect(() => settleDay(directory, wanted, bars)).toThrow(words);
    expect(readFileSync(join(directory, 'demo.json'), 'utf8')).toBe(before);
  });

  it('belong to the log they were begun with', () => {
    const elsewhere = { where: 'nats://host:4222/day', holdsEvents: false };
    settleDay(directory, { seed: 9 }, market, elsewhere).store();
    const again = { ...elsewhere, holdsEvents: true };
    expect(settleDay(directory, {}, market, again).isResumed).toBe(true);
    expect(() => settleDay(directory, {}, market)).toThrow('with --log nats://host:4222/day');
    const other = { where: 'nats://host:4222/other', holdsEvents: false };
    expect(() => settleDay(directory, {}, market, other)).toThrow('give the same');
  });

  it('refuse a log elsewhere that holds something else', () => {
    const elsewhere = { where: 'nats://host:4222/day', holdsEvents: true };
    expect(() => settleDay(directory, {}, market, elsewhere)).toThrow('choose another stream');
  });

  it('refuse a log that is no simulated day, and a file that is no JSON', () => {
    writeFileSync(join(directory, '0000000000000001.nvl'), '');
    expect(() => settleDay(directory, {}, market)).toThrow('has no demo.json');
    writeFileSync(join(directory, 'demo.json'), '{');
    expect(() => settleDay(directory, {}, market)).toThrow('cannot be read');
  });
});
