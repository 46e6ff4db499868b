export { A, AccountTable, KIND, SAGA } from './accounts.js';
export { BUST, BUST_WINDOW, BustWindow } from './bust-window.js';
export { type ClearedUtis, clearedUtis, HOUSE_PREFIX } from './cleared-utis.js';
export { NameDirectory } from './directory.js';
export { IDENTITY_WINDOW, IdentityTable } from './identities.js';
export { BalanceTable, HouseLedger, L } from './ledger.js';
export { type OpenOrders, OpenOrderTable } from './open-orders.js';
export {
  M,
  MEMBER,
  NamedRows,
  NOVATION_ON_ACK,
  partyTables,
  POOL,
  PUBLISHER,
  VENUE,
} from './parties.js';
export { P, PositionTable } from './positions.js';
export {
  ACCEPTED,
  type ExplainedReason,
  explainReason,
  type Rejection,
  rejections,
  rejectionsMarkdown,
} from './rejections.js';
export { BreachQueue, type Sweep, SWEEP, SweepTable } from './sweeps.js';
export { type Withdrawal, WithdrawalTable } from './withdrawals.js';
