import * as fc from 'fast-check';
import { A, AccountTable } from './accounts.js';

const COLUMNS = Object.values(A);
const writes = fc.array(
  fc.record({
    id: fc.integer({ min: 1, max: 40 }),
    column: fc.constantFrom(...COLUMNS),
    value: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 2 ** 31 - 1 })),
  }),
  { maxLength: 200 },
);

describe('rows of accounts', () => {
  it('give back what was written last, whichever columns are kept apart', () => {
    fc.assert(
      fc.property(writes, (given) => {
        const accounts = new AccountTable(2);
        for (let id = 1; id <= 40; id++) expect(accounts.append()).toBe(id);
        const plain = new Map<string, number>();
        for (const { id, column, value } of given) {
          accounts.set(id, column, value);
          plain.set(`${String(id)}/${String(column)}`, value);
        }
        for (let id = 1; id <= 40; id++) {
          for (const column of COLUMNS) {
            const expected = plain.get(`${String(id)}/${String(column)}`) ?? 0;
            expect(accounts.get(id, column)).toBe(expected);
          }
        }
      }),
    );
  });

  it('hold sequences and times, and no id beyond 32 bits', () => {
    const accounts = new AccountTable();
    const id = accounts.append();
    accounts.set(id, A.callDeadlineAt, 1_728_000_000_000_000);
    expect(accounts.get(id, A.callDeadlineAt)).toBe(1_728_000_000_000_000);
    expect(() => accounts.set(id, A.member, 2 ** 31)).toThrow('an id or a state has 32 bits');
    expect(() => accounts.set(id, COLUMNS.length, 1)).toThrow('an account has such a column');
    expect(() => accounts.set(2, A.member, 1)).toThrow('a row that exists is written');
  });

  it('name the clients of a parent, and of nobody else', () => {
    const accounts = new AccountTable();
    const [parent, client] = [accounts.append(), accounts.append()];
    expect(accounts.clientsOf(parent)).toBeUndefined();
    accounts.noteClient(client, parent);
    expect(accounts.clientsOf(parent)).toEqual([client]);
    expect(accounts.clientsOf(client)).toBeUndefined();
  });
});
