import { HouseState } from '#libs/clearing-house';
import { A } from '#libs/clearing';
import { AccountIndex } from './account-index.js';
import { AccountPages } from './account-pages.js';
import { MemberScope } from './member-scope.js';

/** Three members; account k belongs to member k modulo 4, so that every fourth has none. */
function houseOf(count: number): HouseState {
  const state = new HouseState();
  for (const name of ['M1', 'M2', 'M3']) state.members.admit(name);
  for (let k = 1; k <= count; k++) {
    const id = state.accounts.append();
    state.names.add('account', id, `a${String(k)}`);
    state.accounts.set(id, A.member, k % 4);
  }
  return state;
}

/** All pages, one after the other. */
function collect(state: HouseState, scope: MemberScope, limit: number): number[] {
  const pages = new AccountPages(state, new AccountIndex(state));
  const all: number[] = [];
  for (let after: string | undefined; ;) {
    const page = pages.page({
      scope,
      limit,
      after,
      rowOf: (id) => (id % 3 === 0 ? undefined : id),
    });
    expect(page.rows.length).toBeLessThanOrEqual(limit);
    all.push(...page.rows);
    if (page.next === undefined) return all;
    after = page.next;
  }
}

describe('pages of accounts', () => {
  const state = houseOf(500);
  const ids = Array.from({ length: 500 }, (_, k) => k + 1).filter((id) => id % 3 !== 0);
  const member = (name: string) => new MemberScope(state, { name, role: 'member', member: name });

  it.each([1, 7, 100, 1000])('hold every account once with a limit of %p', (limit) => {
    expect(collect(state, new MemberScope(state, { name: 'x', role: 'auditor' }), limit)).toEqual(
      ids,
    );
  });

  it.each(['M1', 'M2', 'M3'])('hold for %s its own', (name) => {
    const own = ids.filter((id) => id % 4 === Number(name.slice(1)));
    for (const limit of [1, 10, 1000]) expect(collect(state, member(name), limit)).toEqual(own);
  });

  it('hold nothing for a member that is not admitted, and not what has no member', () => {
    expect(collect(state, member('M4'), 10)).toEqual([]);
  });

  it('end when they have taken long, with at least one account', () => {
    const pages = new AccountPages(state, new AccountIndex(state));
    const scope = new MemberScope(state, { name: 'x', role: 'auditor' });
    const slow = (id: number): number => {
      for (const endsAt = performance.now() + 1; performance.now() < endsAt;);
      return id;
    };
    const page = pages.page({ scope, limit: 1000, after: undefined, rowOf: slow });
    expect(page.rows.length).toBeGreaterThanOrEqual(1);
    expect(page.rows.length).toBeLessThan(100);
    expect(page.next).toBe(`a${String(page.rows.length)}`);
  });

  it('go on after an account only when the asker may see it', () => {
    const pages = new AccountPages(state, new AccountIndex(state));
    const request = { scope: member('M1'), limit: 1, rowOf: (id: number) => id };
    expect(() => pages.page({ ...request, after: 'a2' })).toThrow('must be the last account');
    expect(pages.page({ ...request, after: 'a1' }).rows).toEqual([5]);
  });
});
