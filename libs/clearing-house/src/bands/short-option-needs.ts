import type { Rulebook } from '#libs/margin';
import { CALL, I, type InstrumentTable } from '#libs/market';
import { invariant } from '#libs/units';

const MILLION = 1_000_000;

/** How a short option's requirement follows its two prices; settlement currency, by the whole of a price. */
export interface ShortOptionNeeds {
  readonly underlying: number;
  /** What a rise of the underlying's price by its whole self adds at most. */
  readonly byUnderlying: number;
  /** The same of the option's own price. */
  readonly byMark: number;
  /** Whether it is at most the same straight line for a fall, so that a fall relieves as much. */
  readonly isExact: boolean;
  /** What rounding a rate can move it by, beyond a unit. */
  readonly roundingMinor: number;
}

/**
 * Bounds of `shortOptionRequirement` for `size` lots (docs/rules.md 6, docs/safe-bands.md): with S the value
 * of the underlying and V of the option, a call's maintenance is a S, a put's the lesser of a S and a V or
 * the greater of a S and b V. Of the lesser each is a bound, so the one that stands now is taken where one side
 * matters; the greater adds at most what each adds. The initial one goes with S at (1 + initial rate) at
 * most, since what an option is out of the money takes off moves as S does.
 */
export function shortOptionNeeds(
  instruments: InstrumentTable,
  id: number,
  size: number,
  of: { readonly rulebook: Rulebook; readonly isCalled: boolean; readonly oneWay: boolean },
): ShortOptionNeeds {
  const { source } = of.rulebook;
  const underlying = instruments.get(id, I.underlying);
  const scale = size * instruments.get(id, I.underlyingMultiplier);
  const spot = scale * instruments.get(underlying, I.markTicks);
  const value = size * instruments.get(id, I.multiplier) * instruments.get(id, I.markTicks);
  invariant(spot > 0 && value > 0, 'a short option has lots and two prices');
  const isCall = instruments.get(id, I.optionType) === CALL;
  const share = source.shortOptionMaintenancePpm / MILLION;
  const floor = source.shortPutMaintenancePpm / MILLION;
  invariant(share <= 1 && floor <= 1, 'shares of an option are at most the whole');
  const bySpot = spot * share;
  const byMark = isCall ? 0 : value * (floor === 0 ? share : floor);
  if (of.isCalled) {
    const byUnderlying = spot * (1 + source.shortOptionInitialPpm / MILLION);
    const roundingMinor = spot / MILLION;
    return { underlying, byUnderlying, byMark, isExact: false, roundingMinor };
  }
  const terms = { underlying, roundingMinor: 0 };
  if (isCall) return { ...terms, byUnderlying: bySpot, byMark: 0, isExact: true };
  const isLesser = floor === 0 && of.oneWay;
  if (!isLesser) return { ...terms, byUnderlying: bySpot, byMark, isExact: false };
  return bySpot <= byMark
    ? { ...terms, byUnderlying: bySpot, byMark: 0, isExact: true }
    : { ...terms, byUnderlying: 0, byMark, isExact: true };
}
