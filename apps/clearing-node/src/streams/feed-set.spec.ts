import type { Frame } from '#libs/event-log';
import type { ChannelName, EventEnvelope, InputsAcknowledged } from '#libs/wire';
import { RecordingDriver } from '../../../../test/e2e/recorded-log.js';
import { account, DAY, price, SECOND, smallHouse } from '../../../../test/support/small-house.js';
import { Anonymity } from './anonymity.js';
import type { Audience } from './channels.js';
import type { FeedScope } from './feed.js';
import { FeedSet } from './feed-set.js';
import { type EventSink, Subscription } from './subscription.js';

/** Keeps what it is sent; has room for so many messages. */
class Sink implements EventSink {
  readonly messages: { number: number; events: EventEnvelope[] }[] = [];
  overflows = 0;

  constructor(public room = Infinity) {}

  get hasRoom(): boolean {
    return this.messages.length < this.room;
  }

  sendEvents(head: string, body: string | Buffer): void {
    this.messages.push(JSON.parse(head + body.toString()) as Sink['messages'][number]);
  }

  overflowed(): void {
    this.overflows += 1;
  }

  get events(): EventEnvelope[] {
    return this.messages.flatMap(({ events }) => events);
  }
}

const recording = new RecordingDriver();
const house = smallHouse(2, recording.driver);
const anonymity = new Anonymity(Buffer.alloc(32, 7));
const frames: Frame[] = [];

function trade(buyer: number, seller: number, publisherSequence = 0) {
  return {
    type: 'TradeReported',
    ...{ publisherSequence, venue: 1, instrument: 1, buyer, seller },
    ...{ tradeDate: 1, businessDate: 0, priceTicks: 400_000, quantityLots: 2, executedAt: 1 },
    ...{ matchId: 1, tradeId: 1, liquidationOrder: 0, tradeType: 0, aggressor: 0, acceptBy: 0 },
    details: '',
  } as const;
}

beforeAll(async () => {
  for (const id of [
    account.house1,
    account.client1,
    account.omnibus1,
    account.alice,
    account.bob,
  ]) {
    house.accept({ type: 'CollateralDeposited', account: id, currency: 1, amountMinor: 1e10 });
  }
  house.submitAll(Array.from({ length: 5 }, (_, k) => trade(account.alice, account.bob, k + 1)));
  house.submitAll([trade(account.client1, account.omnibus1, 6), trade(account.alice, 99, 7)]);
  house.time(DAY + SECOND);
  house.accept({ type: 'PriceObserved', ...price(390_000, DAY + SECOND) });
  house.accept({ type: 'SettlementPricePublished', instrument: 1, priceTicks: 390_000, final: 0 });
  house.drain();
  for await (const frame of (await recording.log()).read(1)) frames.push(frame);
});

function subscribed(scope: Partial<FeedScope> & { channel: ChannelName }, sink = new Sink()) {
  const audience: Audience = scope.audience ?? 'full';
  const full = { audience, account: 0, member: 0, publisher: 0, ...scope };
  const subscription = new Subscription(1, full, sink, 1);
  subscription.place = 'live';
  return { subscription, sink };
}

function scanned(...all: ReturnType<typeof subscribed>[]): void {
  const set = new FeedSet(house.state, anonymity);
  for (const { subscription } of all) set.add(subscription);
  for (const frame of frames) set.scan(frame);
}

describe('a set of feeds', () => {
  it('gives each subscriber what it asked for, densely numbered', () => {
    const trades = subscribed({ channel: 'trades' });
    const again = subscribed({ channel: 'trades' });
    const alice = subscribed({ channel: 'trades', account: account.alice });
    const prices = subscribed({ channel: 'prices.settlement' });
    scanned(trades, again, alice, prices);
    const types = trades.sink.events.map(({ type }) => type);
    expect(types).toEqual([...Array<string>(6).fill('TradeNovated'), 'TradeRejected']);
    expect(again.sink.messages).toEqual(trades.sink.messages);
    expect(alice.sink.events).toHaveLength(6);
    expect(prices.sink.events.map(({ type }) => type)).toEqual(['SettlementPricePublished']);
    expect(trades.sink.messages.map(({ number }) => number)).toEqual([1, 6]);
  });

  it('shows a member its own side of a trade, and its sweeps without the sums of others', () => {
    const own = subscribed({ channel: 'positions', audience: 'own', member: 1 });
    scanned(own);
    const [novated, sweep, ...rest] = own.sink.events;
    expect(rest).toEqual([]);
    expect(novated).toMatchObject({ buyer: 'M1-client', seller: 'M1-omnibus' });
    expect(sweep).toMatchObject({ type: 'SweepContinued', sweepKind: 'variation' });
    expect(sweep).not.toHaveProperty('paidMinor');
    expect(sweep).not.toHaveProperty('from');
  });

  it('acknowledges a dense session in one run, refusals apart', () => {
    const acks = subscribed({ channel: 'acks', publisher: 1 });
    scanned(acks);
    const events = acks.sink.events as InputsAcknowledged[];
    const numbered = events.filter(({ runs }) => runs.some(([first]) => first !== '0'));
    expect(numbered.map(({ runs }) => runs.map(([first, , count]) => [first, count]))).toEqual([
      [['1', 5]],
      [['6', 1]],
    ]);
    expect(numbered[1]?.rejected).toMatchObject([
      { publisherSequence: '7', reason: 105, name: 'seller-unknown' },
    ]);
  });

  it('stops before what has no room, and goes on there without a loss', () => {
    const all = subscribed({ channel: 'trades' });
    const slow = subscribed({ channel: 'trades' }, new Sink(1));
    scanned(all, slow);
    expect(slow.sink.events).toHaveLength(5);
    expect(slow.sink.overflows).toBe(1);
    expect(slow.subscription.place).toBe('waiting');
    expect(String(slow.subscription.next)).toBe(all.sink.events[5]?.sequence);
    slow.sink.room = Infinity;
    slow.subscription.place = 'passing';
    const set = new FeedSet(house.state, anonymity);
    set.add(slow.subscription);
    const { next } = slow.subscription;
    for (const frame of frames) set.scan(frame, next);
    expect(slow.sink.events).toEqual(all.sink.events);
    expect(slow.sink.messages.map(({ number }) => number)).toEqual([1, 6]);
  });

  it('gives accounts of others opaque ids that hide the name and stay the same', () => {
    const other = new Anonymity(Buffer.alloc(32, 8));
    expect(anonymity.idOf('alice')).toBe(new Anonymity(Buffer.alloc(32, 7)).idOf('alice'));
    expect(anonymity.idOf('alice')).not.toBe(anonymity.idOf('bob'));
    expect(anonymity.idOf('alice')).not.toBe(other.idOf('alice'));
  });
});
