import { LATEST_LOGIC } from '#libs/clearing-house';
import type { InputMessage } from '#libs/events';
import { coinNames, COINS_MAX, type Contract, listingOf, USDT_MINOR } from './contracts.js';
import { ACCOUNT_KIND, CLEARED_POOL, EXCHANGE_POOL, type Membership } from './membership.js';
import { BANK_ID, OPERATOR_ID, PRICES_ID, REGISTERED_PUBLISHERS } from './publishers.js';
import { rulebooksOf, windowsOf } from './rulebooks.js';
import type { SymbolPath, Timeline } from './timeline.js';

const DAY_US = 86_400_000_000;
/** Shares of the money in a pool that its ladder is endowed with, in ppm. */
const FUND_PPM = { liquidation: 20_000, ownCapital: 10_000, defaultFund: 30_000 } as const;
const LAYER = { liquidationFund: 0, ownCapital: 1, defaultFund: 2 } as const;

const operator = { publisherSequence: 0, publisher: OPERATOR_ID } as const;
const bank = { publisherSequence: 0, publisher: BANK_ID } as const;

interface World {
  readonly timeline: Timeline;
  readonly contracts: readonly Contract[];
  readonly members: Membership;
}

/** Everything before the first step: reference data, first prices, accounts and their money. */
export function genesisOf(world: World): InputMessage[] {
  return [...referenceData(world), ...accounts(world), ...money(world)];
}

/** Price of a coin in micros of the reference currency. */
export function coinPriceMicros(path: SymbolPath, priceTicks: number): number {
  return Math.max(1, Math.round((priceTicks * 1_000_000) / path.scale));
}

function referenceData({ timeline, contracts }: World): InputMessage[] {
  const inputs: InputMessage[] = [
    { type: 'LogicActivated', ...operator, logicVersion: LATEST_LOGIC },
    ...REGISTERED_PUBLISHERS.map((name) => ({
      type: 'PublisherRegistered' as const,
      ...operator,
      name,
    })),
    { type: 'CurrencyListed', ...operator, minorDigits: 4, name: 'USDT' },
  ];
  const coins = coinNames(timeline).slice(0, COINS_MAX);
  for (const [coin, name] of coins.entries()) {
    const path = timeline.symbols[coin]!;
    const priceMicros = coinPriceMicros(path, path.openTicks);
    inputs.push(
      { type: 'CurrencyListed', ...operator, minorDigits: 8, name },
      {
        type: 'CurrencyPriceObserved',
        publisherSequence: 0,
        publisher: PRICES_ID,
        currency: 2 + coin,
        priceMicros,
      },
    );
  }
  const today = Math.floor(timeline.startUs / DAY_US);
  inputs.push(
    { type: 'SettlementCycleClosed', ...operator, closedDate: today - 1, nextDate: today },
    { type: 'PoolOpened', ...operator, baseCurrency: 1, ladder: 0, name: 'exchange' },
    { type: 'PoolOpened', ...operator, baseCurrency: 1, ladder: 1, name: 'cleared' },
    { type: 'VenueConnected', ...operator, acceptance: 0, name: 'XNOV' },
  );
  const { staleAfterUs } = windowsOf(timeline);
  for (const contract of contracts) inputs.push(listingOf(contract, staleAfterUs));
  inputs.push(...rulebooksOf(timeline, contracts));
  for (const contract of contracts) {
    const priceTicks = timeline.symbols[contract.symbol]!.openTicks;
    inputs.push(priceOf(contract, priceTicks, timeline.startUs));
  }
  return inputs;
}

/** A mark of a contract. */
export function priceOf(contract: Contract, priceTicks: number, observedAt: number): InputMessage {
  return {
    type: 'PriceObserved',
    publisherSequence: 0,
    publisher: PRICES_ID,
    instrument: contract.id,
    priceTicks,
    observedAt,
    confidencePpm: 1_000_000,
  };
}

function accounts({ members }: World): InputMessage[] {
  const inputs: InputMessage[] = [];
  for (let member = 1; member <= members.members; member++) {
    const name = `M${String(member).padStart(2, '0')}`;
    inputs.push({ type: 'MemberAdmitted', ...operator, name });
  }
  for (let account = 1; account <= members.count; account++) {
    inputs.push({
      type: 'AccountOpened',
      ...operator,
      member: members.member[account]!,
      pool: members.pool[account]!,
      parent: members.parent[account]!,
      accountKind: members.kind[account]!,
      name: members.names[account]!,
    });
  }
  return inputs;
}

function money({ members }: World): InputMessage[] {
  const inputs: InputMessage[] = [];
  const traders = [0, 0, 0];
  const ofMember = new Float64Array(members.members + 1);
  for (let account = 1; account <= members.count; account++) {
    if (members.kind[account] === ACCOUNT_KIND.grossClient) continue;
    const capital = members.capitalMinor[account]!;
    inputs.push(...deposits(members, account));
    if (members.role[account] === 1) continue;
    const pool = members.pool[account]!;
    traders[pool] = traders[pool]! + capital;
    const member = members.member[account]!;
    ofMember[member] = ofMember[member]! + capital;
  }
  const give = (pool: number, layer: number, amount: number, member = 0): void => {
    const amountMinor = Math.max(USDT_MINOR, Math.floor(amount));
    inputs.push({ type: 'FundContributed', ...bank, pool, member, layer, amountMinor });
  };
  for (const pool of [EXCHANGE_POOL, CLEARED_POOL]) {
    give(pool, LAYER.liquidationFund, (traders[pool]! * FUND_PPM.liquidation) / 1_000_000);
    give(pool, LAYER.ownCapital, (traders[pool]! * FUND_PPM.ownCapital) / 1_000_000);
  }
  for (let member = 1; member <= members.members; member++) {
    const share = (ofMember[member]! * FUND_PPM.defaultFund) / 1_000_000;
    give(CLEARED_POOL, LAYER.defaultFund, share, member);
  }
  return inputs;
}

function deposits(members: Membership, account: number): InputMessage[] {
  const inputs: InputMessage[] = [];
  const put = (currency: number, amountMinor: number): void => {
    if (amountMinor < 1) return;
    inputs.push({ type: 'CollateralDeposited', ...bank, account, currency, amountMinor });
  };
  put(1, members.capitalMinor[account]!);
  for (let coin = 0; coin < COINS_MAX; coin++) {
    put(2 + coin, members.coinMinor[account * COINS_MAX + coin]!);
  }
  return inputs;
}
