import * as cash from './cash.js';
import * as defaultManagement from './default-management.js';
import * as execution from './execution.js';
import * as liquidationPlan from './liquidation-plan.js';
import * as indexMarket from './index-market.js';
import * as logRecords from './log-records.js';
import * as optionMarket from './option-market.js';
import * as referenceData from './reference-data.js';
import * as termMarket from './term-market.js';
import * as trading from './trading.js';
import * as valuation from './valuation.js';
import * as venue from './venue.js';

/** Every message there is, by name. Names and template ids are never reused. */
export const catalogue = {
  ...logRecords,
  ...referenceData,
  ...trading,
  ...valuation,
  ...optionMarket,
  ...termMarket,
  ...indexMarket,
  ...cash,
  ...defaultManagement,
  ...liquidationPlan,
  ...venue,
  ...execution,
} as const;

export type Catalogue = typeof catalogue;
export type MessageName = keyof Catalogue;
