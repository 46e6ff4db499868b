export { type Cancellation, CancellationTable } from './cancellations.js';
export {
  compareRanks,
  type DeleveragingRun,
  DeleveragingTable,
  RANKED_AT_ONCE,
  type RankedHolder,
} from './deleveraging-runs.js';
export { HedgeGraceTable } from './hedge-grace.js';
export { type Coverage, coverShortfall, type Layer, PAYER } from './ladder.js';
export { type Obligation, ObligationTable } from './obligations.js';
export {
  BUY,
  type LiquidationOrder,
  ORDER,
  orderId,
  OrderTable,
  ORDINALS_PER_BREACH,
  SELL,
} from './orders.js';
export { type Pace, PaceTable, WindowTable } from './pacing.js';
export { planLiquidation, type Planner } from './plan.js';
export {
  certainLots,
  equityChange,
  ORDERS_PER_PLAN,
  type PlanInput,
  type PlannedOrder,
  type PriceBand,
  type WholeRequirement,
} from './plan-steps.js';
export * from './planner/index.js';
export * from './venue-rules/index.js';
