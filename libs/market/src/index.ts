export { type Breaker, BreakerTable } from './breakers.js';
export type {
  Column,
  LotsColumn,
  MinorColumn,
  PlainColumn,
  PpmColumn,
  TicksColumn,
} from './columns.js';
export { CurrencyTable, powerOfTen } from './currencies.js';
export { GrowableRows } from './growable-rows.js';
export {
  endOfFreshness,
  indexPrice,
  type IndexPrice,
  type IndexRule,
  OLD,
  OUTLYING,
  type SourceQuote,
} from './index-price.js';
export {
  CALL,
  EQUITY_PREMIUM,
  EXPIRED,
  FUTURE,
  HALTED,
  I,
  INSTRUMENT_COLUMNS,
  INVERSE,
  InstrumentTable,
  LINEAR,
  OPEN,
  OPTION,
  PERPETUAL,
  PUT,
  SETTLING,
  STALE,
  VARIATION,
} from './instruments.js';
export { type MarketDepth, MarketDepthTable } from './market-depths.js';
export { TABLES, type LogicalTable, type Row, type RowSink } from './rows.js';
export { firstArbitrage, type Arbitrage } from './surface-arbitrage.js';
export { notionalMinor, valueMinor } from './valuation.js';
export {
  nearestSmile,
  type QuotedSurface,
  type Smile,
  volatilityAt,
  VolatilitySurface,
  yearsBetween,
} from './volatility-surface.js';
