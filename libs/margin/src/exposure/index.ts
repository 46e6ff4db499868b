export { PARTS } from './exact-sum.js';
export {
  type GreekExposure,
  greekExposureOf,
  type ExposureSum,
  type Holding,
  type InstrumentExposure,
  type NetAndGross,
} from './exposure.js';
export { type Greek, GREEKS, type Greeks, type LotGreeks, lotGreeks } from './lot-greeks.js';
export {
  optionAt,
  type OptionMarket,
  type PricedOption,
  pricedOption,
  type Unpriced,
  type VolatilitySource,
} from './option-pricing.js';
