export { type LiquidationPlan, PLAN, planAtLeastCost, type Tranche } from './least-cost.js';
export { type Rejected, REJECTED } from './rejected.js';
export { cheapestSingleOrder, type SingleOrder } from './single-order.js';
