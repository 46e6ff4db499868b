import { type LiquidationOrder, PAYER } from '#libs/default-management';
import { type Cure, EventReader, explain, type Explanation } from '#libs/replay';
import {
  account,
  answered,
  CLEARED,
  DAY,
  deposit,
  EXCHANGE,
  executed,
  ON_ACK,
  orderOf,
  PERP,
  priced,
  SECOND,
  smallHouse,
  trade,
  USD,
  usd,
} from '../support/small-house.js';
import { RecordingDriver } from './recorded-log.js';

const { alice, bob, client1, house1, maker } = account;

/** A margin call met, a liquidation, a refused trade and withdrawal, a default down the ladder. */
function busyHouse(): RecordingDriver {
  const recording = new RecordingDriver();
  const { driver } = recording;
  smallHouse(2, driver);
  driver.accept({ type: 'MemberAdmitted', name: 'M2' });
  const second = { accountKind: 1, pool: CLEARED, member: 2, parent: 0 };
  driver.accept({ type: 'AccountOpened', name: 'M2-house', ...second });
  const fund = { type: 'FundContributed', member: 0 } as const;
  driver.accept({ ...fund, pool: EXCHANGE, layer: 0, amountMinor: usd(100) });
  driver.accept({ ...fund, pool: CLEARED, layer: 2, member: 1, amountMinor: usd(300) });
  driver.accept({ ...fund, pool: CLEARED, layer: 1, amountMinor: usd(200) });
  driver.accept(deposit(alice, 4_000));
  driver.accept(deposit(bob, 1_000_000));
  driver.accept(deposit(10, 1_000_000));
  driver.accept(deposit(maker, 2_100));
  driver.accept(deposit(client1, 4_600));
  driver.accept(deposit(house1, 5_000));
  driver.accept(trade(alice, bob, 1_000, 400_000));
  driver.accept(trade(maker, bob, 500, 400_000));
  driver.accept(trade(client1, 10, 1_000, 400_000));
  driver.accept(trade(house1, 10, 1_000, 400_000));
  driver.submit({ ...trade(alice, bob, 1_000, 400_000), venue: ON_ACK });
  const asked = { account: alice, currency: USD, amountMinor: usd(3_000) };
  driver.submit({ type: 'WithdrawalRequested', ...asked });
  const given = { account: bob, currency: USD, amountMinor: usd(10) };
  driver.accept({ type: 'WithdrawalRequested', ...given });
  driver.accept({ type: 'WithdrawalReleased', withdrawal: driver.sequence });
  return recording;
}

/** 379,000 breaches alice; 350,000 defaults what is left; the member does not pay. */
function crash({ driver }: RecordingDriver): void {
  const order = orderOf(driver.accept(priced(driver, 379_000)).filter(isOf(alice)));
  executed(driver, order, bob, 376_000);
  driver.time(DAY + 5 * SECOND);
  driver.accept({ type: 'FundingRatePublished', instrument: PERP, ratePpb: 1_000_000 });
  driver.drain();
  const orders = driver.accept(priced(driver, 350_000));
  for (const event of orders) {
    if (event.type !== 'LiquidationOrderIssued') continue;
    const other = event.account === client1 ? 10 : bob;
    executed(driver, event, other, event.limitPriceTicks);
  }
  for (const seconds of [590, 1_190, 1_790, 1_800, 2_390, 2_990, 3_590, 3_600, 4_000, 4_300]) {
    driver.time(DAY + seconds * SECOND);
    driver.accept(priced(driver, 350_000));
    for (const [order, open] of [...driver.state.orders.open]) {
      driver.accept(tradeOf(open, order));
      driver.accept(answered(order, 'filled', open.quantityLots));
    }
  }
  driver.accept({
    type: 'SettlementPricePublished',
    instrument: PERP,
    priceTicks: 351_000,
    final: 0,
  });
  driver.drain();
}

/** A fill of an order in flight at 35,000, against the other member's house account. */
function tradeOf(open: LiquidationOrder, order: number) {
  const [buyer, seller] = open.side === 0 ? [open.account, 10] : [10, open.account];
  const regular = trade(buyer, seller, open.quantityLots, 350_000);
  return { ...regular, liquidationOrder: order, tradeType: 2 } as const;
}

function isOf(accountId: number) {
  return (message: object): boolean => 'account' in message && message.account === accountId;
}

const recording = busyHouse();
crash(recording);
const { events } = recording.driver;

async function explained(sequence: number): Promise<Explanation> {
  const found = await explain(await recording.log(), undefined, sequence);
  if (found === undefined) throw new Error(`no event ${String(sequence)}`);
  return found;
}

/** Sequence of the first event of a type (that concerns an account). */
function first(type: string, accountId?: number): number {
  const found = events.find(
    ({ message }) => message.type === type && (accountId === undefined || isOf(accountId)(message)),
  );
  if (found === undefined) throw new Error(`no ${type}`);
  return found.sequence;
}

function cure<K extends Cure['kind']>(found: Explanation, kind: K) {
  return found.margin?.cures.find((one): one is Extract<Cure, { kind: K }> => one.kind === kind);
}

