import { catalogue, type Message, type MessageName } from '#libs/events';
import { HouseState } from '#libs/clearing-house';
import { A } from '#libs/clearing';
import { hiddenFields } from './event-visibility.js';
import { MemberScope } from './member-scope.js';

const state = new HouseState();
for (const name of ['M1', 'M2']) state.members.admit(name);
for (const member of [1, 2]) {
  const id = state.accounts.append();
  state.accounts.set(id, A.member, member);
}
const scope = new MemberScope(state, { name: 'm', role: 'member', member: 'M1' });

/** A message with every reference to members and accounts set to one id. */
function referring(type: MessageName, id: number): Message {
  const fields = Object.entries<{ type: string; to?: string }>(catalogue[type].fields);
  const values = fields.map(([name, { type: kind }]) => [name, kind === 'ref' ? id : 0] as const);
  return { ...Object.fromEntries(values), type } as unknown as Message;
}

const names = Object.values(catalogue).map(({ name }) => name);

describe('what a member sees of an event', () => {
  it.each(names)('%s of another member: nothing, or what concerns no one', (name) => {
    const hidden = hiddenFields(referring(name, 2), scope);
    const references = Object.entries<{ type: string; to?: string }>(catalogue[name].fields)
      .filter(([, { type, to }]) => type === 'ref' && (to === 'account' || to === 'member'))
      .map(([field]) => field);
    if (references.length > 0) expect(hidden).toBeUndefined();
  });

  it.each(names)('%s with a group of accounts: nothing', (name) => {
    const isGroup = Object.values<{ type: string; fields?: object }>(catalogue[name].fields).some(
      ({ type, fields }) => type === 'group' && Object.keys(fields ?? {}).includes('account'),
    );
    if (isGroup) expect(hiddenFields(referring(name, 1), scope)).toBeUndefined();
  });

  it('a trade of its own, without the other side', () => {
    const trade = { ...referring('TradeNovated', 1), seller: 2 } as Message;
    expect(hiddenFields(trade, scope)).toEqual(['seller', 'sellerFeeMinor']);
  });

  it('everything for those who see all', () => {
    const all = new MemberScope(state, { name: 'a', role: 'auditor' });
    for (const name of names) expect(hiddenFields(referring(name, 2), all)).toEqual([]);
  });
});
