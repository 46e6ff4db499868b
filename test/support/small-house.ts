import { plainCharges } from '#libs/margin';
import { type AmountMinor, amountMinor } from '#libs/units';
import { type Message, type MessageNamed } from '#libs/events';
import { eventOf, HouseDriver } from './house-driver.js';

/** 19 May 2021 00:00 UTC, microseconds. */
export const DAY = 1_621_382_400_000_000;
export const SECOND = 1_000_000;

/** Ids of the things in the small house. */
export const USD = 1;
export const BTC = 2;
export const EXCHANGE = 1;
export const CLEARED = 2;
export const PERP = 1;
export const OPEN_OFFER = 1;
export const ON_ACK = 2;

export const account = {
  alice: 1,
  bob: 2,
  house1: 3,
  client1: 4,
  omnibus1: 5,
  gross1: 6,
  gross1a: 7,
  gross1b: 8,
  maker: 9,
} as const;

export const rulebook = {
  type: 'RulebookPublished',
  pool: EXCHANGE,
  rulebookVersion: 1,
  effectiveAt: 0,
  makerFeePpm: 200,
  takerFeePpm: 500,
  liquidationFeePpm: 5_000,
  warningPpm: 1_200_000,
  warningClearPpm: 1_300_000,
  targetPpm: 1_100_000,
  slippagePpm: 10_000,
  orderTimeoutUs: 10 * SECOND,
  callWindowUs: 3600 * SECOND,
  memberCallWindowUs: 1800 * SECOND,
  shortOptionMaintenancePpm: 75_000,
  shortOptionInitialPpm: 150_000,
  shortOptionFloorPpm: 100_000,
  ...plainCharges,
  tiers: [
    { marginClass: 1, upToLots: 1000, initialPpm: 100_000, maintenancePpm: 50_000 },
    { marginClass: 1, upToLots: 1_000_000, initialPpm: 200_000, maintenancePpm: 100_000 },
  ],
  haircuts: [{ currency: BTC, haircutPpm: 100_000 }],
  policies: [
    { accountKind: 0, onBreach: 0 },
    { accountKind: 1, onBreach: 2 },
    { accountKind: 2, onBreach: 2 },
    { accountKind: 3, onBreach: 2 },
    { accountKind: 5, onBreach: 0 },
  ],
} as const;

/**
 * A house that fits in the head: USD with 4 digits and BTC with 8, an exchange pool and a cleared
 * pool, one member, one perpetual of 0.001 BTC a lot with a tick of 0.1 USD, so that one lot and
 * one tick are worth exactly one minor unit. Mark: 40,000.0 USD, so that a lot is 40 USD.
 */
export function smallHouse(logicVersion = 2, driver = new HouseDriver()): HouseDriver {
  driver.time(DAY);
  if (logicVersion > 1) driver.accept({ type: 'LogicActivated', logicVersion });
  driver.accept({ type: 'CurrencyListed', name: 'USD', minorDigits: 4 });
  driver.accept({ type: 'CurrencyListed', name: 'BTC', minorDigits: 8 });
  driver.accept({ type: 'CurrencyPriceObserved', currency: BTC, priceMicros: 40_000_000_000 });
  driver.accept({ type: 'PoolOpened', name: 'exchange', baseCurrency: USD, ladder: 0 });
  driver.accept({ type: 'PoolOpened', name: 'cleared', baseCurrency: USD, ladder: 1 });
  driver.accept({ type: 'VenueConnected', name: 'XNOV', acceptance: 0 });
  driver.accept({ type: 'VenueConnected', name: 'XACK', acceptance: 1 });
  driver.accept({ type: 'MemberAdmitted', name: 'M1' });
  const open = (name: string, accountKind: number, pool: number, member = 0, parent = 0): void => {
    driver.accept({ type: 'AccountOpened', name, accountKind, pool, member, parent });
  };
  open('alice', 0, EXCHANGE);
  open('bob', 0, EXCHANGE);
  open('M1-house', 1, CLEARED, 1);
  open('M1-client', 5, CLEARED, 1);
  open('M1-omnibus', 2, CLEARED, 1);
  open('M1-gross', 3, CLEARED, 1);
  open('M1-gross-a', 4, CLEARED, 1, account.gross1);
  open('M1-gross-b', 4, CLEARED, 1, account.gross1);
  open('maker', 0, EXCHANGE);
  driver.accept(perpetual);
  driver.accept({ ...rulebook });
  driver.accept({ ...rulebook, pool: CLEARED });
  driver.accept({ type: 'PriceObserved', ...price(400_000) });
  driver.drain();
  return driver;
}