describe('every event can be explained', () => {
  it('and every margin figure is found again, share by share', async () => {
    const log = await recording.log();
    const seen = new Set<string>();
    let margins = 0;
    for (const { sequence, message } of events) {
      const found = await explain(log, undefined, sequence);
      expect(found?.chain.at(-1)?.event.sequence).toBe(sequence);
      expect(found?.chain.length).toBeLessThanOrEqual(sequence);
      if (found?.margin !== undefined) margins += 1;
      seen.add(message.type);
    }
    expect(margins).toBeGreaterThan(15);
    for (const type of ['MarginCallIssued', 'AccountDefaulted', 'ShortfallCovered', 'MemberLate']) {
      expect(seen).toContain(type);
    }
  });

  it('but none that is not there', async () => {
    expect(await explain(await recording.log(), undefined, events.length + 1)).toBeUndefined();
  });
});

describe('a breach, with money', () => {
  it('says which price, by how much, and what alone would have cured it', async () => {
    const found = await explained(first('MarginBreached', alice));
    expect(found.chain.map(({ event }) => event.message.type)).toEqual([
      'PriceObserved',
      'MarginBreached',
    ]);
    // 3,980 - 2,100 = 1,880 against 5 % of 37,900 = 1,895.
    expect(found.margin?.breakdown).toMatchObject({
      equityMinor: usd(1_880),
      maintenanceMinor: usd(1_895),
      targetMinor: usd(2_084.5),
    });
    expect(found.margin?.breakdown.positions[0]).toMatchObject({
      unrealisedMinor: usd(-2_100),
      tiers: [{ sizeLots: 1_000, maintenancePpm: 50_000, initialPpm: 100_000 }],
    });
    expect(found.margin?.missingMinor).toBe(usd(15));
    expect(cure(found, 'deposit')?.amountMinor).toBe(usd(15));
    // A lot needs 1.895: 7 free 13.265, 8 free 15.16.
    expect(cure(found, 'reduction')?.quantityLots).toBe(8);
    // 3,980 + (P - 40,000) >= 0.05 P at P >= 37,915.79.
    expect(cure(found, 'price')).toMatchObject({ priceTicks: 379_158, direction: 'at-least' });
    const order = events[first('LiquidationOrderIssued', alice) - 1]?.message;
    expect(order).toMatchObject({ quantityLots: found.margin?.plan[0]?.quantityLots });
  });

  it('tells the liquidation to its end', async () => {
    const found = await explained(first('MarginBreached', alice));
    const types = found.aftermath.events.map(({ message }) => message.type);
    expect(types).toEqual([
      'LiquidationOpened',
      'LiquidationOrderIssued',
      'TradeNovated',
      'LiquidationOrderAnswered',
      'LiquidationOrderClosed',
      'LiquidationCompleted',
    ]);
  });

  it('leads from a fill back to the price', async () => {
    const completed = first('LiquidationCompleted', alice);
    const found = await explained(completed);
    const types = found.chain.map(({ event }) => event.message.type);
    expect(types.slice(0, 2)).toEqual(['PriceObserved', 'MarginBreached']);
    expect(types.slice(-3)).toEqual([
      'LiquidationOrderAnswered',
      'LiquidationOrderClosed',
      'LiquidationCompleted',
    ]);
  });
});

describe('a refusal', () => {
  it('of a trade: the account as it would stand after it', async () => {
    const found = await explained(first('TradeRejected'));
    // 3,980 less another fee of 20; 2,000 lots: 4,000 + 8,000 initial.
    expect(found.margin?.breakdown).toMatchObject({
      account: 'alice',
      equityMinor: usd(3_960),
      initialMinor: usd(12_000),
    });
    expect(cure(found, 'deposit')?.amountMinor).toBe(usd(8_040));
  });

  it('of a withdrawal: the account with the amount reserved', async () => {
    const found = await explained(first('InputRejected'));
    // 980 left against 4,000 initial: short by 3,020.
    expect(found.margin?.missingMinor).toBe(usd(3_020));
    expect(found.margin?.hypothesis).toBe('with the amount reserved');
  });
});

describe('a default', () => {
  it('goes back to the breach, the price and the obligation', async () => {
    const covered = first('ShortfallCovered', client1);
    const found = await explained(covered);
    const types = new Set(found.chain.map(({ event }) => event.message.type));
    for (const type of ['PriceObserved', 'MarginBreached', 'AccountDefaulted', 'MemberCalled']) {
      expect(types).toContain(type);
    }
    expect(found.ladder?.some(({ payer }) => payer === PAYER.defaultFund)).toBe(true);
  });

  it('asks for exactly the shortfall', async () => {
    const sequence = first('AccountDefaulted', client1);
    const found = await explained(sequence);
    const message = events[sequence - 1]?.message;
    expect(message).toMatchObject({ shortfallMinor: found.margin?.missingMinor });
    expect(cure(found, 'deposit')?.amountMinor).toBe(found.margin?.missingMinor);
  });
});

describe('a slice of a sweep', () => {
  it('lists every account that it paid, to the sum that it says', async () => {
    const sequence = first('SweepContinued');
    const funding = events.find(
      ({ message }) => message.type === 'SweepContinued' && message.paidMinor !== 0,
    );
    const found = await explained(funding?.sequence ?? sequence);
    const paid = found.effects.filter(({ what }) => what === 'balance');
    expect(paid.length).toBeGreaterThanOrEqual(4);
    expect(found.chain.map(({ event }) => event.message.type)).toEqual([
      'FundingRatePublished',
      'SweepStarted',
      'SweepContinued',
    ]);
  });
});

describe('the reader', () => {
  it('gives one event, or none', async () => {
    const reader = new EventReader(await recording.log());
    expect((await reader.at(1))?.message.type).toBe('LogicActivated');
    expect(await reader.at(0)).toBeUndefined();
    expect(await reader.at(events.length + 1)).toBeUndefined();
  });
});
