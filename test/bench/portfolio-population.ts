/**
 * The population of the portfolio-margin gap: accounts with hedged books in one of ten coins, and a share of
 * *tight* ones, long with a put on half, whose deposit leaves them within 1 % of their notional from a breach.
 */
import { ClearingHouse, LATEST_LOGIC, OUTCOME } from '#libs/clearing-house';
import { catalogue, type Field, type Message, type MessageNamed, writeRecord } from '#libs/events';
import { invariant } from '#libs/units';
import type { BareInput } from './ingest-market.js';
import { Xorshift32 } from './measure.js';
import {
  COINS,
  coinTicks,
  CURRENCY,
  optionOf,
  optionTicks,
  perpetualOf,
  POOL,
  portfolioReference,
  portfolioRulebook,
} from './portfolio-market.js';
import type { RecordBatches } from './record-batches.js';

type Terms = MessageNamed<'RulebookPublished'>['scenarioTerms'][number];
const terms = Object.fromEntries(
  Object.entries<Field>(catalogue.RulebookPublished.fields.scenarioTerms.fields).map(
    ([name, field]) => [name, ('default' in field ? field.default : undefined) ?? 0],
  ),
) as unknown as Terms;

/** Signed parts of a book's size: perpetual, put, call. The first is what tight accounts hold. */
const BOOKS = [
  [1, 0.5, 0],
  [1, 1, 0],
  [-1, 0, 1],
  [1, 1, -1],
  [0, -1, -1],
] as const;
const TIGHT_LOTS = 2_000;
const UNIT_LOTS = 1_000;
const MAKER_MINOR = 1e14;
/** What the others have, in maintenance requirements: from, and how much more at most. */
const COMFORT = [1.6, 2] as const;

export interface PortfolioAccount {
  readonly coin: number;
  readonly book: number;
  readonly lots: number;
  readonly isTight: boolean;
  readonly depositMinor: number;
}

export class PortfolioPopulation {
  readonly holders: readonly PortfolioAccount[];

  constructor(
    readonly accounts: number,
    readonly tight: number,
    private readonly timeUs: number,
  ) {
    invariant(tight <= accounts, 'tight accounts are among the accounts');
    const random = new Xorshift32(5);
    const requirement = probedRequirements(timeUs);
    this.holders = Array.from({ length: accounts }, (_, k) => {
      const coin = 1 + random.below(COINS);
      const isTight = k < tight;
      const book = isTight ? 0 : random.below(BOOKS.length);
      const lots = isTight ? TIGHT_LOTS : 10 + random.below(200);
      const needed = (requirement(coin, book) * lots) / UNIT_LOTS;
      const uniform = random.next() / 2 ** 32;
      const equity = isTight
        ? needed + (lots * coinTicks(coin) * uniform) / 100
        : needed * (COMFORT[0] + COMFORT[1] * uniform);
      const depositMinor = Math.ceil(equity);
      return { coin, book, lots, isTight, depositMinor };
    });
  }

  /** Who takes the other side in a coin. */
  makerOf(coin: number): number {
    return this.accounts + coin;
  }

  /** Everything up to the books; `rulebook` comes behind them. */
  *inputs(batches: RecordBatches): Generator<Uint8Array> {
    for (const input of portfolioReference(this.timeUs)) batches.add(input);
    for (let account = 1; account <= this.accounts + COINS; account += 1) {
      const party = { member: 0, pool: POOL, parent: 0, accountKind: 0 };
      batches.add({ type: 'AccountOpened', ...party, name: `A${String(account)}` });
      yield* batches.takeFull();
    }
    for (let account = 1; account <= this.accounts + COINS; account += 1) {
      const amountMinor = this.holders[account - 1]?.depositMinor ?? MAKER_MINOR;
      batches.add({ type: 'CollateralDeposited', account, currency: CURRENCY, amountMinor });
      yield* batches.takeFull();
    }
    for (const [k, { coin, book, lots }] of this.holders.entries()) {
      for (const leg of legsOf(coin, book, lots)) {
        const [account, maker] = [k + 1, this.makerOf(coin)];
        const [buyer, seller] = leg.lots > 0 ? [account, maker] : [maker, account];
        batches.addTrade({ ...leg, buyer, seller, lots: Math.abs(leg.lots), aggressor: 0 });
      }
      yield* batches.takeFull();
    }
    batches.add(portfolioRulebook(terms));
    yield* batches.takeAll();
  }
}

