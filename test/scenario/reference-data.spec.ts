import { A } from '#libs/clearing';
import { namesOf } from '../support/house-driver.js';
import { CLOSE, future, inversePerpetual, option } from '../support/contracts.js';
import {
  account,
  BTC,
  CLEARED,
  DAY,
  deposit,
  EXCHANGE,
  perpetual,
  smallHouse,
  trade,
  USD,
} from '../support/small-house.js';

const { alice, bob, gross1, gross1a } = account;
const open = { type: 'AccountOpened', name: 'new', pool: CLEARED, member: 1, parent: 0 } as const;

describe('names', () => {
  it.each([
    { type: 'PublisherRegistered', name: 'operator' },
    { type: 'VenueConnected', name: 'XNOV', acceptance: 0 },
    { type: 'MemberAdmitted', name: 'M1' },
    { type: 'CurrencyListed', name: 'USD', minorDigits: 4 },
    { type: 'PoolOpened', name: 'exchange', baseCurrency: USD, ladder: 0 },
    { ...open, name: 'alice', pool: EXCHANGE, member: 0, accountKind: 0 },
    { ...perpetual },
  ] as const)('$type: taken, missing, new', (input) => {
    const driver = smallHouse();
    const before = driver.businessRoot();
    expect(driver.refuse(input)).toBe(501);
    expect(driver.refuse({ ...input, name: '' })).toBe(502);
    expect(driver.businessRoot()).toBe(before);
    expect(namesOf(driver.accept({ ...input, name: 'NEW' }))).toEqual([input.type]);
  });
});

describe('accounts', () => {
  it.each([
    { reason: 230, name: 'unknown pool', terms: { accountKind: 5, pool: 9 } },
    { reason: 231, name: 'unknown member', terms: { accountKind: 5, member: 9 } },
    { reason: 504, name: 'direct with a member', terms: { accountKind: 0, pool: EXCHANGE } },
    { reason: 504, name: 'direct, cleared pool', terms: { accountKind: 0, member: 0 } },
    { reason: 504, name: 'no member', terms: { accountKind: 5, member: 0 } },
    { reason: 504, name: 'member, exchange pool', terms: { accountKind: 5, pool: EXCHANGE } },
    { reason: 504, name: 'second house', terms: { accountKind: 1 } },
    { reason: 504, name: 'parent not expected', terms: { accountKind: 5, parent: gross1 } },
    { reason: 504, name: 'client without parent', terms: { accountKind: 4 } },
    { reason: 504, name: 'parent of another kind', terms: { accountKind: 4, parent: gross1a } },
    { reason: 0, name: 'client', terms: { accountKind: 4, parent: gross1 } },
    { reason: 0, name: 'individual', terms: { accountKind: 5 } },
  ])('$reason: $name', ({ reason, terms }) => {
    expect(smallHouse().refuse({ ...open, ...terms })).toBe(reason);
  });

  it('504: a parent of another member', () => {
    const driver = smallHouse();
    driver.accept({ type: 'MemberAdmitted', name: 'M2' });
    expect(driver.refuse({ ...open, accountKind: 4, member: 2, parent: gross1 })).toBe(504);
  });

  it('are closed when nothing is left in them', () => {
    const driver = smallHouse();
    const close = { type: 'AccountClosed', account: alice } as const;
    expect(driver.refuse({ ...close, account: 99 })).toBe(201);
    driver.accept(deposit(alice, 10));
    driver.accept(deposit(bob, 1_000));
    expect(driver.refuse(close)).toBe(542); // balance
    expect(driver.refuse({ ...close, account: gross1 })).toBe(542); // clients
    for (const client of [gross1a, account.gross1b]) driver.accept({ ...close, account: client });
    driver.accept({ ...close, account: gross1 });
    expect(driver.state.accounts.get(gross1, A.clients)).toBe(0);
    expect(driver.refuse({ ...open, accountKind: 4, parent: gross1 })).toBe(504);
    const whole = { type: 'WithdrawalRequested', account: alice, currency: USD } as const;
    driver.accept({ ...whole, amountMinor: driver.balance(alice) });
    const withdrawal = driver.house.lastSequence;
    expect(driver.refuse(close)).toBe(542); // reserved
    driver.accept({ type: 'WithdrawalReleased', withdrawal });
    expect(driver.refuse(close)).toBe(542); // not paid yet: it may come back
    driver.accept({ type: 'PaymentConfirmed', withdrawal });
    driver.accept(close);
    expect(driver.refuse(close)).toBe(203);
    expect(driver.refuse(trade(bob, alice, 1, 400_000))).toBe(108);
  });

  it('542: a position, or a cost that is not settled yet', () => {
    const driver = smallHouse();
    for (const id of [alice, bob]) driver.accept(deposit(id, 1_000));
    driver.accept(trade(alice, bob, 1, 400_000));
    expect(driver.refuse({ type: 'AccountClosed', account: bob })).toBe(542);
    driver.accept(trade(bob, alice, 1, 390_000));
    expect(driver.refuse({ type: 'AccountClosed', account: bob })).toBe(542);
  });
});

