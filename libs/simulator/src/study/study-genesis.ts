import type { InputMessage } from '#libs/events';
import { type HedgeContract, hedgeListing, type HedgeMarket } from './hedged-contracts.js';
import type { MarketPath } from './price-path.js';
import type { StudyAccount } from './study-population.js';
import { LINEAR_POOL, PORTFOLIO_POOL, studyRulebooks, type StudyTerms } from './study-rulebooks.js';

const operator = { publisherSequence: 0, publisher: 1 } as const;
const DAY_US = 86_400_000_000;
/** What a maker brings: it takes the other side of everything and never fails. */
const MAKER_MINOR = 400_000_000_000_000;
const LIQUIDATION_FUND = 0;

export interface StudyWorld {
  readonly path: MarketPath;
  readonly contracts: readonly HedgeContract[];
  readonly market: HedgeMarket;
  readonly accounts: readonly StudyAccount[];
  readonly logicVersion: number;
}

/** The account that takes the other side in a pool: the last two ids. */
export function makerOf(world: StudyWorld, pool: number): number {
  return world.accounts.length + pool;
}

/** Deposits and the fund: what the probe gives in plenty, and the study as it should be. */
export interface StudyMoney {
  readonly deposits: readonly number[];
  /** Liquidation fund of each pool, minor units. */
  readonly funds: readonly number[];
}

/**
 * Everything before the first step: positions are opened at the first prices under a rulebook that asks
 * for nearly nothing, so that a hedge may come leg by leg; then the study's own comes into force.
 */
export function studyGenesis(
  world: StudyWorld,
  money: StudyMoney,
  terms: StudyTerms,
): InputMessage[] {
  const { path, contracts, accounts, logicVersion } = world;
  const inputs: InputMessage[] = [
    { type: 'LogicActivated', ...operator, logicVersion },
    { type: 'CurrencyListed', ...operator, minorDigits: 4, name: 'USDT' },
    { type: 'PoolOpened', ...operator, baseCurrency: 1, ladder: 0, name: 'linear' },
    { type: 'PoolOpened', ...operator, baseCurrency: 1, ladder: 0, name: 'portfolio' },
    { type: 'VenueConnected', ...operator, acceptance: 0, name: 'XNOV' },
    ...contracts.map(hedgeListing),
  ];
  const rulebooks = studyRulebooks(path.assets.length, terms);
  const [linear] = rulebooks;
  const rates = { initialPpm: 1, maintenancePpm: 1 };
  for (const { pool } of rulebooks) {
    inputs.push({
      ...linear!,
      pool,
      shortOptionMaintenancePpm: 1,
      shortOptionInitialPpm: 1,
      shortOptionFloorPpm: 1,
      tiers: linear!.tiers.map((tier) => ({ ...tier, ...rates })),
    });
  }
  const first = path.assets.map(({ prices }) => prices[0]!);
  inputs.push(
    ...markInputs(world, first, path.startUs),
    ...surfaceInputs(world, first, path.startUs),
  );
  for (const [k, { pool }] of accounts.entries()) inputs.push(opening(pool, `A${String(k + 1)}`));
  for (const pool of [LINEAR_POOL, PORTFOLIO_POOL]) {
    inputs.push(opening(pool, `maker-${String(pool)}`));
    inputs.push(deposit(makerOf(world, pool), MAKER_MINOR));
  }
  for (const k of accounts.keys()) inputs.push(deposit(k + 1, money.deposits[k]!));
  inputs.push(...openingTrades(world, first));
  for (const [k, amount] of money.funds.entries()) {
    const fund = { pool: k + 1, member: 0, layer: LIQUIDATION_FUND, amountMinor: amount };
    if (amount > 0) inputs.push({ type: 'FundContributed', ...operator, ...fund });
  }
  for (const rulebook of rulebooks) inputs.push({ ...rulebook, rulebookVersion: 2 });
  return inputs;
}

function opening(pool: number, name: string): InputMessage {
  const direct = { member: 0, parent: 0, accountKind: 0 };
  return { type: 'AccountOpened', ...operator, ...direct, pool, name };
}

function deposit(account: number, amountMinor: number): InputMessage {
  return { type: 'CollateralDeposited', ...operator, account, currency: 1, amountMinor };
}

/** A mark of each contract where the coins cost so much. */
export function markInputs(
  { contracts, market }: StudyWorld,
  prices: readonly number[],
  timeUs: number,
): InputMessage[] {
  return contracts.map((contract) => ({
    type: 'PriceObserved',
    ...operator,
    instrument: contract.id,
    priceTicks: Math.max(
      1,
      Math.round(market.worthOf(contract, prices[contract.asset]!, timeUs).ticks),
    ),
    observedAt: timeUs,
    confidencePpm: 1_000_000,
  }));
}

/** A flat surface of each coin's options. */
export function surfaceInputs(
  { contracts, market }: StudyWorld,
  prices: readonly number[],
  timeUs: number,
): InputMessage[] {
  return contracts
    .filter(({ kind }) => kind === 'future')
    .map((future) => {
      const price = prices[future.asset]!;
      const forwardTicks = market.forwardTicks(future, price);
      const volatilityPpm = market.volatilityPpm(future.asset, price);
      return {
        type: 'VolatilitySurfaceObserved',
        ...operator,
        instrument: future.id - 1,
        observedAt: timeUs,
        confidencePpm: 1_000_000,
        expiries: [{ expiry: future.expiresAtUs, forwardTicks }],
        points: [{ expiryPlace: 0, strikeTicks: forwardTicks, volatilityPpm }],
      };
    });
}

function openingTrades(world: StudyWorld, prices: readonly number[]): InputMessage[] {
  const { path, contracts, market, accounts } = world;
  const inputs: InputMessage[] = [];
  for (const [k, { legs, pool }] of accounts.entries()) {
    for (const { contract: id, lots } of legs) {
      const contract = contracts[id - 1]!;
      const { ticks } = market.worthOf(contract, prices[contract.asset]!, path.startUs);
      const [buyer, seller] =
        lots > 0 ? [k + 1, makerOf(world, pool)] : [makerOf(world, pool), k + 1];
      inputs.push(
        fillInput({
          instrument: id,
          buyer,
          seller,
          lots: Math.abs(lots),
          priceTicks: Math.max(1, Math.round(ticks)),
          order: 0,
          number: inputs.length + 1,
          timeUs: path.startUs,
        }),
      );
    }
  }
  return inputs;
}

export interface StudyTrade {
  readonly instrument: number;
  readonly buyer: number;
  readonly seller: number;
  readonly lots: number;
  readonly priceTicks: number;
  /** The liquidation order that it fills; 0 for an opening trade. */
  readonly order: number;
  readonly number: number;
  readonly timeUs: number;
}

/** A trade between an account and the maker of its pool. */
export function fillInput(trade: StudyTrade): InputMessage {
  return {
    type: 'TradeReported',
    ...operator,
    venue: 1,
    instrument: trade.instrument,
    buyer: trade.buyer,
    seller: trade.seller,
    tradeDate: Math.floor(trade.timeUs / DAY_US),
    businessDate: 0,
    priceTicks: trade.priceTicks,
    quantityLots: trade.lots,
    executedAt: trade.timeUs,
    matchId: trade.number,
    tradeId: trade.number,
    liquidationOrder: trade.order,
    tradeType: trade.order === 0 ? 0 : 2,
    aggressor: 0,
    acceptBy: 0,
    details: '',
  };
}
