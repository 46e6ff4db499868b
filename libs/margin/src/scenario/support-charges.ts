import { invariant } from '#libs/units';
import { BILLION } from './parameters.js';
import type { SupportSums } from './support-sums.js';

/** An amount and what a lot more of each row adds to it, minor units. */
export interface Sloped {
  minor: number;
  readonly slopes: Float64Array;
}

export function sloped(rows: number): Sloped {
  return { minor: 0, slopes: new Float64Array(rows) };
}

/** Charges beside the scenarios, with their slopes: linear and short options, roll, and basis where added. */
export function addCharges(sums: SupportSums, charges: Sloped, minimum: Sloped): void {
  for (const own of [charges, minimum]) {
    own.minor = 0;
    own.slopes.fill(0);
  }
  addSizes(sums, charges, minimum);
  addRoll(sums, charges);
  if (sums.arrays.parameters.basis.competes) return;
  for (const minor of sums.basis) charges.minor -= minor;
  sums.underlyings.forEach((_, place) => sums.addBasis(charges.slopes, place, -1));
}

function addSizes(sums: SupportSums, charges: Sloped, minimum: Sloped): void {
  const { arrays, trial, lots } = sums;
  const { contingency, minimum: least } = arrays.parameters;
  for (const { from, to, options } of trial.segments) {
    if (options) {
      addNaked(sums, from, to, charges, minimum);
      continue;
    }
    for (let row = from; row < to; row++) {
      const notional = notionalOfLot(sums, row);
      const side = lots[row]! < 0 ? -1 : 1;
      add(charges, row, lots[row]!, (side * notional * contingency.linearPpb) / BILLION);
      add(minimum, row, lots[row]!, (side * notional * least.linearPpb) / BILLION);
    }
  }
}

function add(to: Sloped, row: number, lots: number, slope: number): void {
  to.minor += lots * slope;
  to.slopes[row] = to.slopes[row]! + slope;
}

/** Short options of a strike, calls and puts netted, as in `AddOns`. */
function addNaked(
  sums: SupportSums,
  from: number,
  to: number,
  charges: Sloped,
  minimum: Sloped,
): void {
  const { arrays, trial, lots } = sums;
  const { contingency, minimum: least } = arrays.parameters;
  for (let first = from; first < to;) {
    const strike = strikeOf(sums, first);
    let end = first;
    let net = 0;
    for (; end < to && strikeOf(sums, end) === strike; end++) {
      net += lots[end]! * arrays.market.instruments[trial.rows[end]!]!.riskUnitsPerTick;
    }
    invariant(end > first, 'a strike has options');
    for (let row = first; row < end; row++) {
      if (lots[row]! < 0) add(minimum, row, lots[row]!, -least.shortOptionMinor);
      if (net >= 0) continue;
      const notional = notionalOfLot(sums, row);
      add(charges, row, lots[row]!, (-notional * contingency.shortOptionPpb) / BILLION);
      add(minimum, row, lots[row]!, (-notional * least.shortOptionPpb) / BILLION);
    }
    first = end;
  }
}

function strikeOf({ arrays, trial }: SupportSums, row: number): number {
  const option = arrays.market.instruments[trial.rows[row]!]!;
  return option.kind === 'option' ? option.strikeTicks : 0;
}

/** Size of a lot at spot, minor units; an inverse contract's at its own price. */
function notionalOfLot({ arrays, trial }: SupportSums, row: number): number {
  const instrument = arrays.market.instruments[trial.rows[row]!]!;
  const { riskUnitsPerMinor } = arrays.parameters;
  const { riskUnitsPerTick: scale, underlying } = instrument;
  if (instrument.kind === 'published' || instrument.kind === 'asset') return 0;
  invariant(scale > 0, 'a lot has a size');
  if (instrument.kind === 'inverse') return scale / (instrument.priceTicks * riskUnitsPerMinor);
  return (scale * arrays.market.underlyings[underlying]!.spotTicks) / riskUnitsPerMinor;
}

/** On the absolute value of each expiry's delta. */
function addRoll({ arrays, trial, lots, groups }: SupportSums, charges: Sloped): void {
  const { roll, riskUnitsPerMinor } = arrays.parameters;
  if (roll.perYearPpb === 0 && roll.leastPpb === 0) return;
  for (const { expiry, segments } of groups) {
    const rate = (arrays.shocks[expiry]?.rollPpb ?? roll.leastPpb) / BILLION / riskUnitsPerMinor;
    invariant(rate >= 0, 'a charge is 0 or more');
    let delta = 0;
    for (const at of segments) {
      const { from, to } = trial.segments[at]!;
      for (let row = from; row < to; row++)
        delta += lots[row]! * arrays.deltaValue[trial.rows[row]!]!;
    }
    const side = delta < 0 ? -1 : 1;
    for (const at of segments) {
      const { from, to } = trial.segments[at]!;
      for (let row = from; row < to; row++) {
        add(charges, row, lots[row]!, side * rate * arrays.deltaValue[trial.rows[row]!]!);
      }
    }
  }
}
