export { convertAsset, convertDebt, convertSigned } from './conversion.js';
export { compareSeverity, levelMinor, type Severity } from './level.js';
export { evaluateLinear, type Market, positionRequirement } from './linear.js';
export { orderMarginMinor } from './order-margin.js';
export { CURRENCY_LIMIT, type MarginFigures, type OrderExposure, Portfolio } from './portfolio.js';
export { CALL_ACCOUNT, CALL_MEMBER, LIQUIDATE, Rulebook, tieredLotsPpm } from './rulebook.js';
export * from './scenario/index.js';
