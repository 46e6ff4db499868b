import { L } from '#libs/clearing';
import { eventOf, type HouseDriver, namesOf } from '../support/house-driver.js';
import {
  account,
  CLEARED,
  deposit,
  EXCHANGE,
  priced,
  smallHouse,
  trade,
  usd,
  USD,
} from '../support/small-house.js';

const { alice, bob } = account;
const request = { type: 'WithdrawalRequested', account: alice, currency: USD } as const;

/** Requests a withdrawal; returns its id, the sequence of the event. */
function requested(driver: HouseDriver, dollars: number): number {
  driver.accept({ ...request, amountMinor: usd(dollars) });
  return driver.house.lastSequence;
}

function cash(driver: HouseDriver) {
  return {
    balance: driver.balance(alice),
    reserved: driver.reserved(alice),
    payable: driver.ledger(L.payable),
    nostro: driver.ledger(L.nostro),
  };
}

describe('a deposit', () => {
  it('is money at the bank and money of the account', () => {
    const driver = smallHouse();
    driver.accept(deposit(alice, 1_000));
    expect(cash(driver)).toEqual({
      balance: usd(1_000),
      reserved: 0,
      payable: 0,
      nostro: usd(1_000),
    });
  });
});

describe('a withdrawal of 400 of 1,000', () => {
  it('is reserved, instructed and paid', () => {
    const driver = smallHouse();
    driver.accept(deposit(alice, 1_000));
    const withdrawal = requested(driver, 400);
    expect(cash(driver)).toMatchObject({ balance: usd(1_000), reserved: usd(400) });
    expect(driver.figures(alice).equity).toBe(usd(600)); // what is reserved does not count
    expect(driver.refuse({ type: 'PaymentConfirmed', withdrawal })).toBe(221);
    driver.accept({ type: 'WithdrawalReleased', withdrawal });
    const instructed = { balance: usd(600), reserved: 0, payable: usd(400), nostro: usd(1_000) };
    expect(cash(driver)).toEqual(instructed);
    expect(driver.refuse({ type: 'WithdrawalReleased', withdrawal })).toBe(220);
    driver.accept({ type: 'PaymentConfirmed', withdrawal });
    expect(cash(driver)).toEqual({ ...instructed, payable: 0, nostro: usd(600) });
    expect(driver.refuse({ type: 'PaymentFailed', withdrawal })).toBe(221);
  });

  it('comes back when the bank does not pay', () => {
    const driver = smallHouse();
    driver.accept(deposit(alice, 1_000));
    const withdrawal = requested(driver, 400);
    driver.accept({ type: 'WithdrawalReleased', withdrawal });
    driver.accept({ type: 'PaymentFailed', withdrawal });
    expect(cash(driver)).toMatchObject({ balance: usd(1_000), payable: 0, nostro: usd(1_000) });
    expect(driver.refuse({ type: 'PaymentConfirmed', withdrawal })).toBe(221);
  });

  it('is cancelled at the release when the margin has gone meanwhile', () => {
    const driver = smallHouse();
    driver.accept(deposit(alice, 1_000));
    driver.accept(deposit(bob, 10_000));
    const withdrawal = requested(driver, 500);
    driver.accept(trade(alice, bob, 120, 400_000)); // 4,800: fee 2.40, initial 480
    driver.accept(priced(driver, 390_000));
    // Equity without the 500: 497.60 - 120 = 377.60 < 10 % of 4,680 = 468.
    const events = driver.accept({ type: 'WithdrawalReleased', withdrawal });
    expect(namesOf(events)).toEqual(['WithdrawalReleased', 'WithdrawalCancelled']);
    expect(eventOf(events, 'WithdrawalCancelled')).toMatchObject({ withdrawal, reason: 211 });
    expect(cash(driver)).toMatchObject({ balance: usd(997.6), reserved: 0, payable: 0 });
    expect(driver.refuse({ type: 'WithdrawalReleased', withdrawal })).toBe(220);
  });

  it('several withdrawals share the balance', () => {
    const driver = smallHouse();
    driver.accept(deposit(alice, 1_000));
    const first = requested(driver, 600);
    const second = requested(driver, 400);
    expect(driver.refuse({ ...request, amountMinor: 1 })).toBe(210);
    driver.accept({ type: 'WithdrawalReleased', withdrawal: second });
    driver.accept({ type: 'WithdrawalReleased', withdrawal: first });
    expect(cash(driver)).toEqual({
      balance: 0,
      reserved: 0,
      payable: usd(1_000),
      nostro: usd(1_000),
    });
  });
});

describe('money for the ladder', () => {
  it('goes to its layer and to the bank', () => {
    const driver = smallHouse();
    const fund = { type: 'FundContributed', pool: CLEARED, member: 0 } as const;
    driver.accept({ ...fund, layer: 0, amountMinor: usd(100) });
    driver.accept({ ...fund, layer: 1, amountMinor: usd(50) });
    driver.accept({ ...fund, layer: 2, member: 1, amountMinor: usd(300) });
    driver.accept({ ...fund, layer: 2, member: 1, amountMinor: usd(1) });
    expect(driver.ledger(L.funds)).toBe(usd(451));
    expect(driver.ledger(L.nostro)).toBe(usd(451));
    expect(driver.refuse({ ...fund, pool: 3, layer: 0, amountMinor: 1 })).toBe(230);
    expect(driver.refuse({ ...fund, layer: 0, amountMinor: 0 })).toBe(206);
    expect(driver.refuse({ ...fund, layer: 2, amountMinor: 1 })).toBe(231);
    expect(driver.refuse({ ...fund, layer: 1, member: 1, amountMinor: 1 })).toBe(232);
  });

  it('a share stays in the pool in which the member has it', () => {
    const driver = smallHouse();
    const share = { type: 'FundContributed', layer: 2, member: 1, amountMinor: usd(300) } as const;
    driver.accept({ ...share, pool: CLEARED });
    expect(driver.refuse({ ...share, pool: EXCHANGE })).toBe(233);
    expect(driver.ledger(L.funds)).toBe(usd(300));
  });
});
