import { plainCharges } from '#libs/margin';
import type { PublisherInput } from '#libs/sdk';

/** Ids by order of registration: the operator, then those that a new node registers itself. */
export const SESSIONS = { operator: 1, publisher: 2, executor: 3, venue: 4, spare: 5 } as const;
export const ACCOUNTS = 20;
/** Two prices of the one instrument are never further apart than what it takes for a fact. */
export const PRICE_TICKS = 400_000;

const SECOND_US = 1_000_000;

const rulebook: PublisherInput = {
  type: 'RulebookPublished',
  pool: 1,
  rulebookVersion: 1,
  effectiveAt: 0,
  makerFeePpm: 100,
  takerFeePpm: 300,
  liquidationFeePpm: 1_000,
  warningPpm: 1_200_000,
  warningClearPpm: 1_350_000,
  targetPpm: 1_250_000,
  slippagePpm: 2_000,
  orderTimeoutUs: 10 * SECOND_US,
  callWindowUs: 600 * SECOND_US,
  memberCallWindowUs: 600 * SECOND_US,
  shortOptionMaintenancePpm: 75_000,
  shortOptionInitialPpm: 150_000,
  shortOptionFloorPpm: 100_000,
  ...plainCharges,
  tiers: [{ marginClass: 1, upToLots: 1_000_000, initialPpm: 40_000, maintenancePpm: 25_000 }],
  haircuts: [],
  policies: [{ accountKind: 0, onBreach: 0 }],
};

const perpetual: PublisherInput = {
  type: 'InstrumentListed',
  currency: 1,
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
  maxPriceTicks: 1_000_000,
  outlierPpm: 100_000,
  staleAfterUs: 0,
  expiresAt: 0,
  name: 'PERP',
};

/**
 * What an operator sends before anything else: a venue, a perpetual and accounts that no price
 * within bounds can bring to a breach, so that every trade is judged by its own terms alone.
 */
export function streamWorld(accounts = ACCOUNTS): PublisherInput[] {
  const ids = Array.from({ length: accounts }, (_, k) => k + 1);
  return [
    { type: 'PublisherRegistered', name: 'venue' },
    { type: 'PublisherRegistered', name: 'spare' },
    { type: 'CurrencyListed', name: 'USD', minorDigits: 4 },
    { type: 'PoolOpened', name: 'exchange', baseCurrency: 1, ladder: 0 },
    { type: 'VenueConnected', name: 'XNOV', acceptance: 0 },
    ...ids.map((id): PublisherInput => {
      const [name, accountKind] = [`account-${String(id)}`, 0];
      return { type: 'AccountOpened', name, accountKind, pool: 1, member: 0, parent: 0 };
    }),
    perpetual,
    rulebook,
    {
      ...{ type: 'PriceObserved', instrument: 1, priceTicks: PRICE_TICKS },
      ...{ observedAt: 1_621_382_400_000_000, confidencePpm: 1_000_000 },
    },
    ...ids.map((account): PublisherInput => {
      return { type: 'CollateralDeposited', account, currency: 1, amountMinor: 1e13 };
    }),
  ];
}

/** The trade of a number: every hundredth has no lots and is refused. */
export function tradeOf(number: number, accounts = ACCOUNTS): PublisherInput {
  return {
    type: 'TradeReported',
    venue: 1,
    instrument: 1,
    buyer: 1 + (number % accounts),
    seller: 1 + ((number + 1) % accounts),
    tradeDate: 0,
    businessDate: 0,
    priceTicks: PRICE_TICKS,
    quantityLots: number % 100 === 0 ? 0 : 1 + (number % 5),
    executedAt: 1_621_382_400_000_000 + number,
    matchId: number,
    tradeId: number,
    liquidationOrder: 0,
    tradeType: 0,
    aggressor: 0,
    acceptBy: 0,
    details: '',
  };
}
