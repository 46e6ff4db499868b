import type { Role } from '#libs/access';
import type { InputName } from '#libs/events';
import type { Operation } from './operation.js';

/** Routes that fix the type of their inputs; every type may also be sent to /v1/events. */
const inputPaths: readonly (readonly [path: string, type: InputName, summary: string])[] = [
  ['trades', 'TradeReported', 'Report matched trades.'],
  ['trades/busts', 'TradeBustRequested', 'Undo novated trades.'],
  ['prices', 'PriceObserved', 'Publish mark prices.'],
  ['prices/currencies', 'CurrencyPriceObserved', 'Publish prices of currencies.'],
  ['volatility-surfaces', 'VolatilitySurfaceObserved', 'Publish volatility surfaces.'],
  ['market-depths', 'MarketDepthObserved', 'Publish depths of books, and index prices.'],
  ['forwards', 'ForwardObserved', 'Publish forwards of underlyings.'],
  ['rates', 'RateObserved', 'Publish interest rates of currencies.'],
  ['indices', 'IndexDefined', 'Say which sources mark an instrument.'],
  ['indices/prices', 'IndexSourceObserved', 'Publish prices of the sources of indices.'],
  ['prices/settlement', 'SettlementPricePublished', 'Publish settlement prices.'],
  ['funding-rates', 'FundingRatePublished', 'Publish funding rates.'],
  ['collateral/deposits', 'CollateralDeposited', 'Confirm collateral received.'],
  ['collateral/withdrawals', 'WithdrawalRequested', 'Ask for withdrawals.'],
  ['collateral/withdrawals/releases', 'WithdrawalReleased', 'Release reserved withdrawals.'],
  ['payments/confirmations', 'PaymentConfirmed', 'Confirm that the bank paid.'],
  ['payments/failures', 'PaymentFailed', 'Say that the bank did not pay.'],
  ['fund-contributions', 'FundContributed', "Pay into layers of a pool's ladder."],
  ['rulebooks', 'RulebookPublished', 'Publish rulebooks.'],
  ['publishers', 'PublisherRegistered', 'Register publishers.'],
  ['venues', 'VenueConnected', 'Connect venues.'],
  ['currencies', 'CurrencyListed', 'List currencies.'],
  ['pools', 'PoolOpened', 'Open margin pools.'],
  ['members', 'MemberAdmitted', 'Admit clearing members.'],
  ['members/reinstatements', 'MemberReinstated', 'Reinstate members.'],
  ['accounts', 'AccountOpened', 'Open accounts.'],
  ['account-closures', 'AccountClosed', 'Close accounts.'],
  ['instruments', 'InstrumentListed', 'List instruments.'],
  ['market-states', 'MarketStateSet', 'Halt or reopen markets.'],
  ['settlement-cycles', 'SettlementCycleClosed', 'Close business days.'],
  ['open-orders', 'OpenOrderExposureReported', 'Report open orders, added up.'],
  ['order-cancellations/answers', 'OrderCancellationAnswered', 'Answer cancellations.'],
  ['liquidation-orders/answers', 'LiquidationOrderAnswered', 'Answer liquidation orders.'],
  ['logic-versions', 'LogicActivated', 'Put a logic version in force.'],
  ['time-jumps', 'TimeJumpAccepted', 'Accept a jump of log time.'],
];

/** Who, besides the operator, may send which input; the publisher is always the token's own. */
const otherSenders: Readonly<Partial<Record<InputName, readonly Role[]>>> = {
  TradeReported: ['publisher', 'executor'],
  PriceObserved: ['publisher'],
  CurrencyPriceObserved: ['publisher'],
  VolatilitySurfaceObserved: ['publisher'],
  MarketDepthObserved: ['publisher'],
  ForwardObserved: ['publisher'],
  RateObserved: ['publisher'],
  IndexSourceObserved: ['publisher'],
  OpenOrderExposureReported: ['publisher'],
  LiquidationOrderAnswered: ['executor'],
  OrderCancellationAnswered: ['executor'],
};

/** Roles that may send inputs of a type. */
export function sendersOf(type: InputName): readonly Role[] {
  return ['operator', ...(otherSenders[type] ?? [])];
}

/** Every role that may send anything. */
export const senders: readonly Role[] = ['operator', 'publisher', 'executor'];

export const inputOperations: readonly Operation[] = [
  {
    id: 'sendEvents',
    method: 'POST',
    path: '/v1/events',
    roles: senders,
    summary: 'Send inputs of any type that the role may send: one as JSON, many as JSON Lines.',
    input: 'any',
    answer: 'InputAnswer',
    problems: [409, 413, 415, 422],
  },
  ...inputPaths.map(([path, type, summary]): Operation => ({
    id: `send${type}`,
    method: 'POST',
    path: `/v1/${path}`,
    roles: sendersOf(type),
    summary,
    input: type,
    answer: 'InputAnswer',
    problems: [409, 413, 415, 422],
  })),
];
