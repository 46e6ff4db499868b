import { compareProducts, invariant } from '#libs/units';

/**
 * What an account has and needs, minor units of one currency: net value, and requirement. The rules by
 * which dYdX v4 (`lib/margin/risk.go`) reads the two.
 */
export interface AccountRisk {
  readonly netMinor: number;
  readonly requirementMinor: number;
}

/** Whether what it has is what it needs, or more. */
export function isCollateralised({ netMinor, requirementMinor }: AccountRisk): boolean {
  return netMinor >= requirementMinor;
}

/** Whether it may be liquidated: it needs something, and has less. Without positions nothing can be. */
export function isLiquidatable(risk: AccountRisk): boolean {
  return risk.requirementMinor > 0 && !isCollateralised(risk);
}

/**
 * Which of two is riskier: -1 when `a` is the less risky, 1 the more, 0 alike. By net value over
 * requirement, compared as products; alike, the larger requirement is riskier; without requirements,
 * the lower net value.
 */
export function compareRiskiness(a: AccountRisk, b: AccountRisk): -1 | 0 | 1 {
  invariant(a.requirementMinor >= 0 && b.requirementMinor >= 0, 'a requirement is 0 or more');
  if (a.requirementMinor === 0 && b.requirementMinor === 0) {
    return order(b.netMinor - a.netMinor);
  }
  const ratio = compareProducts(b.netMinor, a.requirementMinor, a.netMinor, b.requirementMinor);
  return ratio !== 0 ? ratio : order(a.requirementMinor - b.requirementMinor);
}

/**
 * Whether a change is allowed to an account that has too little after it: it must need no more than
 * before, and must not become riskier.
 */
export function isReducing(before: AccountRisk, after: AccountRisk): boolean {
  if (after.requirementMinor > before.requirementMinor) return false;
  return compareRiskiness(after, before) <= 0;
}

function order(difference: number): -1 | 0 | 1 {
  if (difference === 0) return 0;
  return difference < 0 ? -1 : 1;
}
