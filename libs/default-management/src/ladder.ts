import { type AmountMinor, greater, lesser, minus, ZERO } from '#libs/units';

/** Payers of a shortfall, in the order of the catalogue's enumeration. */
export const PAYER = {
  houseAccount: 0,
  defaultFund: 1,
  liquidationFund: 2,
  ownCapital: 3,
  uncovered: 4,
} as const;

/** What a layer of the ladder holds. */
export interface Layer {
  readonly payer: number;
  readonly availableMinor: AmountMinor;
}

export interface Coverage {
  readonly payer: number;
  readonly amountMinor: AmountMinor;
}

/**
 * Sends a shortfall down a ladder: each layer pays what it has, the rest is `uncovered`. Amounts are
 * positive and sum to the shortfall exactly.
 */
export function coverShortfall(shortfallMinor: AmountMinor, layers: readonly Layer[]): Coverage[] {
  const coverage: Coverage[] = [];
  let rest = shortfallMinor;
  for (const { payer, availableMinor } of layers) {
    const amountMinor = lesser(rest, greater<AmountMinor>(ZERO, availableMinor));
    if (amountMinor > 0) coverage.push({ payer, amountMinor });
    rest = minus(rest, amountMinor);
  }
  if (rest > 0) coverage.push({ payer: PAYER.uncovered, amountMinor: rest });
  return coverage;
}
