import type { Role } from '#libs/access';
import type { EventName } from '#libs/events';
import type { ChannelName } from '#libs/wire';

/**
 * What a role sees of a channel.
 * - `full`: every event, as it stands in the log; a filter by account is allowed.
 * - `own`: events of its own member's accounts, or of its own publisher.
 * - `anonymous`: every event, accounts and members replaced by opaque ids.
 */
export type Audience = 'full' | 'own' | 'anonymous';

/** An event of a channel; with `field`, only where that field has (or has not) one of the values. */
export interface ChannelEvent {
  readonly event: EventName;
  readonly field?: string;
  readonly in?: readonly string[];
  readonly not?: readonly string[];
  /** Fields with the first account that it concerns, and one past the last. */
  readonly accountRange?: readonly [from: string, to: string];
}

export interface Channel {
  readonly doc: string;
  readonly audiences: Readonly<Partial<Record<Role, Audience>>>;
  readonly events: readonly ChannelEvent[];
  /** A new subscriber gets the present state first. */
  readonly hasSnapshot?: true;
  /** Its events are made of the log's, one for a publisher and frame. */
  readonly isSummary?: true;
}

const everybody = {
  operator: 'full',
  auditor: 'full',
  executor: 'full',
  publisher: 'full',
  member: 'full',
} as const;
const members = { operator: 'full', auditor: 'full', member: 'own' } as const;

function all(...events: readonly EventName[]): ChannelEvent[] {
  return events.map((event) => ({ event }));
}

/**
 * The channels: each an exact filter of the log, so that what a subscriber sees from a sequence on is
 * the same whenever it asks.
 */
export const CHANNELS: Readonly<Record<ChannelName, Channel>> = {
  liquidations: {
    doc: 'Liquidations to their end: orders, what venues are to cancel, and the fills of orders.',
    audiences: { operator: 'full', auditor: 'full', executor: 'full', member: 'anonymous' },
    events: [
      ...all(
        'LiquidationOpened',
        'LiquidationOrderIssued',
        'LiquidationOrderUnresolved',
        'LiquidationOrderClosed',
        'LiquidationCompleted',
        'AccountDefaulted',
        'ShortfallCovered',
        'AccountClosedOut',
        'OrderCancellationRequested',
        'OrderCancellationUnresolved',
        'LiquidationPaced',
        'LiquidationDeferred',
        'LiquidationResumed',
        'LiquidationAttemptFailed',
        'PortfolioTakenOver',
        'TakeOverDeclined',
        'DeleveragingStarted',
        'PositionDeleveraged',
        'DeleveragingSkipped',
        'DeleveragingEnded',
      ),
      { event: 'TradeNovated', field: 'liquidationOrder', not: ['0'] },
    ],
  },
  acks: {
    doc: 'What became of the inputs of a publisher, in one summary for each frame.',
    audiences: { operator: 'full', auditor: 'full', executor: 'own', publisher: 'own' },
    events: all('TradeNovated', 'TradeRejected', 'InputRejected', 'InputIdentified'),
    isSummary: true,
  },
  calls: {
    doc: 'Margin calls on accounts, and what members owe.',
    audiences: members,
    events: all(
      'MarginCallIssued',
      'MarginCallMet',
      'MarginCallMissed',
      'MarginCallExtended',
      'MemberCalled',
      'MemberPaid',
      'MemberLate',
      'MemberDefaulted',
      'MemberClosedOut',
      'MemberReinstated',
    ),
  },
  limits: {
    doc: 'What venues may let an account do.',
    audiences: { ...members, executor: 'full' },
    events: all('CreditLimitSet'),
  },
  margin: {
    doc: 'Every event that states the margin figures of an account.',
    audiences: members,
    events: all(
      'AccountWarned',
      'WarningCleared',
      'MarginBreached',
      'MarginCallMet',
      'MarginCallMissed',
      'LiquidationOpened',
      'LiquidationPlanned',
      'LiquidationOrderIssued',
      'LiquidationOrderClosed',
      'LiquidationCompleted',
      'DeleveragingStarted',
      'DeleveragingEnded',
      'PortfolioTakenOver',
      'HedgeLost',
      'HedgeGraceEnded',
    ),
    hasSnapshot: true,
  },
  positions: {
    doc: 'Every event that moves a position: trades, busts, transfers, slices of settlement and expiry.',
    audiences: members,
    events: [
      ...all('TradeNovated', 'TradeBustRequested', 'PositionDeleveraged', 'PortfolioTakenOver'),
      {
        event: 'SweepContinued',
        field: 'sweepKind',
        in: ['variation', 'expiry'],
        accountRange: ['from', 'to'],
      },
    ],
    hasSnapshot: true,
  },
  trades: {
    doc: 'Trades: novated, refused, busted.',
    audiences: members,
    events: all('TradeNovated', 'TradeRejected', 'TradeBustRequested'),
  },
  'prices.index': {
    doc: 'Prices that the house makes of several sources, and that it could not make one.',
    audiences: everybody,
    events: all('IndexPriceDetermined', 'IndexUndetermined'),
  },
  'prices.settlement': {
    doc: 'Settlement prices and funding rates.',
    audiences: everybody,
    events: all('SettlementPricePublished', 'FundingRatePublished'),
  },
  rulebook: {
    doc: 'Rulebooks, contracts, currencies, indices, and the logic in force.',
    audiences: everybody,
    events: [
      ...all('RulebookPublished', 'LogicActivated', 'InstrumentListed', 'CurrencyListed'),
      ...all('IndexDefined'),
      { event: 'DeadlineReached', field: 'timerKind', in: ['rulebook'] },
    ],
  },
  day: {
    doc: 'The business day: settlement, funding and expiry begin, the day is closed.',
    audiences: everybody,
    events: [
      ...all('SettlementCycleClosed'),
      { event: 'SweepStarted', field: 'sweepKind', in: ['variation', 'funding', 'expiry'] },
    ],
  },
  status: {
    doc: 'Market states, quarantined prices, jumps of log time, valuation epochs; a heartbeat every second.',
    audiences: everybody,
    events: all(
      'MarketStateSet',
      'MarketStateChanged',
      'PriceQuarantined',
      'TimeJumpAccepted',
      'ValuationEpochOpened',
      'BreakerReferenceSet',
      'MarketHalted',
      'MarketResumed',
    ),
  },
};

