import { invariant, multiplyDivideCeil, multiplyDivideFloor } from '#libs/units';

const MILLION = 1_000_000;

/** A loser in a settlement: what it lost, and what it can pay. */
export interface Loser {
  readonly lossMinor: number;
  readonly availableMinor: number;
}

/** What a settlement collects: from each what it has, the rest from the fund as far as that reaches. */
export function collectLosses(
  losers: readonly Loser[],
  fundMinor: number,
): { collectedMinor: number; expectedMinor: number; fundAfterMinor: number } {
  let expected = 0;
  let paid = 0;
  for (const { lossMinor, availableMinor } of losers) {
    invariant(lossMinor >= 0 && availableMinor >= 0, 'a loss and funds are 0 or more');
    expected += lossMinor;
    paid += Math.min(lossMinor, availableMinor);
  }
  const fromFund = Math.min(fundMinor, expected - paid);
  return {
    collectedMinor: paid + fromFund,
    expectedMinor: expected,
    fundAfterMinor: fundMinor - fromFund,
  };
}

/**
 * Shares what was collected among winners when it is less than what they won (Vega, 0002-STTL): each
 * gets `floor(gain x collected / expected)`, the last one what is left, so that nothing is lost.
 */
export function shareCollected(
  gainsMinor: readonly number[],
  collectedMinor: number,
  expectedMinor: number,
): number[] {
  invariant(collectedMinor <= expectedMinor, 'no more is collected than was lost');
  if (expectedMinor === 0) return gainsMinor.map(() => 0);
  const last = gainsMinor.length - 1;
  let left = collectedMinor;
  const shares: number[] = [];
  for (const [place, gain] of gainsMinor.entries()) {
    const share = place === last ? left : multiplyDivideFloor(gain, collectedMinor, expectedMinor);
    left -= share;
    shares.push(share);
  }
  invariant(left === 0 || gainsMinor.length === 0, 'shares sum to what was collected');
  return shares;
}

/** How a position that was taken over is sold off, step by step. */
export interface DisposalTerms {
  /** Of the position in a step, ppm, rounded up. */
  readonly stepPpm: number;
  /** At or below it the whole is sold at once. */
  readonly wholeLots: number;
  /** Most that a step may take of what the book offers, ppm, rounded up. */
  readonly consumedPpm: number;
}

/** Lots of the next step (Vega, `liquidation/engine.go`). */
export function disposalLots(
  positionLots: number,
  bookLots: number,
  { stepPpm, wholeLots, consumedPpm }: DisposalTerms,
): number {
  const size = Math.abs(positionLots);
  const step = size <= wholeLots ? size : multiplyDivideCeil(size, stepPpm, MILLION);
  return Math.min(step, multiplyDivideCeil(bookLots, consumedPpm, MILLION));
}

/**
 * Amounts that may be liquidated within a time that rolls on (Synthetix v3): all calls of the last
 * `windowUs` together take at most `maxMicros`.
 */
export class RollingWindow {
  private readonly taken: { readonly atUs: number; readonly micros: number }[] = [];

  constructor(
    private readonly maxMicros: number,
    private readonly windowUs: number,
  ) {
    invariant(maxMicros >= 0 && windowUs > 0, 'a window has a size and a length');
  }

  /** Takes as much of what is wanted as the window leaves; returns it. */
  take(atUs: number, wantedMicros: number): number {
    const used = this.taken
      .filter((own) => own.atUs > atUs - this.windowUs)
      .reduce((sum, { micros }) => sum + micros, 0);
    invariant(used <= this.maxMicros, 'a window is not overdrawn');
    const micros = Math.min(wantedMicros, this.maxMicros - used);
    if (micros > 0) this.taken.push({ atUs, micros });
    return micros;
  }
}
