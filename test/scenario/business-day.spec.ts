import { eventOf } from '../support/house-driver.js';
import { account, deposit, PERP, smallHouse, trade } from '../support/small-house.js';

const { alice, bob } = account;
/** 19 and 20 May 2021, days since 1970. */
const WEDNESDAY = 18_766;
const THURSDAY = 18_767;
const close = {
  type: 'SettlementCycleClosed',
  closedDate: WEDNESDAY,
  nextDate: THURSDAY,
} as const;

describe('a business day', () => {
  it('ends when it is closed: later trades belong to the next', () => {
    const driver = smallHouse();
    for (const id of [alice, bob]) driver.accept(deposit(id, 1_000));
    const businessDate = () =>
      eventOf(driver.accept(trade(alice, bob, 1, 400_000)), 'TradeNovated').businessDate;
    expect(businessDate()).toBe(0); // none was set yet
    driver.accept(close);
    expect(businessDate()).toBe(THURSDAY);
    driver.accept({ ...close, closedDate: THURSDAY, nextDate: THURSDAY + 4 });
    expect(businessDate()).toBe(THURSDAY + 4); // over the weekend
  });

  it('520: not the present date, or not a later one', () => {
    const driver = smallHouse();
    expect(driver.refuse({ ...close, nextDate: WEDNESDAY })).toBe(520);
    driver.accept(close);
    expect(driver.refuse(close)).toBe(520);
    expect(driver.refuse({ ...close, closedDate: THURSDAY, nextDate: THURSDAY })).toBe(520);
    expect(driver.refuse({ ...close, closedDate: THURSDAY, nextDate: WEDNESDAY })).toBe(520);
  });

  it('521: not while a settlement runs', () => {
    const driver = smallHouse();
    const daily = { type: 'SettlementPricePublished', instrument: PERP, final: 0 } as const;
    driver.accept({ ...daily, priceTicks: 400_000 });
    expect(driver.refuse(close)).toBe(521);
    driver.drain();
    driver.accept(close);
  });

  it('an idle house records that time goes on', () => {
    const driver = smallHouse();
    const timeUs = driver.state.clock.timeUs + 1;
    expect(driver.idle(timeUs)).toEqual([{ type: 'TimeAdvanced' }]);
    expect(driver.state.clock.timeUs).toBe(timeUs);
    expect(() => driver.idle(timeUs - 1)).toThrow('log time never goes back');
  });
});
