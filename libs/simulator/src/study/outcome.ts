import type { Message } from '#libs/events';
import { PAYER } from '#libs/default-management';
import { invariant } from '#libs/units';
import type { PolicyName } from './policies.js';
import type { StudyHouse } from './study-house.js';
import type { StudyCase } from './study-run.js';
import { MINOR } from './hedged-contracts.js';

/** What a policy did to one population. Money in the reference currency. */
export interface Outcome {
  readonly policy: PolicyName;
  readonly seed: number;
  /** Of population, prices and liquidity: equal for all policies of a seed. */
  readonly digest: string;
  readonly accountsLiquidated: number;
  readonly notionalLiquidated: number;
  readonly accountsBankrupted: number;
  /** Shortfalls that the funds paid, and that nobody could pay. */
  readonly fundLoss: number;
  readonly uncoveredLoss: number;
  /** Largest displacement of a coin's price by liquidations, a share of it. */
  readonly largestExtraMove: number;
  /** Healthy accounts that lost lots to a deleveraging, the makers apart. */
  readonly accountsDeleveraged: number;
  /** What they and the makers gave up against the mark by it. */
  readonly deleveragingLoss: number;
  /** Equity that all accounts but the makers lost from the first step to the last. */
  readonly equityLost: number;
  /** Accounts still under liquidation at the end. */
  readonly unfinished: number;
  readonly orders: number;
  /** By the kind of book: accounts liquidated, bankrupted, and what their shortfalls came to. */
  readonly books: Readonly<Record<string, BookOutcome>>;
}

/** Everything that the bankrupt did not pay themselves. */
export function lossOf({ fundLoss, uncoveredLoss, deleveragingLoss }: Outcome): number {
  return fundLoss + uncoveredLoss + deleveragingLoss;
}

export interface BookOutcome {
  readonly liquidated: number;
  readonly bankrupted: number;
  readonly shortfall: number;
}

const NO_BOOK: BookOutcome = { liquidated: 0, bankrupted: 0, shortfall: 0 };

interface VenueFigures {
  readonly notional: number;
  readonly largestMove: number;
  readonly working: number;
}

/** Counts what the house decided. */
export class OutcomeTally {
  private readonly liquidated = new Set<number>();
  private readonly open = new Set<number>();
  private readonly bankrupt = new Map<number, number>();
  private readonly deleveraged = new Set<number>();
  private deleveragingMinor = 0;
  private uncoveredMinor = 0;
  private fundMinor = 0;
  private orders = 0;
  private readonly startEquity: number;

  constructor(
    private readonly given: StudyCase,
    private readonly house: StudyHouse,
  ) {
    this.startEquity = this.equity();
  }

  learn(told: Message): void {
    switch (told.type) {
      case 'LiquidationOpened':
        this.liquidated.add(told.account);
        this.open.add(told.account);
        return;
      case 'LiquidationOrderIssued':
        this.orders += 1;
        return;
      case 'LiquidationCompleted':
      case 'AccountClosedOut':
        this.open.delete(told.account);
        return;
      case 'AccountDefaulted':
        this.bankrupt.set(told.account, told.shortfallMinor);
        return;
      case 'ShortfallCovered':
        if (told.payer === PAYER.uncovered) this.uncoveredMinor += told.amountMinor;
        else this.fundMinor += told.amountMinor;
        return;
      case 'PositionDeleveraged':
        this.deleveragingMinor += told.lossMinor;
        this.bankrupt.set(told.account, this.bankrupt.get(told.account) ?? 0);
        if (told.counterparty <= this.given.world.accounts.length) {
          this.deleveraged.add(told.counterparty);
        }
        return;
      case 'TradeRejected':
      case 'InputRejected':
        invariant(false, 'a study sends nothing that is refused', () => JSON.stringify(told));
        return;
      default:
    }
  }

  outcome(policy: PolicyName, { notional, largestMove }: VenueFigures): Outcome {
    const { seed, digest } = this.given;
    return {
      policy,
      seed,
      digest,
      accountsLiquidated: this.liquidated.size,
      notionalLiquidated: notional,
      accountsBankrupted: this.bankrupt.size,
      fundLoss: this.fundMinor / MINOR,
      uncoveredLoss: this.uncoveredMinor / MINOR,
      largestExtraMove: largestMove,
      accountsDeleveraged: this.deleveraged.size,
      deleveragingLoss: this.deleveragingMinor / MINOR,
      equityLost: (this.startEquity - this.equity()) / MINOR,
      unfinished: this.open.size,
      orders: this.orders,
      books: this.books(),
    };
  }

  private books(): Record<string, BookOutcome> {
    const books: Record<string, BookOutcome> = {};
    for (const [k, { book }] of this.given.world.accounts.entries()) {
      if (!this.liquidated.has(k + 1)) continue;
      const { liquidated, bankrupted, shortfall } = books[book] ?? NO_BOOK;
      const missing = this.bankrupt.get(k + 1);
      books[book] = {
        liquidated: liquidated + 1,
        bankrupted: bankrupted + (missing === undefined ? 0 : 1),
        shortfall: shortfall + (missing ?? 0) / MINOR,
      };
    }
    return books;
  }

  private equity(): number {
    let sum = 0;
    for (const k of this.given.world.accounts.keys()) {
      sum += Math.max(0, this.house.figures(k + 1).equity);
    }
    return sum;
  }
}
