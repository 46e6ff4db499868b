import type { InstrumentTable } from '#libs/market';
import { type Level, positionRequirement, type Rulebook } from '#libs/margin';
import { type AmountMinor, invariant, type Lots, minus, plus, ZERO } from '#libs/units';

/**
 * Bound on what a trade of `lots` that left `lotsAfter` can have moved any level of the position at its
 * mark, where rates rise with the size of the position: no single rate bounds that, so both positions
 * are asked. Bought or sold is not known: the larger of both. One unit for each requirement that was
 * rounded up.
 */
export function requirementStep(
  instruments: InstrumentTable,
  id: number,
  lots: Lots,
  lotsAfter: Lots,
  rulebook: Rulebook,
): number {
  const { warningPpm, warningClearPpm } = rulebook.source;
  const level = Math.max(warningPpm, warningClearPpm) / 1e6;
  const requirement = (held: Lots, of: Level): AmountMinor =>
    held === 0 ? ZERO : positionRequirement(instruments, id, held, rulebook, of);
  const stepOf = (of: Level): number => {
    const after = requirement(lotsAfter, of);
    const bought = Math.abs(after - requirement(minus(lotsAfter, lots), of));
    const sold = Math.abs(after - requirement(plus(lotsAfter, lots), of));
    return Math.max(bought, sold) + 1;
  };
  const step = Math.max(level * stepOf('maintenance'), stepOf('atRest'));
  invariant(step > 0, 'a bound is above 0');
  return step;
}