describe('contracts', () => {
  const call = option('call', 'equity', 420_000);
  it.each([
    { reason: 204, name: 'unknown currency', contract: { ...perpetual, currency: 9 } },
    { reason: 512, name: 'no lots', contract: { ...perpetual, maxLots: 0 } },
    { reason: 512, name: 'beyond 2^50', contract: { ...perpetual, maxLots: 11_258_999 + 1 } },
    { reason: 0, name: 'up to 2^50', contract: { ...perpetual, maxLots: 11_258_999 } },
    { reason: 512, name: 'inverse, 2^50', contract: { ...inversePerpetual, maxLots: 11_259 } },
    { reason: 0, name: 'inverse', contract: { ...inversePerpetual, maxLots: 11_258 } },
    { reason: 512, name: 'perpetual that expires', contract: { ...perpetual, expiresAt: CLOSE } },
    { reason: 512, name: 'future that does not', contract: { ...future, expiresAt: 0 } },
    { reason: 512, name: 'future of today', contract: { ...future, expiresAt: DAY } },
    { reason: 512, name: 'future with a strike', contract: { ...future, strikeTicks: 1 } },
    { reason: 512, name: 'future with premium', contract: { ...future, premium: 1 } },
    { reason: 512, name: 'option on nothing', contract: { ...call, underlying: 0 } },
    { reason: 512, name: 'option without right', contract: { ...call, optionType: 0 } },
    { reason: 512, name: 'option without strike', contract: { ...call, strikeTicks: 0 } },
    { reason: 512, name: 'inverse option', contract: { ...call, payoff: 1 } },
    { reason: 0, name: 'option', contract: call },
  ])('$reason: $name', ({ reason, contract }) => {
    expect(smallHouse().refuse({ ...contract, name: 'NEW' })).toBe(reason);
  });

  it('512: an option on an option, or on an inverse contract; 205: a coin without a price', () => {
    const driver = smallHouse();
    driver.accept(call);
    expect(driver.refuse({ ...call, name: 'CALL-ON-CALL', underlying: 2 })).toBe(512);
    driver.accept(inversePerpetual);
    expect(driver.refuse({ ...call, name: 'CALL-ON-INVERSE', underlying: 3 })).toBe(512);
    driver.accept({ type: 'CurrencyListed', name: 'ETH', minorDigits: 9 });
    expect(driver.refuse({ ...perpetual, name: 'ETH-PERP', currency: 3 })).toBe(205);
  });
});

describe('currencies, pools and logic', () => {
  it('are refused beyond what the program carries', () => {
    const driver = smallHouse();
    expect(driver.refuse({ type: 'CurrencyListed', name: 'X', minorDigits: 10 })).toBe(512);
    expect(driver.refuse({ type: 'PoolOpened', name: 'X', baseCurrency: 9, ladder: 0 })).toBe(204);
    expect(driver.refuse({ type: 'LogicActivated', logicVersion: 2 })).toBe(513); // in force
    expect(driver.refuse({ type: 'LogicActivated', logicVersion: 1 })).toBe(513); // older
    expect(driver.refuse({ type: 'LogicActivated', logicVersion: 99 })).toBe(513); // unknown
    for (let k = 3; k <= 64; k++) {
      driver.accept({ type: 'CurrencyListed', name: `C${String(k)}`, minorDigits: 2 });
    }
    expect(driver.refuse({ type: 'CurrencyListed', name: 'C65', minorDigits: 2 })).toBe(503);
    driver.accept(deposit(alice, 1));
    expect([driver.balance(alice, USD), driver.balance(alice, BTC)]).toEqual([10_000, 0]);
  });
});
