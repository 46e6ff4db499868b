import { amountMinor, STORE_LIMIT } from '#libs/units';
import { BUST, BUST_WINDOW, BustWindow } from './bust-window.js';
import { IDENTITY_WINDOW, IdentityTable } from './identities.js';
import { BalanceTable, HouseLedger, L } from './ledger.js';
import { explainReason, rejections } from './rejections.js';

describe('balances', () => {
  /** A house with so many currencies, and the purses' balances. */
  function balancesIn(currencies: number): { house: HouseLedger; balances: BalanceTable } {
    const house = new HouseLedger();
    for (let c = 1; c <= currencies; c += 1) house.append();
    const balances = new BalanceTable(house, () => 3_000);
    return { house, balances };
  }

  it('stay with their purse and currency when room is made for more of both', () => {
    const { house, balances } = balancesIn(11);
    balances.ensureCurrencies(4);
    balances.credit(2, 3, amountMinor(700));
    balances.reserve(2, 3, amountMinor(50));
    balances.credit(5, 4, amountMinor(-30));
    balances.ensureCurrencies(4);
    balances.ensurePurse(1);
    balances.ensureCurrencies(11);
    balances.ensurePurse(2_999);
    balances.ensurePurse(2_999);
    balances.credit(2_999, 11, amountMinor(9));
    const found = [balances.balance(2, 3), balances.reserved(2, 3), balances.balance(5, 4)];
    expect([...found, balances.balance(2_999, 11), balances.balance(2, 4)]).toEqual([
      ...[700, 50, -30, 9, 0],
    ]);
    expect(balances.data[balances.at(2, 3)]).toBe(700);
    expect([3, 4, 11].map((c) => house.get(c, L.accounts))).toEqual([700, -30, 9]);
    expect(() => balances.credit(9_000, 1, amountMinor(1))).toThrow('credited has a row');
    expect(() => balances.reserve(9_000, 1, amountMinor(1))).toThrow('reserves has a row');
  });

  it('move within 2^52, and reserve no less than nothing', () => {
    const { balances } = balancesIn(1);
    balances.credit(1, 1, amountMinor(STORE_LIMIT - 5));
    expect(balances.canMove(1, 1, amountMinor(5))).toBe(true);
    expect(balances.canMove(1, 1, amountMinor(6))).toBe(false);
    expect(() => balances.credit(1, 1, amountMinor(6))).toThrow('an amount stays within 2^52');
    balances.reserve(1, 1, amountMinor(3));
    balances.unreserve(1, 1, amountMinor(3));
    expect(() => balances.unreserve(1, 1, amountMinor(1))).toThrow('no less than nothing');
  });
});

describe('the window of trades that can be busted', () => {
  it('forgets the oldest, and finds every other by its sequence', () => {
    const window = new BustWindow();
    const first = 10;
    for (let n = 0; n < BUST_WINDOW + 3; n += 1) window.remember(first + n * 2, n, -n, 0);
    for (const sequence of [first, first + 4, first + 7, first + 2 * (BUST_WINDOW + 3)]) {
      expect(window.find(sequence)).toBe(-1);
    }
    for (const n of [3, 4, 500, BUST_WINDOW, BUST_WINDOW + 2]) {
      const slot = window.find(first + n * 2);
      expect(slot).toBe(n % BUST_WINDOW);
      expect([window.matches(slot, n, -n), window.matches(slot, n, n + 1)]).toEqual([true, false]);
      expect(window.matches(slot, n + 1, -n)).toBe(false);
    }
    const slot = window.find(first + 2 * (BUST_WINDOW + 2));
    window.markDone(slot);
    expect(window.stateOf(slot)).toBe(BUST.done);
    expect(() => window.markDone(slot)).toThrow('a trade is busted once');
    expect(() => window.remember(first, 0, 0, 0)).toThrow('remembered in their order');
  });

  it('says of what it does not hold that it can never be busted', () => {
    const window = new BustWindow();
    expect([window.find(1), window.stateOf(-1)]).toEqual([-1, BUST.never]);
    expect(() => window.markDone(0)).toThrow('a busted trade is remembered');
  });
});

describe('the message ids that are remembered', () => {
  it('are as many as the window holds; what sorts before a forgotten one is too old', () => {
    const table = new IdentityTable(2);
    for (const [n, id] of ['b', 'c', 'd', 'a'].entries()) table.remember(1, id, 10 + n, n);
    expect(['b', 'c', 'd', 'a'].map((id) => table.find(1, id)?.sequence)).toEqual([
      ...[undefined, undefined, 2, 3],
    ]);
    expect(['a', 'c', 'ca', 'd'].map((id) => table.isTooOld(1, id))).toEqual([
      ...[true, true, false, false],
    ]);
    expect([table.isTooOld(2, 'a'), table.find(2, 'd')]).toEqual([false, undefined]);
    expect(() => table.remember(1, 'd', 1, 1)).toThrow('an id is remembered once');
    expect(() => new IdentityTable(0)).toThrow('a window holds an id');
  });

  it('are a million of each publisher where nothing else is said', () => {
    expect(IDENTITY_WINDOW).toBe(1_000_000);
    const table = new IdentityTable();
    table.remember(1, 'a', 1, 1);
    expect(table.find(1, 'a')).toEqual({ ordinal: 1, bodyHash: 1, sequence: 1 });
  });
});

describe('a reason for a refusal', () => {
  it('is explained in words, and an unknown one by its number alone', () => {
    const [number, [reasonName, rule, remedy]] = Object.entries(rejections)[0] ?? ['', []];
    const reason = Number(number);
    expect(explainReason(reason)).toEqual({ reason, reasonName, rule, remedy });
    const none = { reasonName: '', rule: '', remedy: '' };
    expect(explainReason(65_535)).toEqual({ reason: 65_535, ...none });
  });
});
