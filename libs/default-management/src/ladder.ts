import { type AmountMinor, greater, invariant, lesser, minus, ZERO } from '#libs/units';

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
  invariant(shortfallMinor > 0, 'a shortfall is above 0');
  const coverage: Coverage[] = [];
  let rest = shortfallMinor;
  for (const { payer, availableMinor } of layers) {
    const amountMinor = lesser(rest, greater<AmountMinor>(ZERO, availableMinor));
    invariant(payer > (coverage.at(-1)?.payer ?? -1), 'layers pay in their order');
    invariant(payer < PAYER.uncovered, 'what nobody covers is no layer');
    if (amountMinor > 0) coverage.push({ payer, amountMinor });
    rest = minus(rest, amountMinor);
  }
  invariant(rest >= 0, 'a shortfall is not covered twice');
  if (rest > 0) coverage.push({ payer: PAYER.uncovered, amountMinor: rest });
  let covered = 0;
  for (const { amountMinor } of coverage) covered += amountMinor;
  invariant(covered === shortfallMinor, 'a shortfall is covered to the minor unit');
  return coverage;
}
