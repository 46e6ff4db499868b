import { A, M } from '#libs/clearing';
import { catalogue, type Field, type Message } from '#libs/events';
import { HouseState } from '../state/house-state.js';
import { releaseBands } from './band-release.js';
import { WatchEverybody } from './watch-everybody.js';

/** Of these no boundary depends on what they say of the account, or the band is asked itself. */
const HARMLESS: readonly string[] = [
  'CreditLimitSet',
  'LiquidationPlanned',
  'OpenOrderExposureReported',
  // Its account is new; its parent only has one client more.
  'AccountOpened',
];

const names = Object.keys(catalogue).filter((name) => accountFieldsOf(name).length > 0);

describe('an event that names an account', () => {
  it.each(names.filter((name) => !HARMLESS.includes(name)))('%s releases its unit', (name) => {
    const fields = accountFieldsOf(name);
    const state = houseOf(2 * fields.length);
    const accounts = fields.map((_, k) => 2 * k + 2);
    const message = {
      type: name,
      member: 0,
      ...Object.fromEntries(fields.map((field, k) => [field, accounts[k]])),
    };
    // Every second account is a client of the one before it, and is judged with it.
    expect(releasedBy(state, message as unknown as Message)).toEqual(
      expect.arrayContaining(accounts.map((account) => account - 1)),
    );
  });

  it('is one of those in the catalogue', () => {
    expect(names.length).toBeGreaterThan(20);
    expect(HARMLESS.filter((name) => !names.includes(name))).toEqual([]);
  });

  it('releases the house account that pays, too', () => {
    const state = houseOf(4);
    state.members.append();
    state.members.set(1, M.houseAccount, 3);
    const paid = { type: 'MemberPaid', member: 1, account: 2, amountMinor: 1 } as const;
    expect(releasedBy(state, paid as Message)).toEqual([1, 3]);
  });
});

function accountFieldsOf(name: string): string[] {
  const fields = catalogue[name as keyof typeof catalogue].fields as Record<string, Field>;
  return Object.entries(fields)
    .filter(([, field]) => field.type === 'ref' && field.to === 'account')
    .map(([field]) => field);
}

function releasedBy(state: HouseState, message: Message): number[] {
  const released: number[] = [];
  const release = (unit: number): void => {
    released.push(unit);
  };
  releaseBands(state, Object.assign(new WatchEverybody(state), { release }), message);
  return released;
}

function houseOf(count: number): HouseState {
  const state = new HouseState();
  for (let id = 1; id <= count; id++) {
    state.accounts.append();
    if (id % 2 === 0) state.accounts.set(id, A.parent, id - 1);
  }
  return state;
}
