import {
  amountMinor,
  type AmountMinor,
  divideFloor,
  greater,
  invariant,
  lesser,
  type Lots,
  multiplyDivideCeil,
  ppmCeil,
} from '#libs/units';
import { CALL, I, type InstrumentTable, valueMinor } from '#libs/market';
import type { Rulebook } from './rulebook.js';

/**
 * Requirement of a short option of `size` lots, settlement currency: the standard-margin rule used
 * by Derive and Deribit (a share of spot, less what it is out of the money), docs/rules.md 6. Both
 * ask at least a share of the mark of a put, which is `shortPutMaintenancePpm`; a rulebook without it
 * asks at most that. The mark itself is in equity and is not repeated here.
 */
export function shortOptionRequirement(
  instruments: InstrumentTable,
  id: number,
  size: Lots,
  rulebook: Rulebook,
  initial: boolean,
): AmountMinor {
  const { shortOptionMaintenancePpm, shortOptionInitialPpm, shortOptionFloorPpm } = rulebook.source;
  const { shortPutMaintenancePpm } = rulebook.source;
  const perTick = instruments.get(id, I.underlyingMultiplier);
  const spot = instruments.get(instruments.get(id, I.underlying), I.markTicks) * perTick;
  const strike = instruments.get(id, I.strikeTicks) * perTick;
  invariant(size > 0, 'a short option has lots');
  invariant(spot > 0 && strike > 0, 'an option has a strike and its underlying a mark');
  const isCall = instruments.get(id, I.optionType) === CALL;
  let maintenance = ppmCeil(amountMinor(size * spot), shortOptionMaintenancePpm);
  if (!isCall) {
    const mark = valueMinor(instruments, id, size, instruments.get(id, I.markTicks));
    maintenance =
      shortPutMaintenancePpm === 0
        ? lesser(maintenance, ppmCeil(mark, shortOptionMaintenancePpm))
        : greater(maintenance, ppmCeil(mark, shortPutMaintenancePpm));
  }
  invariant(maintenance >= 0, 'a requirement is 0 or more');
  if (!initial) return maintenance;
  const outOfTheMoney = Math.max(0, isCall ? strike - spot : spot - strike);
  const otmPpm =
    outOfTheMoney >= spot * 1000 ? 1_000_000_000 : divideFloorScaled(outOfTheMoney, spot);
  invariant(otmPpm >= 0, 'out of the money is 0 or more');
  const rate = Math.max(shortOptionFloorPpm, shortOptionInitialPpm - otmPpm);
  return greater(maintenance, amountMinor(multiplyDivideCeil(size * spot, rate, 1_000_000)));
}

/** floor(x x 10^6 / y) without leaving the safe integers: whole part and remainder apart. */
function divideFloorScaled(x: number, y: number): number {
  const whole = divideFloor(x, y);
  let rest = x - whole * y;
  let scaled = whole;
  for (let digit = 0; digit < 6; digit++) {
    const quotient = divideFloor(rest * 10, y);
    scaled = scaled * 10 + quotient;
    rest = rest * 10 - quotient * y;
  }
  return scaled;
}
