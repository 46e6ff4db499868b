import { type Evaluation, type HeldSide, type HouseState, rankOf } from '#libs/clearing-house';
import { A, P } from '#libs/clearing';
import { compareRanks, type RankedHolder } from '#libs/default-management';
import { divideCeil, sizeOf } from '#libs/units';

/** An account is shown in which fifth of the lots of its side it stands. */
const FIFTHS = 5;

/** Where a position stands among those that would be deleveraged; the first comes first. */
export interface QueuePlace {
  readonly instrument: number;
  readonly side: 'long' | 'short';
  readonly quantityLots: number;
  /** Gain x leverage, millionths, by which it is ranked. */
  readonly score: number;
  /** From 1. */
  readonly place: number;
  /** Holders of the side that are ranked. */
  readonly holders: number;
  /** Lots that would be deleveraged before any of this account. */
  readonly aheadLots: number;
  readonly sideLots: number;
  /** 20, 40, 60, 80, 100: the fifth of the lots of its side in which its last one stands; 20 is the first. */
  readonly percentile: number;
}

interface Counted {
  readonly side: HeldSide;
  readonly own: RankedHolder;
  readonly quantityLots: number;
  holders: number;
  ahead: number;
  aheadLots: number;
  sideLots: number;
}

/**
 * Queue positions of an account in an exchange pool that deleverages (docs/rules.md 10a), by the function
 * that ranks when it comes to that. Goes over all accounts, in parts: `count` each of them once.
 */
export class DeleveragingQueue {
  private readonly counted: Counted[] = [];

  constructor(
    private readonly state: HouseState,
    private readonly evaluation: Evaluation,
    account: number,
  ) {
    const { accounts, positions, rulebooks } = state;
    const pool = accounts.get(account, A.pool);
    const terms = rulebooks.inForce(pool)?.source.executionTerms[0];
    if (terms === undefined || terms.deleverages === 0) return;
    const first = positions.first(account);
    for (let row = first; row < first + positions.countOf(account); row++) {
      const lots = positions.get(row, P.lots);
      const instrument = positions.get(row, P.instrument);
      const side = { pool, instrument, sign: Math.sign(lots) };
      const own = lots === 0 ? undefined : rankOf(state, evaluation, account, side);
      if (own === undefined) continue;
      const none = { holders: 0, ahead: 0, aheadLots: 0, sideLots: 0 };
      this.counted.push({ side, own, quantityLots: sizeOf(lots), ...none });
    }
  }

  /** Whether any position can be deleveraged at all. */
  get isEmpty(): boolean {
    return this.counted.length === 0;
  }

  /** Counts the holders among some accounts, the last one not included. */
  count(fromAccount: number, toAccount: number): void {
    for (let account = fromAccount; account < toAccount; account++) {
      for (const counted of this.counted) this.countHolder(counted, account);
    }
  }

  private countHolder(counted: Counted, account: number): void {
    const { state, evaluation } = this;
    const { side, own } = counted;
    const holder = rankOf(state, evaluation, account, side);
    if (holder === undefined) return;
    const row = state.positions.find(account, side.instrument);
    const lots = sizeOf(state.positions.get(row, P.lots));
    counted.holders += 1;
    counted.sideLots += lots;
    if (compareRanks(holder, own) >= 0) return;
    counted.ahead += 1;
    counted.aheadLots += lots;
  }

  /** Once all accounts are counted: the places, by instrument. */
  places(): QueuePlace[] {
    return this.counted
      .map(({ side, own, quantityLots, holders, ahead, aheadLots, sideLots }): QueuePlace => {
        const last = Math.min(sideLots, aheadLots + quantityLots);
        return {
          instrument: side.instrument,
          side: side.sign > 0 ? 'long' : 'short',
          quantityLots,
          score: own.score,
          place: ahead + 1,
          holders,
          aheadLots,
          sideLots,
          percentile: (divideCeil(last * FIFTHS, Math.max(1, sideLots)) * 100) / FIFTHS,
        };
      })
      .sort((a, b) => a.instrument - b.instrument);
  }
}
