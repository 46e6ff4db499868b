export { blackCall, blackPut, timeValue } from './black.js';
export {
  black76Greeks,
  black76Value,
  deviationOf,
  discountFactor,
  perDay,
  type ForwardGreeks,
  type ForwardOption,
} from './black76.js';
export {
  blackScholesMertonGreeks,
  blackScholesMertonValue,
  forwardOf,
  onForward,
  type SpotGreeks,
  type SpotOption,
} from './black-scholes-merton.js';
export { exp } from './exponential.js';
export { impliedDeviation, type ValuedOption } from './implied-deviation.js';
export { log, logRatio, power } from './logarithm.js';
export { millsRatio, millsSlope } from './mills-ratio.js';
export { gaussian, normalDensity, normalDistribution, normalQuantile } from './normal.js';
