import fc from 'fast-check';
import { amountMinor, lots } from '#libs/units';
import type { AccountTable } from './accounts.js';
import { P, PositionTable } from './positions.js';

/** Accounts by number alone: a table of positions asks for nothing else of them. */
function tableFor(accounts: number): PositionTable {
  return new PositionTable({ count: accounts } as AccountTable);
}

interface Written {
  readonly account: number;
  readonly instrument: number;
  readonly lots: number;
  readonly cost: number;
}

/** The logical rows, as a snapshot would hold them. */
function rowsOf(table: PositionTable): Written[] {
  const rows: { account: number; instrument: number; values: number[] }[] = [];
  table.writeRows({
    row: (_table, account, instrument) => rows.push({ account, instrument, values: [] }),
    number: (field, value) => {
      const row = rows.at(-1);
      if (row !== undefined) row.values[field] = value;
    },
    text: () => undefined,
  });
  return rows.map(({ account, instrument, values }) => ({
    account,
    instrument,
    lots: values[1] ?? 0,
    cost: values[2] ?? 0,
  }));
}

const key = (account: number, instrument: number): number => account * 1_000 + instrument;

describe('a table of positions', () => {
  it('is a map from account and instrument, whatever the order in which they come', () => {
    const one = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 80 }));
    fc.assert(
      fc.property(fc.array(one, { maxLength: 250 }), (opened) => {
        const table = tableFor(5);
        const twin = new Map<number, Written>();
        for (const [n, [account, instrument]] of opened.entries()) {
          const row = table.open(account, instrument, 7);
          expect(table.find(account, instrument)).toBe(row);
          const written = { account, instrument, lots: n + 1, cost: -n };
          table.set(row, P.lots, lots(written.lots));
          table.set(row, P.costMinor, amountMinor(0 - n));
          twin.set(key(account, instrument), { ...written, cost: 0 - n });
        }
        const sorted = [...twin].sort(([a], [b]) => a - b).map(([, written]) => written);
        expect(rowsOf(table)).toEqual(sorted);
        for (let account = 1; account <= 5; account += 1) {
          const held = sorted.filter((each) => each.account === account);
          expect(table.countOf(account)).toBe(held.length);
          for (let instrument = 0; instrument <= 81; instrument += 1) {
            const row = table.find(account, instrument);
            const expected = twin.get(key(account, instrument));
            expect(row === 0).toBe(expected === undefined);
            expect(table.touch(account, instrument)).toBe(expected?.lots ?? table.get(0, P.lots));
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it('grows for thousands of accounts with many positions, and nobody has another’s', () => {
    const accounts = 3_000;
    const table = tableFor(accounts);
    // In turn, so that each account's block moves while the others lie beside it.
    for (let instrument = 20; instrument >= 1; instrument -= 1) {
      for (let account = 1; account <= accounts; account += 1) {
        const row = table.open(account, instrument, 0);
        table.set(row, P.lots, lots(key(account, instrument)));
      }
    }
    let wrong = 0;
    for (let account = 1; account <= accounts; account += 1) {
      for (let instrument = 1; instrument <= 20; instrument += 1) {
        const held = table.get(table.find(account, instrument), P.lots);
        if (held !== key(account, instrument)) wrong += 1;
      }
    }
    expect(wrong).toBe(0);
    expect(rowsOf(table)).toHaveLength(20 * accounts);
  });

  it('knows nothing of an account that never traded, beyond its rows too', () => {
    const table = tableFor(1);
    for (const account of [0, 1, 1_000_000]) {
      expect([table.first(account), table.countOf(account)]).toEqual([0, 0]);
      expect([table.find(account, 1), table.touch(account, 1)]).toEqual([0, 0]);
      expect(table.touchKeys(account)).toBe(0);
    }
    table.open(1_000_000, 3, 0);
    expect(table.find(1_000_000, 3)).toBeGreaterThan(0);
    expect(table.touchKeys(1_000_000)).toBe(3);
  });

  it('writes only rows that exist, and only numbers that are kept', () => {
    const table = tableFor(1);
    const row = table.open(1, 1, 0);
    expect(() => table.set(0, P.lots, lots(1))).toThrow('a row that exists is written');
    expect(() => table.set(row + 100, P.lots, lots(1))).toThrow('a row that exists is written');
    expect(() => table.set(row, P.sweepOrdinal, 0.5)).toThrow('a safe integer');
    expect(() => table.open(1, 0, 0)).toThrow('a position has an account and an instrument');
  });
});
