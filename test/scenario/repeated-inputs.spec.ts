import { IdentityTable } from '#libs/clearing';
import { HouseState } from '#libs/clearing-house';
import { eventOf, HouseDriver, namesOf, OUTCOME } from '../support/house-driver.js';
import { account, deposit, smallHouse, trade, usd } from '../support/small-house.js';

const { alice, bob } = account;

describe('a message id', () => {
  it('the same id with the same content is answered again and recorded once', () => {
    const driver = smallHouse();
    const events = driver.submit(deposit(alice, 100), '0001-a');
    expect(namesOf(events)).toEqual(['CollateralDeposited', 'InputIdentified']);
    const first = driver.house.lastSequence;
    expect(eventOf(events, 'InputIdentified')).toMatchObject({ publisher: 1, messageId: '0001-a' });
    driver.submit(deposit(bob, 5), '0002-b');
    expect(driver.submit(deposit(alice, 100), '0001-a')).toEqual([]);
    expect(driver.lastOutcome).toBe(OUTCOME.duplicate);
    expect(driver.house.lastSequence).toBe(first);
    expect(driver.balance(alice)).toBe(usd(100));
    // Without an id, or under another one, it is another deposit.
    driver.accept(deposit(alice, 100));
    driver.submit(deposit(alice, 100), '0003-c');
    expect(driver.balance(alice)).toBe(usd(300));
  });

  it('other content under the same id is refused, and the first stays', () => {
    const driver = smallHouse();
    driver.submit(deposit(alice, 100), '0001-a');
    const events = driver.submit(deposit(alice, 101), '0001-a');
    expect(eventOf(events, 'InputRejected')).toMatchObject({ reason: 601, messageId: '0001-a' });
    expect(driver.lastOutcome).toBe(OUTCOME.rejected);
    expect(driver.balance(alice)).toBe(usd(100));
    driver.submit(trade(alice, bob, 1, 400_000), '0001-a');
    expect(driver.house.lastReason).toBe(601);
  });

  it('stands for the answer, also when that was a refusal, and comes before the consequences', () => {
    const driver = smallHouse();
    const bad = { ...trade(alice, bob, 1, 400_000), venue: 9 };
    expect(namesOf(driver.submit(bad, '0001'))).toEqual(['TradeRejected', 'InputIdentified']);
    expect(driver.submit(bad, '0001')).toEqual([]);
    expect(namesOf(driver.submit(deposit(99, 1), '0002'))).toEqual([
      'InputRejected',
      'InputIdentified',
    ]);
    driver.accept(deposit(bob, 1_000));
    const breaching = driver.submit(trade(alice, bob, 1, 400_000), '0003');
    expect(namesOf(breaching).slice(0, 3)).toEqual([
      'TradeNovated',
      'InputIdentified',
      'MarginBreached',
    ]);
  });

  it('is an id of its publisher: two publishers may use the same', () => {
    const driver = smallHouse();
    driver.accept({ type: 'PublisherRegistered', name: 'feed' });
    driver.submit(deposit(alice, 100), '0001');
    driver.submit({ ...deposit(alice, 100), publisher: 2 }, '0001');
    expect(driver.lastOutcome).toBe(OUTCOME.accepted);
    expect(driver.balance(alice)).toBe(usd(200));
  });

  it('is refused when it is older than the window (here of three ids)', () => {
    const state = Object.assign(new HouseState(), { identities: new IdentityTable(3) });
    const driver = smallHouse(2, new HouseDriver(state));
    for (const id of ['0002', '0003', '0004', '0005']) driver.submit(deposit(alice, 1), id);
    // 0002 has left the window: 0001 and 0002 can no longer be told from repetitions.
    expect(driver.refuse(deposit(alice, 1), '0001')).toBe(602);
    expect(driver.refuse(deposit(alice, 1), '0002')).toBe(602);
    driver.submit(deposit(alice, 1), '0003');
    expect(driver.lastOutcome).toBe(OUTCOME.duplicate);
    driver.submit(deposit(alice, 1), '00021');
    expect(driver.lastOutcome).toBe(OUTCOME.accepted);
    expect(driver.balance(alice)).toBe(usd(5));
  });
});

describe('a message id that is not remembered', () => {
  it('is that of an unknown publisher', () => {
    const driver = smallHouse();
    const stranger = { ...deposit(alice, 1), publisher: 4_000_000_000 } as const;
    expect(namesOf(driver.submit(stranger, '0001'))).toEqual(['InputRejected']);
    expect(namesOf(driver.submit(stranger, '0001'))).toEqual(['InputRejected']);
    expect(driver.house.lastReason).toBe(101);
  });

  it('is that of bytes which are no record: the next input does not inherit it', () => {
    const driver = smallHouse();
    const garbage = new DataView(new ArrayBuffer(64));
    expect(() => driver.house.submit(garbage, 0, '0001')).toThrow();
    expect(namesOf(driver.submit(deposit(alice, 1)))).toEqual(['CollateralDeposited']);
    expect(namesOf(driver.submit(deposit(alice, 1), '0001'))).toHaveLength(2);
  });
});

describe("a publisher's session", () => {
  it('is dense: a repetition is answered again, a gap is not recorded', () => {
    const driver = smallHouse();
    driver.accept({ type: 'PublisherRegistered', name: 'feed' });
    const from = (publisherSequence: number) =>
      ({ ...deposit(alice, 1), publisher: 2, publisherSequence }) as const;
    driver.accept(from(1));
    expect(driver.submit(from(1))).toEqual([]);
    expect(driver.lastOutcome).toBe(OUTCOME.duplicate);
    expect(driver.submit(from(3))).toEqual([]);
    expect(driver.lastOutcome).toBe(OUTCOME.gap);
    driver.accept(from(2));
    driver.accept(from(3));
    driver.accept(from(0)); // outside the session
    expect(driver.balance(alice)).toBe(usd(4));
  });

  it('goes on over a refused trade; another publisher has numbers of its own', () => {
    const driver = smallHouse();
    driver.accept({ type: 'PublisherRegistered', name: 'venue-1' });
    driver.accept({ type: 'PublisherRegistered', name: 'venue-2' });
    for (const id of [alice, bob]) driver.accept(deposit(id, 1_000));
    const from = (publisher: number, publisherSequence: number, lots: number) =>
      ({ ...trade(alice, bob, lots, 400_000), publisher, publisherSequence }) as const;
    driver.accept(from(2, 1, 1));
    expect(driver.refuse(from(2, 2, 0))).toBe(110);
    expect(driver.submit(from(2, 2, 1))).toEqual([]); // it was answered: refused
    driver.accept(from(2, 3, 1));
    driver.accept(from(3, 1, 1));
    expect(driver.submit(from(3, 3, 1))).toEqual([]);
    expect(driver.lots(alice)).toBe(3);
  });
});

describe('what the clearing house alone may say', () => {
  it('is refused as an input: 603', () => {
    const driver = smallHouse();
    const before = driver.businessRoot();
    for (const forged of [
      { type: 'MemberPaid', member: 1, account: alice, amountMinor: usd(5) },
      { type: 'AccountClosedOut', account: alice },
    ]) {
      expect(driver.refuse(forged as never)).toBe(603);
    }
    expect(driver.businessRoot()).toBe(before);
  });
});
