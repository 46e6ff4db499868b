export {
  type ExpiryHolding,
  type ExpiryOption,
  type ExpiryRates,
  type ExpiryRequirement,
} from './expiry-offset.js';
export { type CappedTerms, fullCollateralMinor } from './full-collateral.js';
export {
  isolatedOrderMarginMinor,
  type IsolatedTerms,
  isolatedTransferMinor,
  type PositionChange,
} from './isolated-margin.js';
export {
  inTicks,
  type InverseCross,
  inverseCrossPrices,
  isolatedEquityMinor,
  isolatedLiquidationPrice,
  type LeveragedEntry,
  leveragedBankruptcyPrice,
} from './leverage-price.js';
export { type LevelFactors, type MarginLevels, marginLevels } from './margin-levels.js';
export { type Exposure, exposureOf, ONE_PPB, type OpenOrder } from './open-order.js';
export {
  type ShortOption,
  shortOptionMarginMinor,
  type ShortOptionRates,
} from './short-option-margin.js';
export {
  sidedLiquidationPrice,
  type SidedMarket,
  type SidedRates,
  sidedRequirementMinor,
} from './sided-requirement.js';
export {
  gainMicros,
  skewFillPrice,
  type SkewMarket,
  type SkewPosition,
  skewRequirement,
  skewRisk,
} from './skew-account.js';
export {
  type MarkedAccount,
  markedValue,
  type StandardAccount,
  type StandardMargin,
  standardMargin,
  type StandardRates,
  type UnderlyingHolding,
} from './standard-margin.js';
export {
  type SpotOrders,
  type WeightedAccount,
  type WeightedCoin,
  weightedHealthMicros,
  type WeightedPerpetual,
} from './weighted-health.js';
export {
  initialOf,
  type PositionRisk,
  type ScaledPerpetual,
  scaledRequirements,
  scaledRisk,
  scaledValueMinor,
} from './scaled-perpetual.js';
export {
  type LognormalMove,
  lognormalShortfall,
  type SideShortfall,
} from './lognormal-shortfall.js';
