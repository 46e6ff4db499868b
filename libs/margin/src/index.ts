export {
  type AccountRisk,
  compareRiskiness,
  isCollateralised,
  isLiquidatable,
  isReducing,
} from './account-risk.js';
export {
  chargedLotsPpm,
  type Concentration,
  type Level,
  openInterestMinor,
  premiumPpm,
  slippagePpm,
} from './concentration.js';
export { convertAsset, convertDebt, convertSigned } from './conversion.js';
export { compareSeverity, levelMinor, type Severity } from './level.js';
export { evaluateLinear, type Market, positionRequirement } from './linear.js';
export { LinearRequirement } from './linear-requirement.js';
export { orderMarginMinor } from './order-margin.js';
export { plainCharges } from './plain-charges.js';
export {
  CURRENCY_LIMIT,
  type MarginFigures,
  type MovingCollateral,
  type OrderExposure,
  Portfolio,
} from './portfolio.js';
export {
  BASIS_CODE,
  NO_SCENARIO,
  type RequirementModel,
  type SupportSink,
} from './requirement-model.js';
export { evaluateUnit } from './unit-evaluation.js';
export { CALL_ACCOUNT, CALL_MEMBER, LIQUIDATE, Rulebook, tieredLotsPpm } from './rulebook.js';
export {
  openInterestRate,
  proportionalRate,
  skewRate,
  squareRootRate,
  withDiscount,
  withPremium,
} from './rate-growth.js';
export * from './venue-rules/index.js';
export * from './scenario/index.js';
export * from './exposure/index.js';
