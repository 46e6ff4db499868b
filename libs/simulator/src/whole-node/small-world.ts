import type { MessageNamed } from '#libs/events';
import { plainCharges } from '#libs/margin';
import type { Draft } from './simulated-publisher.js';

/** 19 May 2021 00:00 UTC, microseconds: when every simulated world begins. */
export const WORLD_BEGINS_US = 1_621_382_400_000_000;
export const SECOND_US = 1_000_000;

export const OPERATOR = { id: 1, name: 'operator' } as const;
export const PRICES = { id: 2, name: 'prices' } as const;
export const VENUE = { id: 3, name: 'venue' } as const;
/** Subscribes to all decisions and sends nothing. */
export const OBSERVER = { id: 4, name: 'observer' } as const;

type ExecutionTerms = MessageNamed<'RulebookPublished'>['executionTerms'];

const EXCHANGE = 1;
const CLEARED = 2;
export const INSTRUMENTS = [1, 2] as const;
export const OPENING_TICKS = 400_000;

/** Accounts by id: six direct traders, a maker with deep pockets, and a member with a client. */
export const TRADERS = [1, 2, 3, 4, 5, 6] as const;
export const MAKER = 7;
export const MEMBER_HOUSE = 8;
export const MEMBER_CLIENT = 9;
/**
 * Pairs of direct accounts that do the same at the same price until they are liquidated: their breaches
 * are equal in severity and deficit, and only the account decides who comes first.
 */
export const TWINS = [
  [10, 11],
  [12, 13],
  [14, 15],
  [16, 17],
] as const;
/** The other side of what is liquidated in the cleared pool: a second member, with deep pockets. */
export const CLEARED_MAKER = 18;

const terms = {
  type: 'RulebookPublished',
  rulebookVersion: 1,
  effectiveAt: 0,
  makerFeePpm: 200,
  takerFeePpm: 500,
  liquidationFeePpm: 5_000,
  warningPpm: 1_200_000,
  warningClearPpm: 1_300_000,
  targetPpm: 1_100_000,
  slippagePpm: 10_000,
  orderTimeoutUs: 5 * SECOND_US,
  callWindowUs: 12 * SECOND_US,
  memberCallWindowUs: 8 * SECOND_US,
  shortOptionMaintenancePpm: 75_000,
  shortOptionInitialPpm: 150_000,
  shortOptionFloorPpm: 100_000,
  ...plainCharges,
  tiers: [
    { marginClass: 1, upToLots: 1_000, initialPpm: 100_000, maintenancePpm: 50_000 },
    { marginClass: 1, upToLots: 1_000_000, initialPpm: 200_000, maintenancePpm: 100_000 },
  ],
  haircuts: [],
  policies: [
    { accountKind: 0, onBreach: 0 },
    { accountKind: 1, onBreach: 2 },
    { accountKind: 5, onBreach: 2 },
  ],
} as const;

const perpetual = {
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
  maxPriceTicks: 100_000_000,
  outlierPpm: 300_000,
  staleAfterUs: 15 * SECOND_US,
  expiresAt: 0,
} as const;

/** What the operator sends before anything else, with the execution terms of the exchange pool; a lot is worth 40 USD at the opening price. */
export function smallWorld(executionTerms: ExecutionTerms = []): Draft[] {
  const open = (name: string, accountKind: number, pool: number, member: number): Draft => ({
    ...{ type: 'AccountOpened', name, accountKind, pool, member, parent: 0 },
  });
  return [
    { type: 'LogicActivated', logicVersion: 3 },
    { type: 'PublisherRegistered', name: PRICES.name },
    { type: 'PublisherRegistered', name: VENUE.name },
    { type: 'PublisherRegistered', name: OBSERVER.name },
    { type: 'CurrencyListed', name: 'USD', minorDigits: 4 },
    { type: 'PoolOpened', name: 'exchange', baseCurrency: 1, ladder: 0 },
    { type: 'PoolOpened', name: 'cleared', baseCurrency: 1, ladder: 1 },
    { type: 'VenueConnected', name: 'XNOV', acceptance: 0 },
    { type: 'MemberAdmitted', name: 'M1' },
    { type: 'MemberAdmitted', name: 'M2' },
    ...TRADERS.map((id) => open(`trader-${String(id)}`, 0, EXCHANGE, 0)),
    open('maker', 0, EXCHANGE, 0),
    open('M1-house', 1, CLEARED, 1),
    open('M1-client', 5, CLEARED, 1),
    ...TWINS.flat().map((id) => open(`twin-${String(id)}`, 0, EXCHANGE, 0)),
    open('M2-house', 1, CLEARED, 2),
    ...INSTRUMENTS.map((id): Draft => ({ ...perpetual, name: `PERP-${String(id)}` })),
    { ...terms, pool: EXCHANGE, executionTerms },
    { ...terms, pool: CLEARED },
    { type: 'FundContributed', pool: EXCHANGE, member: 0, layer: 0, amountMinor: usd(5_000) },
    { type: 'FundContributed', pool: CLEARED, member: 1, layer: 2, amountMinor: usd(2_000) },
    ...TRADERS.map((id) => deposit(id, 3_000 + id * 700)),
    deposit(MAKER, 5_000_000),
    deposit(MEMBER_HOUSE, 20_000),
    deposit(MEMBER_CLIENT, 4_000),
    ...TWINS.flat().map((id) => deposit(id, 3_000)),
    deposit(CLEARED_MAKER, 5_000_000),
  ];
}

export function deposit(account: number, dollars: number): Draft {
  return { type: 'CollateralDeposited', account, currency: 1, amountMinor: usd(dollars) };
}

/** US dollars in minor units. */
export function usd(dollars: number): number {
  return Math.round(dollars * 10_000);
}