interface BookLeg {
  readonly instrument: number;
  readonly lots: number;
  readonly priceTicks: number;
}

/** Options first: a hedge is there before what it hedges. */
function legsOf(coin: number, book: number, lots: number): BookLeg[] {
  const [perpetual, put, call] = BOOKS[book] ?? BOOKS[0];
  const ticks = coinTicks(coin);
  const legs: BookLeg[] = [
    {
      instrument: optionOf(coin, 'put'),
      lots: Math.round(put * lots),
      priceTicks: optionTicks(coin, 'put', ticks),
    },
    {
      instrument: optionOf(coin, 'call'),
      lots: Math.round(call * lots),
      priceTicks: optionTicks(coin, 'call', ticks),
    },
    { instrument: perpetualOf(coin), lots: perpetual * lots, priceTicks: ticks },
  ];
  return legs.filter((leg) => leg.lots !== 0);
}

/** Maintenance of UNIT_LOTS of each book in each coin, as a house finds it. */
function probedRequirements(timeUs: number): (coin: number, book: number) => number {
  const house = new ClearingHouse();
  const scratch = new DataView(new ArrayBuffer(1 << 16));
  const accept = (input: BareInput): void => {
    const message = { ...input, publisher: 1, publisherSequence: 0 } as Message;
    writeRecord(scratch, 0, message, 0);
    const outcome = house.submit(scratch, 0);
    invariant(outcome === OUTCOME.accepted, 'a probe is accepted', () => input.type);
    while (house.continueSweep());
    house.beginFrame();
  };
  house.advanceTime(timeUs);
  accept({ type: 'LogicActivated', logicVersion: LATEST_LOGIC });
  for (const input of portfolioReference(timeUs)) accept(input);
  const count = COINS * BOOKS.length;
  const party = { member: 0, pool: POOL, parent: 0, accountKind: 0 };
  for (let account = 1; account <= count + 1; account += 1) {
    accept({ type: 'AccountOpened', ...party, name: `P${String(account)}` });
    accept({ type: 'CollateralDeposited', account, currency: CURRENCY, amountMinor: 1e12 });
  }
  const maker = count + 1;
  accept({ type: 'CollateralDeposited', account: maker, currency: CURRENCY, amountMinor: 1e14 });
  const place = (coin: number, book: number): number => (coin - 1) * BOOKS.length + book + 1;
  for (let coin = 1; coin <= COINS; coin += 1) {
    for (const book of BOOKS.keys()) {
      for (const leg of legsOf(coin, book, UNIT_LOTS)) {
        const account = place(coin, book);
        const [buyer, seller] = leg.lots > 0 ? [account, maker] : [maker, account];
        accept(openingTrade(leg, buyer, seller));
      }
    }
  }
  accept(portfolioRulebook(terms));
  const { evaluation } = house.judgement;
  return (coin, book) => {
    evaluation.evaluate(place(coin, book));
    return evaluation.figures.maintenanceMinor;
  };
}

function openingTrade(leg: BookLeg, buyer: number, seller: number): BareInput {
  return {
    type: 'TradeReported',
    venue: 1,
    instrument: leg.instrument,
    buyer,
    seller,
    tradeDate: 20_000,
    businessDate: 0,
    priceTicks: leg.priceTicks,
    quantityLots: Math.abs(leg.lots),
    executedAt: 1_728_000_000_000_000,
    matchId: 0,
    tradeId: 0,
    liquidationOrder: 0,
    tradeType: 0,
    aggressor: 0,
    acceptBy: 0,
    details: '',
  };
}
