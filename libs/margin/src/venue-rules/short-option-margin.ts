import { invariant, multiplyDivideCeil, multiplyDivideFloor } from '#libs/units';

const MILLION = 1_000_000;

/** A short option; prices and mark in minor units of a contract, the mark of the whole position. */
export interface ShortOption {
  readonly isCall: boolean;
  /** Of the position, above 0. */
  readonly lots: number;
  readonly lotsPerContract: number;
  readonly strikeMinor: number;
  readonly spotMinor: number;
  /** What buying it back costs, of the whole position. */
  readonly markMinor: number;
}

/** Shares of spot and mark, ppm. */
export interface ShortOptionRates {
  readonly callSpotPpm: number;
  readonly putSpotPpm: number;
  /** Of the mark; 0: the mark does not count. */
  readonly callMarkPpm: number;
  readonly putMarkPpm: number;
  /** Initial share of spot, less what the option is out of the money, at least the floor. */
  readonly initialPpm: number;
  readonly initialFloorPpm: number;
  /** Fee of closing it out, of spot; in the maintenance requirement. */
  readonly closeOutFeePpm: number;
  /** Least initial requirement of a put, of its maintenance; of a call it is the rule alone. */
  readonly putInitialOfMaintenancePpm: number;
}

/**
 * Requirement of a short option that nothing covers, mark included, minor units, rounded up: the
 * standard margin of Derive (`StandardManager`), Deribit and Bybit. Maintenance is the mark and the
 * larger of a share of spot and a share of the mark; initial the mark and a share of spot that shrinks
 * by what the option is out of the money.
 */
export function shortOptionMarginMinor(
  option: ShortOption,
  rates: ShortOptionRates,
  isInitial: boolean,
): number {
  const { isCall, markMinor } = option;
  invariant(option.lots > 0 && markMinor >= 0, 'a short option has lots and costs 0 or more');
  const spotPpm = isCall ? rates.callSpotPpm : rates.putSpotPpm;
  const markPpm = isCall ? rates.callMarkPpm : rates.putMarkPpm;
  const maintenance =
    markMinor +
    Math.max(ofSpot(option, spotPpm), multiplyDivideCeil(markMinor, markPpm, MILLION)) +
    ofSpot(option, rates.closeOutFeePpm);
  if (!isInitial) return maintenance;
  const initial = markMinor + initialShare(option, rates);
  if (isCall) return initial;
  const least = multiplyDivideCeil(maintenance, rates.putInitialOfMaintenancePpm, MILLION);
  return Math.max(initial, least);
}

function ofSpot({ lots, lotsPerContract, spotMinor }: ShortOption, ppm: number): number {
  const notional = multiplyDivideCeil(spotMinor, lots, lotsPerContract);
  return multiplyDivideCeil(notional, ppm, MILLION);
}

/** The initial share of spot less what the option is out of the money, at least the floor. */
function initialShare(option: ShortOption, rates: ShortOptionRates): number {
  const { isCall, lots, lotsPerContract, strikeMinor, spotMinor } = option;
  const outOfTheMoney = Math.max(0, isCall ? strikeMinor - spotMinor : spotMinor - strikeMinor);
  invariant(spotMinor > 0, 'an underlying has a price');
  const less = multiplyDivideFloor(outOfTheMoney, lots, lotsPerContract);
  return Math.max(ofSpot(option, rates.initialFloorPpm), ofSpot(option, rates.initialPpm) - less);
}
