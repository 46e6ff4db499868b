/** Inputs that make a small house: two pools, two members, five accounts, one contract, money. */
const types: readonly (readonly [type: string, fields: object])[] = [
  ['CurrencyListed', { name: 'USD', minorDigits: 4 }],
  ['CurrencyListed', { name: 'BTC', minorDigits: 8 }],
  ['CurrencyPriceObserved', { currency: 'BTC', priceMicros: '40000000000' }],
  ['PoolOpened', { name: 'exchange', baseCurrency: 'USD', ladder: 'exchange' }],
  ['PoolOpened', { name: 'cleared', baseCurrency: 'USD', ladder: 'cleared' }],
  ['VenueConnected', { name: 'XNOV', acceptance: 'open-offer' }],
  ['MemberAdmitted', { name: 'M01' }],
  ['MemberAdmitted', { name: 'M02' }],
  ['AccountOpened', { name: 'alice', accountKind: 'direct', pool: 'exchange' }],
  ['AccountOpened', { name: 'bob', accountKind: 'direct', pool: 'exchange' }],
  ['AccountOpened', { name: 'M01-house', accountKind: 'house', pool: 'cleared', member: 'M01' }],
  ['AccountOpened', { name: 'M02-house', accountKind: 'house', pool: 'cleared', member: 'M02' }],
  ['AccountOpened', { name: 'M01-cli', accountKind: 'individual', pool: 'cleared', member: 'M01' }],
  [
    'InstrumentListed',
    {
      name: 'BTC-PERP',
      currency: 'USD',
      kind: 'perpetual',
      payoff: 'linear',
      premium: 'variation',
      optionType: 'none',
      marginClass: 1,
      tickDigits: 1,
      multiplier: '1',
      underlyingMultiplier: '0',
      strikeTicks: '0',
      maxLots: '1000000',
      maxPriceTicks: '100000000',
      outlierPpm: 300000,
      staleAfterUs: '0',
    },
  ],
  ['RulebookPublished', rulebook('exchange')],
  ['RulebookPublished', rulebook('cleared')],
  ['PriceObserved', { instrument: 'BTC-PERP', priceTicks: '400000' }],
  ['FundContributed', { pool: 'exchange', layer: 'liquidation-fund', amountMinor: '10000000' }],
  ['CollateralDeposited', { account: 'alice', currency: 'USD', amountMinor: '40000000' }],
  ['CollateralDeposited', { account: 'bob', currency: 'USD', amountMinor: '10000000000' }],
  ['CollateralDeposited', { account: 'M01-house', currency: 'USD', amountMinor: '10000000000' }],
  ['CollateralDeposited', { account: 'M02-house', currency: 'USD', amountMinor: '10000000000' }],
];

function rulebook(pool: string): object {
  return {
    pool,
    rulebookVersion: 1,
    makerFeePpm: 200,
    takerFeePpm: 500,
    liquidationFeePpm: 5000,
    warningPpm: 1200000,
    warningClearPpm: 1300000,
    targetPpm: 1100000,
    slippagePpm: 10000,
    orderTimeoutUs: '10000000',
    callWindowUs: '1800000000',
    memberCallWindowUs: '900000000',
    shortOptionMaintenancePpm: 75000,
    shortOptionInitialPpm: 150000,
    shortOptionFloorPpm: 100000,
    tiers: [{ marginClass: 1, upToLots: '1000000', initialPpm: 100000, maintenancePpm: 50000 }],
    haircuts: [{ currency: 'BTC', haircutPpm: 100000 }],
    policies: [
      { accountKind: 'direct', onBreach: 'liquidate' },
      { accountKind: 'house', onBreach: 'call-member' },
      { accountKind: 'individual', onBreach: 'liquidate' },
    ],
  };
}

/** The small house as a batch. */
export const smallHouse: readonly object[] = types.map(([type, fields], k) => ({
  messageId: `house-${String(k + 1).padStart(4, '0')}`,
  type,
  ...fields,
}));

/** A trade of that house; `more` changes it. */
export function trade(number: number, more: object = {}) {
  return {
    type: 'TradeReported' as const,
    messageId: `trade-${String(number).padStart(8, '0')}`,
    venue: 'XNOV',
    instrument: 'BTC-PERP',
    buyer: 'alice',
    seller: 'bob',
    tradeDate: '2021-05-19',
    priceTicks: '400000',
    quantityLots: '1',
    executedAt: '2021-05-19T00:02:00Z',
    matchId: String(number),
    tradeId: String(number),
    tradeType: 'regular' as const,
    aggressor: 'none' as const,
    ...more,
  };
}
