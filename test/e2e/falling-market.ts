import type { InputMessage } from '#libs/events';
import { plainCharges } from '#libs/margin';

type Bare<M> = M extends InputMessage ? Omit<M, 'publisher' | 'publisherSequence'> : never;
export type BareInput = Bare<InputMessage>;

const SECOND_US = 1_000_000;
const POOL = 1;
const USD = 1;
const PERP = 1;
const [M1, M2] = [1, 2];
/** Kinds of accounts. */
const [HOUSE, OMNIBUS, INDIVIDUAL] = [1, 2, 5];
const OPEN_TICKS = 400_000;
const LOTS = 10;
const STEP_TICKS = 100;
const TRADES_A_STEP = 20;

/** Account ids: two house accounts, two that only trade, then those that fail one after another. */
export const MAKER = 2;
const TRADERS = [3, 4] as const;
const FIRST_FAILING = 5;

/** Members M1 and M2 whose clients fail one after another while a price falls step by step. */
export class FallingMarket {
  constructor(readonly failing: number) {}

  /** Name of an account; those with an even place among the failing are of M2. */
  memberOf(account: number): number {
    if (account < FIRST_FAILING) return account === 1 || account === 3 ? M1 : M2;
    return account % 2 === 1 ? M1 : M2;
  }

  nameOf(account: number): string {
    return `A${String(account).padStart(4, '0')}`;
  }

  /** Everything before the first step. */
  genesis(): BareInput[] {
    const accounts = Array.from({ length: FIRST_FAILING - 1 + this.failing }, (_, k) => k + 1);
    return [
      { type: 'CurrencyListed', name: 'USD', minorDigits: 4 },
      { type: 'PoolOpened', name: 'cleared', baseCurrency: USD, ladder: 1 },
      { type: 'VenueConnected', name: 'XNOV', acceptance: 0 },
      { type: 'MemberAdmitted', name: 'M1' },
      { type: 'MemberAdmitted', name: 'M2' },
      listing,
      rulebook,
      ...accounts.map((account) => this.opening(account)),
      ...accounts.map((account) => this.deposit(account)),
      price(0),
      ...accounts.slice(FIRST_FAILING - 1).map((account) => trade(account, MAKER, LOTS, account)),
    ];
  }

  /** The inputs of a step: trades that change nothing much, and a lower price. */
  step(step: number): BareInput[] {
    const inputs: BareInput[] = [];
    for (let k = 0; k < TRADES_A_STEP; k++) {
      const [buyer, seller] = k % 2 === 0 ? TRADERS : [TRADERS[1], TRADERS[0]];
      inputs.push(trade(buyer, seller, 1, 1_000_000 + step * TRADES_A_STEP + k));
    }
    inputs.push(price(step));
    return inputs;
  }

  private opening(account: number): BareInput {
    const member = this.memberOf(account);
    const accountKind = account <= 2 ? HOUSE : account % 5 === 0 ? OMNIBUS : INDIVIDUAL;
    const name = this.nameOf(account);
    return { type: 'AccountOpened', name, accountKind, pool: POOL, member, parent: 0 };
  }

  /** Just enough that a client fails at its step: maintenance is 5 %. */
  private deposit(account: number): BareInput {
    const atTicks = OPEN_TICKS - (account - FIRST_FAILING + 2) * STEP_TICKS;
    const needed = LOTS * (OPEN_TICKS - atTicks) + (LOTS * atTicks) / 20;
    const amountMinor = account < FIRST_FAILING ? 1e13 : Math.floor(needed);
    return { type: 'CollateralDeposited', account, currency: USD, amountMinor };
  }
}

function trade(buyer: number, seller: number, quantityLots: number, id: number): BareInput {
  return {
    type: 'TradeReported',
    venue: 1,
    instrument: PERP,
    buyer,
    seller,
    tradeDate: 20_000,
    businessDate: 0,
    priceTicks: OPEN_TICKS,
    quantityLots,
    executedAt: 1_728_000_000_000_000,
    matchId: id,
    tradeId: id,
    liquidationOrder: 0,
    tradeType: 0,
    aggressor: 0,
    acceptBy: 0,
    details: '',
  };
}

function price(step: number): BareInput {
  return {
    type: 'PriceObserved',
    instrument: PERP,
    priceTicks: OPEN_TICKS - step * STEP_TICKS,
    observedAt: 1_728_000_000_000_000 + step,
    confidencePpm: 1_000_000,
  };
}

const listing: BareInput = {
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
  maxPriceTicks: 1_000_000,
  outlierPpm: 300_000,
  staleAfterUs: 0,
  expiresAt: 0,
};

const rulebook: BareInput = {
  type: 'RulebookPublished',
  pool: POOL,
  rulebookVersion: 1,
  effectiveAt: 0,
  makerFeePpm: 0,
  takerFeePpm: 0,
  liquidationFeePpm: 0,
  warningPpm: 1_010_000,
  warningClearPpm: 1_300_000,
  targetPpm: 1_100_000,
  slippagePpm: 10_000,
  orderTimeoutUs: 3600 * SECOND_US,
  callWindowUs: 3600 * SECOND_US,
  memberCallWindowUs: 3600 * SECOND_US,
  shortOptionMaintenancePpm: 75_000,
  shortOptionInitialPpm: 150_000,
  shortOptionFloorPpm: 100_000,
  ...plainCharges,
  tiers: [{ marginClass: 1, upToLots: 1_000_000, initialPpm: 50_000, maintenancePpm: 50_000 }],
  haircuts: [],
  policies: [
    { accountKind: HOUSE, onBreach: 2 },
    { accountKind: OMNIBUS, onBreach: 2 },
    { accountKind: INDIVIDUAL, onBreach: 0 },
  ],
};
