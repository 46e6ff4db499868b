import type { Random } from '../market/random.js';
import {
  BTC,
  CONTRACT,
  EUR,
  inverseDraft,
  optionDraft,
  perpetualDraft,
  USD,
} from './contract-drafts.js';
import { rulebookDraft } from './rulebook-drafts.js';
import type { Draft } from './steps.js';
import { BEGINNING, DAY, HOUR, type WorldPlan } from './world-plan.js';

/** Pools by the order in which a world opens them. */
export const POOL = { exchange: 1, cleared: 2, coin: 3, whales: 4 } as const;
export const VENUE = { openOffer: 1, onAck: 2 } as const;
/** Accounts 1 and 2 are makers of the exchange pool; the herd follows. */
export const MAKERS = 2;
const ACCOUNTS_PER_MEMBER = 8;
/** Amounts that fill a ledger to almost 2^52. */
const WHALE_MINOR = 4_503_599_627_000_000;

/** The inputs that build a world, in order. */
export function genesisInputs(plan: WorldPlan, random: Random): Draft[] {
  return [
    ...partyDrafts(plan),
    ...currencyDrafts(plan),
    { type: 'PoolOpened', name: 'exchange', baseCurrency: USD, ladder: 0 },
    { type: 'PoolOpened', name: 'cleared', baseCurrency: USD, ladder: 1 },
    { type: 'PoolOpened', name: 'coin', baseCurrency: BTC, ladder: 1 },
    ...accountDrafts(plan),
    ...contractDrafts(plan),
    rulebookDraft(random, POOL.exchange, 1),
    rulebookDraft(random, POOL.cleared, 1),
    rulebookDraft(random, POOL.coin, 1),
    ...priceDrafts(),
    ...moneyDrafts(plan, random),
    ...(plan.hasWhales ? whaleDrafts(plan, random) : []),
    ...(plan.hasManyCurrencies ? rateDrafts() : []),
  ];
}

function partyDrafts(plan: WorldPlan): Draft[] {
  const drafts: Draft[] = [
    { type: 'PublisherRegistered', name: 'venue-feed' },
    { type: 'PublisherRegistered', name: 'price-feed' },
    { type: 'VenueConnected', name: 'XOPN', acceptance: 0 },
    { type: 'VenueConnected', name: 'XACK', acceptance: 1 },
  ];
  for (let m = 1; m <= plan.members; m++) drafts.push({ type: 'MemberAdmitted', name: `M${m}` });
  return drafts;
}

function currencyDrafts(plan: WorldPlan): Draft[] {
  const drafts: Draft[] = [
    { type: 'CurrencyListed', name: 'USD', minorDigits: 4 },
    { type: 'CurrencyListed', name: 'BTC', minorDigits: 8 },
    { type: 'CurrencyListed', name: 'EUR', minorDigits: 2 },
    { type: 'CurrencyListed', name: 'XAU', minorDigits: 6 },
    { type: 'CurrencyPriceObserved', currency: BTC, priceMicros: 40_000_000_000 },
    { type: 'CurrencyPriceObserved', currency: EUR, priceMicros: 1_200_000 },
  ];
  if (!plan.hasManyCurrencies) return drafts;
  for (let k = 5; k <= 64; k++) {
    drafts.push({ type: 'CurrencyListed', name: `C${k}`, minorDigits: k % 10 });
  }
  return drafts;
}

function accountDrafts(plan: WorldPlan): Draft[] {
  const drafts: Draft[] = [];
  let last = 0;
  const open = (
    name: string,
    accountKind: number,
    pool: number,
    member = 0,
    parent = 0,
  ): number => {
    drafts.push({ type: 'AccountOpened', name, accountKind, pool, member, parent });
    last += 1;
    return last;
  };
  for (let k = 1; k <= MAKERS; k++) open(`maker-${k}`, 0, POOL.exchange);
  for (let k = 1; k <= plan.herd; k++) open(`herd-${k}`, 0, POOL.exchange);
  for (let k = 1; k <= plan.directs; k++) open(`direct-${k}`, 0, POOL.exchange);
  for (let member = 1; member <= plan.members; member++) {
    const pool = member === 3 ? POOL.coin : POOL.cleared;
    const own = `M${member}`;
    open(`${own}-house`, 1, pool, member);
    open(`${own}-net`, 2, pool, member);
    const parent = open(`${own}-gross`, 3, pool, member);
    open(`${own}-gross-a`, 4, pool, member, parent);
    open(`${own}-gross-b`, 4, pool, member, parent);
    open(`${own}-client-a`, 5, pool, member);
    open(`${own}-client-b`, 5, pool, member);
    open(`${own}-abroad`, 5, pool === POOL.coin ? POOL.cleared : POOL.coin, member);
  }
  for (let k = 1; k <= plan.idlers; k++) open(`idle-${k}`, 0, POOL.exchange);
  return drafts;
}