export const perpetual = {
  type: 'InstrumentListed',
  name: 'BTC-PERP',
  currency: USD,
  underlying: 0,
  kind: 0,
  payoff: 0,
  premium: 0,
  optionType: 0,
  marginClass: 1,
  tickDigits: 1,
  multiplier: 1,
  underlyingMultiplier: 0,
  strikeTicks: 0,
  maxLots: 1_000_000,
  maxPriceTicks: 100_000_000,
  outlierPpm: 300_000,
  staleAfterUs: 600 * SECOND,
  expiresAt: 0,
} as const;

/** A price of the perpetual in ticks of 0.1 USD. */
export function price(priceTicks: number, observedAt: number = DAY, instrument: number = PERP) {
  return { instrument, priceTicks, observedAt, confidencePpm: 1_000_000 };
}

/** A price input of an instrument, seen at the present log time. */
export function priced(driver: HouseDriver, priceTicks: number, instrument: number = PERP) {
  const observedAt = driver.state.clock.timeUs;
  return { type: 'PriceObserved', ...price(priceTicks, observedAt, instrument) } as const;
}

/** US dollars in minor units. */
export function usd(dollars: number): AmountMinor {
  return amountMinor(Math.round(dollars * 10_000));
}

let nextTradeId = 1;

/** A trade of the perpetual at the open-offer venue. */
export function trade(buyer: number, seller: number, quantityLots: number, priceTicks: number) {
  nextTradeId += 1;
  return {
    type: 'TradeReported',
    venue: OPEN_OFFER,
    instrument: PERP,
    buyer,
    seller,
    tradeDate: 18_766,
    businessDate: 0,
    priceTicks,
    quantityLots,
    executedAt: DAY,
    matchId: nextTradeId,
    tradeId: nextTradeId,
    liquidationOrder: 0,
    tradeType: 0,
    aggressor: 1,
    acceptBy: 0,
    details: '',
  } as const;
}

/** A fill of a liquidation order against `counterparty`. */
export function fill(
  order: ReturnType<typeof orderOf>,
  counterparty: number,
  priceTicks: number,
  quantityLots: number = order.quantityLots,
) {
  const isBuy = order.side === 0;
  const buyer = isBuy ? order.account : counterparty;
  const seller = isBuy ? counterparty : order.account;
  return {
    ...trade(buyer, seller, quantityLots, priceTicks),
    instrument: order.instrument,
    liquidationOrder: order.order,
    tradeType: 2,
  } as const;
}

/** The one liquidation order among the events. */
export function orderOf(events: readonly Message[]) {
  return eventOf(events, 'LiquidationOrderIssued');
}

/** The venue's answer to an order. */
export function answered(order: number, answer: keyof typeof ANSWER, filledLots: number) {
  return {
    type: 'LiquidationOrderAnswered',
    order,
    answer: ANSWER[answer],
    filledLots,
  } as const;
}

const ANSWER = { accepted: 0, rejected: 1, expired: 2, filled: 3 } as const;

/** Fills an order whole and says so; returns what the answer led to. */
export function executed(
  driver: HouseDriver,
  order: ReturnType<typeof orderOf>,
  counterparty: number,
  priceTicks: number,
): Message[] {
  driver.accept(fill(order, counterparty, priceTicks));
  return driver.accept(answered(order.order, 'filled', order.quantityLots));
}

/** A deposit of US dollars. */
export function deposit(accountId: number, dollars: number) {
  return {
    type: 'CollateralDeposited',
    account: accountId,
    currency: USD,
    amountMinor: usd(dollars),
  } as const;
}

/** What a venue says of an account's open orders of the perpetual; newer with each call. */
export function openOrders(
  accountId: number,
  buyLots: number,
  sellLots: number,
  venue = OPEN_OFFER,
) {
  nextTradeId += 1;
  return {
    type: 'OpenOrderExposureReported',
    account: accountId,
    instrument: PERP,
    venue,
    buyLots,
    sellLots,
    venueSequence: nextTradeId,
  } as const;
}

/** The venue's answer to a cancellation: all cancelled but what is left. */
export function cancelled(
  { cancellation, account: accountId, venue }: MessageNamed<'OrderCancellationRequested'>,
  left: MessageNamed<'OrderCancellationAnswered'>['left'] = [],
) {
  nextTradeId += 1;
  return {
    type: 'OrderCancellationAnswered',
    cancellation,
    account: accountId,
    venue,
    venueSequence: nextTradeId,
    left,
  } as const;
}
