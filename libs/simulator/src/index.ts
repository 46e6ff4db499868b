export { type Bar, InvalidBars, readBars } from './market/bar-file.js';
export type { ImpactModel } from './market/book-depth.js';
export { coinOf, type Contract, type ContractKind } from './market/contracts.js';
export { DaySummary, PAYERS } from './market/day-summary.js';
export { MarketDay, type MarketDayOptions, TOLD_TO_MARKET_DAY } from './market/market-day.js';
export { BANK_ID, OPERATOR_ID, PRICES_ID, VENUE_ID } from './market/publishers.js';
export { Random } from './market/random.js';
export type { SymbolPath, Timeline } from './market/timeline.js';
export { TRADE_BYTES } from './market/trade-record.js';
export { BandDifference, type BandReport, runBandComparison } from './twin/band-comparison.js';
export { type ComparisonReport, runTwinComparison, TwinDifference } from './twin/comparison.js';
export { type Coverage, coverageOf, coverageText, UNREACHABLE } from './twin/coverage.js';
export { DecimalTwin } from './twin/decimal-twin.js';
export { type TwinMargin, twinScenarioMargin } from './twin/scenario-margin.js';
export { FAULT_KINDS, type FaultCounts, type FaultKind } from './whole-node/fault-counts.js';
export { type NodeParts, realParts } from './whole-node/node-parts.js';
export {
  runWholeNode,
  type WholeNodeOptions,
  type WholeNodeReport,
} from './whole-node/whole-node.js';