/** Events of no channel but `acks`, each with the reason. */
export const INTERNAL_EVENTS: Readonly<Partial<Record<EventName, string>>> = {
  BreachQueued: 'a list of accounts of many members; each breach follows as an event of its own',
  DeleveragingContinued: 'a ranking of accounts of many members; what is closed follows as events',
  TradeDetailsRecorded: "both sides' own particulars, under no account; read the event over HTTP",
  TimeAdvanced: 'says nothing but the time, which heartbeats carry',
  WithdrawalCancelled: 'names a withdrawal and no account; read the withdrawal over HTTP',
  PublisherRegistered: 'reference data of the house',
  VenueConnected: 'reference data of the house',
  PoolOpened: 'reference data of the house',
  MemberAdmitted: 'reference data of the house',
  AccountOpened: 'reference data of the house',
  AccountClosed: 'reference data of the house',
  PriceObserved: 'marks come from the feeds, which publish them themselves',
  CurrencyPriceObserved: 'marks come from the feeds, which publish them themselves',
  MarketDepthObserved: 'books are published by their venues',
  ForwardObserved: 'marks come from the feeds, which publish them themselves',
  RateObserved: 'marks come from the feeds, which publish them themselves',
  IndexSourceObserved: 'marks come from the feeds, which publish them themselves',
  VolatilitySurfaceObserved: 'marks come from the feeds, which publish them themselves',
  OpenOrderExposureReported: 'said by the venue itself; exposure is read over HTTP',
  OrderCancellationAnswered: 'said by the venue itself; the liquidation goes on with an event',
  LiquidationOrderAnswered: 'said by the venue itself; the end of an order follows as an event',
  CollateralDeposited: 'said by the settlement bank; balances are read over HTTP',
  WithdrawalRequested: 'balances are read over HTTP',
  WithdrawalReleased: 'balances are read over HTTP',
  PaymentConfirmed: 'said by the settlement bank; balances are read over HTTP',
  PaymentFailed: 'said by the settlement bank; balances are read over HTTP',
  FundContributed: 'funds are read over HTTP',
};

/** Fields that belong to one side of a trade or transfer: not shown to a member that has the other only. */
export const SIDES: Readonly<Record<string, readonly string[]>> = {
  buyer: ['buyer', 'buyerFeeMinor'],
  seller: ['seller', 'sellerFeeMinor'],
  account: ['account', 'equityMinor', 'maintenanceMinor', 'initialMinor'],
  counterparty: [
    'counterparty',
    'counterpartyEquityMinor',
    'counterpartyMaintenanceMinor',
    'score',
  ],
};

/** Sums and places over accounts of many members: left out of what a member sees. */
export const SHARED_FIELDS: Readonly<Partial<Record<EventName, readonly string[]>>> = {
  SweepContinued: ['from', 'to', 'paidMinor', 'collectedMinor', 'roundingMinor'],
};
