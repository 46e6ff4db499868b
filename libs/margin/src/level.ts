import { type AmountMinor, compareProducts, type Ppm, ppmCeil } from '#libs/units';

/** A level above maintenance: `ceil(maintenance x ratePpm / 10^6)`, base currency minor units. */
export function levelMinor(maintenanceMinor: AmountMinor, ratePpm: Ppm): AmountMinor {
  return ppmCeil(maintenanceMinor, ratePpm);
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