function contractDrafts(plan: WorldPlan): Draft[] {
  const { staleAfterUs } = plan;
  const expiresAt = BEGINNING + 8 * HOUR;
  return [
    perpetualDraft('BTC-PERP', { staleAfterUs }),
    inverseDraft('BTC-INV', { staleAfterUs }),
    perpetualDraft('BTC-FUT', { kind: 1, expiresAt, staleAfterUs }),
    inverseDraft('BTC-INV-FUT', { kind: 1, expiresAt: expiresAt + HOUR }),
    optionDraft('CALL-PAID', { premium: 1, expiresAt, strikeTicks: 420_000 }),
    optionDraft('PUT-PAID', { premium: 1, optionType: 2, expiresAt: BEGINNING + DAY }),
    optionDraft('CALL-DAILY', { expiresAt: BEGINNING + 2 * DAY, strikeTicks: 380_000 }),
    optionDraft('PUT-DAILY', { optionType: 2, expiresAt: BEGINNING + 4 * HOUR }),
    perpetualDraft('EUR-PERP', { currency: EUR, marginClass: 3, outlierPpm: 0 }),
    perpetualDraft('DARK-PERP'),
    perpetualDraft('ODD-PERP', { marginClass: 9 }),
  ];
}

/** First prices in ticks by contract. */
export const FIRST_PRICES: Readonly<Record<number, number>> = {
  [CONTRACT.perpetual]: 400_000,
  [CONTRACT.inversePerpetual]: 400_000,
  [CONTRACT.future]: 402_000,
  [CONTRACT.inverseFuture]: 402_000,
  [CONTRACT.paidCall]: 12_000,
  [CONTRACT.paidPut]: 15_000,
  [CONTRACT.dailyCall]: 30_000,
  [CONTRACT.dailyPut]: 9_000,
  [CONTRACT.euroPerpetual]: 3_000,
  [CONTRACT.odd]: 100,
};

function priceDrafts(): Draft[] {
  return Object.entries(FIRST_PRICES).map(([instrument, priceTicks]) => ({
    type: 'PriceObserved',
    instrument: Number(instrument),
    priceTicks,
    observedAt: BEGINNING,
    confidencePpm: 1_000_000,
  }));
}

function moneyDrafts(plan: WorldPlan, random: Random): Draft[] {
  const drafts: Draft[] = [];
  const deposit = (account: number, currency: number, amountMinor: number): void => {
    drafts.push({ type: 'CollateralDeposited', account, currency, amountMinor });
  };
  for (let account = 1; account <= MAKERS; account++) {
    deposit(account, USD, 5_000_000_000);
    if (!plan.isCoinless) deposit(account, BTC, 5_000_000_000);
  }
  const herdEnd = MAKERS + plan.herd;
  for (let k = 1; k <= plan.herd; k++) {
    deposit(MAKERS + k, USD, 2_000_000 + (plan.isUniformHerd ? 0 : random.below(200_000)));
  }
  for (let k = 1; k <= plan.directs; k++) deposit(herdEnd + k, USD, few(random));
  for (let member = 0; member < plan.members; member++) {
    const first = herdEnd + plan.directs + member * ACCOUNTS_PER_MEMBER + 1;
    const isCoin = member === 2;
    const currency = isCoin && !plan.isCoinless ? BTC : USD;
    // House, net, gross and both clients' accounts; not the gross-clients, which have no purse.
    for (const place of [0, 1, 2, 5, 6]) deposit(first + place, currency, few(random));
    if (plan.hasRichHouses) deposit(first, currency, 100_000_000);
  }
  drafts.push(
    {
      type: 'FundContributed',
      pool: POOL.exchange,
      member: 0,
      layer: 0,
      amountMinor: plan.fundMinor,
    },
    { type: 'FundContributed', pool: POOL.cleared, member: 0, layer: 1, amountMinor: 300_000 },
    { type: 'FundContributed', pool: POOL.cleared, member: 1, layer: 2, amountMinor: 200_000 },
  );
  return drafts;
}

/** Rates of a currency for as many days as are kept. */
function rateDrafts(): Draft[] {
  return Array.from({ length: 64 }, (_, k) => ({
    ...{ type: 'RateObserved', currency: EUR, ratePpb: 20_000_000 + k, confidencePpm: 1_000_000 },
    ...{ expiry: BEGINNING + (k + 1) * DAY, observedAt: BEGINNING },
  }));
}

/** Some hundred dollars or some thousandths of a coin. */
function few(random: Random): number {
  return 2_000_000 + random.below(2_000_000) * (1 + random.below(5));
}

/** A pool in a currency of its own whose ledgers are almost full. */
function whaleDrafts(plan: WorldPlan, random: Random): Draft[] {
  const first =
    MAKERS + plan.herd + plan.directs + plan.members * ACCOUNTS_PER_MEMBER + plan.idlers + 1;
  const drafts: Draft[] = [];
  if (!plan.hasManyCurrencies) {
    drafts.push({ type: 'CurrencyListed', name: 'WHL', minorDigits: 4 });
  }
  const currency = 5;
  const account = { type: 'AccountOpened', accountKind: 0, member: 0, parent: 0 } as const;
  return [
    ...drafts,
    { type: 'CurrencyPriceObserved', currency, priceMicros: 1_000_000 },
    { type: 'PoolOpened', name: 'whales', baseCurrency: currency, ladder: 0 },
    { ...account, name: 'whale-1', pool: POOL.whales },
    { ...account, name: 'whale-2', pool: POOL.whales },
    perpetualDraft('WHALE-PERP', { currency, multiplier: 100 }),
    rulebookDraft(random, POOL.whales, 1),
    {
      type: 'PriceObserved',
      instrument: 12,
      priceTicks: 1_000_000,
      observedAt: BEGINNING,
      confidencePpm: 1_000_000,
    },
    { type: 'CollateralDeposited', account: first, currency, amountMinor: WHALE_MINOR },
  ];
}
