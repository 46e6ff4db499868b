import { type AmountMinor, compareProducts, invariant, type Ppm, ppmCeil } from '#libs/units';

/** A level above maintenance: `ceil(maintenance x ratePpm / 10^6)`, base currency minor units. */
export function levelMinor(maintenanceMinor: AmountMinor, ratePpm: Ppm): AmountMinor {
  invariant(maintenanceMinor >= 0, 'a requirement is 0 or more');
  invariant(ratePpm >= 1_000_000, 'a level is maintenance or more');
  const level = ppmCeil(maintenanceMinor, ratePpm);
  invariant(level >= maintenanceMinor, 'a level is not below maintenance');
  return level;
}

/** A breach as the total order sees it. */
export interface Severity {
  readonly account: number;
  readonly deficitMinor: AmountMinor;
  readonly maintenanceMinor: AmountMinor;
}

/**
 * The total order of breaches within one cause (docs/rules.md 7): deficit over requirement
 * descending, by cross-multiplication (a requirement of 0 comes first), then deficit descending, then
 * account id ascending. Negative when `a` comes before `b`.
 */
export function compareSeverity(a: Severity, b: Severity): number {
  invariant(a.deficitMinor > 0 && b.deficitMinor > 0, 'a breach has a deficit');
  invariant(a.maintenanceMinor >= 0 && b.maintenanceMinor >= 0, 'a requirement is 0 or more');
  if ((a.maintenanceMinor === 0) !== (b.maintenanceMinor === 0)) {
    return a.maintenanceMinor === 0 ? -1 : 1;
  }
  const ratio = compareProducts(
    b.deficitMinor,
    a.maintenanceMinor,
    a.deficitMinor,
    b.maintenanceMinor,
  );
  if (ratio !== 0) return ratio;
  return b.deficitMinor - a.deficitMinor || a.account - b.account;
}
