import {
  divideCeil,
  divideFloor,
  invariant,
  multiplyDivideCeil,
  multiplyDivideFloor,
  multiplyDivideHalfUp,
} from '#libs/units';

const MILLION = 1_000_000;

/** A position bought on a fixed leverage; prices in any minor unit, to the nearest of which we round. */
export interface LeveragedEntry {
  readonly isLong: boolean;
  readonly isInverse: boolean;
  readonly entryMinor: number;
  /** Millionths: 40,000,000 is 40 times. */
  readonly leverageMicros: number;
}

/** Price at which what was paid for the position is lost (Bybit): linear by 1/L, inverse by L/(L±1). */
export function leveragedBankruptcyPrice(entry: LeveragedEntry): number {
  const { isLong, isInverse, entryMinor, leverageMicros: leverage } = entry;
  invariant(leverage > MILLION || isLong, 'a short on single leverage is never bankrupt');
  if (isInverse) {
    return multiplyDivideHalfUp(entryMinor, leverage, leverage + (isLong ? MILLION : -MILLION));
  }
  return multiplyDivideHalfUp(entryMinor, leverage + (isLong ? -MILLION : MILLION), leverage);
}

/**
 * Price at which an isolated linear position is liquidated (Bybit): its margin less maintenance, both
 * of the entry, is lost, and what was added for each contract.
 */
export function isolatedLiquidationPrice(
  entry: LeveragedEntry,
  { maintenancePpm, addedMinor }: { maintenancePpm: number; addedMinor: number },
): number {
  const { isLong, entryMinor } = entry;
  invariant(!entry.isInverse, 'an inverse position is asked by what it may lose');
  const maintenance = multiplyDivideHalfUp(entryMinor, maintenancePpm, MILLION);
  const distance = maintenance - addedMinor;
  return leveragedBankruptcyPrice(entry) + (isLong ? distance : -distance);
}

/** An inverse position beside all that its account has; amounts in the quoted currency at entry. */
export interface InverseCross {
  readonly isLong: boolean;
  readonly entryMinor: number;
  readonly quantityMinor: number;
  /** What the account has beside the position, valued at the entry price. */
  readonly availableMinor: number;
  readonly maintenancePpm: number;
  readonly closeOutFeePpm: number;
}

/**
 * Prices at which a cross-margined inverse position is bankrupt and liquidated (Bybit): the available
 * balance is lost, to the last or down to maintenance, fee of closing out included.
 */
export function inverseCrossPrices(position: InverseCross): {
  bankruptcyMinor: number;
  liquidationMinor: number;
} {
  const { quantityMinor, availableMinor, maintenancePpm, closeOutFeePpm } = position;
  const ofEntry = multiplyDivideCeil(quantityMinor, maintenancePpm, MILLION);
  const maintenance = ofEntry + multiplyDivideCeil(ofEntry, closeOutFeePpm, MILLION);
  return {
    bankruptcyMinor: priceAtLoss(position, availableMinor),
    liquidationMinor: priceAtLoss(position, availableMinor - maintenance),
  };
}

function priceAtLoss(position: InverseCross, lossMinor: number): number {
  const { isLong, entryMinor, quantityMinor, closeOutFeePpm } = position;
  const fee = multiplyDivideCeil(quantityMinor, closeOutFeePpm, MILLION);
  const closed = quantityMinor + (isLong ? fee : -fee);
  const worth = quantityMinor + (isLong ? lossMinor : -lossMinor);
  invariant(worth > 0, 'a short with more than its worth beside it is never bankrupt');
  return multiplyDivideHalfUp(entryMinor, closed, worth);
}

/** An isolated position at a mark; lots without a sign. */
export interface IsolatedMark {
  readonly lots: number;
  readonly lotsPerContract: number;
  readonly markMinor: number;
  readonly maintenancePpm: number;
}

/** What an isolated linear position has and needs at a mark: margin and maintenance of its entry. */
export function isolatedEquityMinor(
  { isLong, isInverse, entryMinor, leverageMicros }: LeveragedEntry,
  { lots, lotsPerContract, markMinor, maintenancePpm }: IsolatedMark,
): { equityMinor: number; maintenanceMinor: number } {
  invariant(!isInverse && lots >= 0, 'a linear position has lots');
  const paid = multiplyDivideFloor(entryMinor, lots, lotsPerContract);
  const margin = multiplyDivideFloor(paid, MILLION, leverageMicros);
  const signed = isLong ? lots : -lots;
  const gain = multiplyDivideFloor(markMinor - entryMinor, signed, lotsPerContract);
  return {
    equityMinor: margin + gain,
    maintenanceMinor: multiplyDivideCeil(paid, maintenancePpm, MILLION),
  };
}

/** A price in whole ticks, against the holder: up for a long, down for a short. */
export function inTicks(priceMinor: number, tickMinor: number, isLong: boolean): number {
  const ticks = isLong ? divideCeil(priceMinor, tickMinor) : divideFloor(priceMinor, tickMinor);
  return ticks * tickMinor;
}
